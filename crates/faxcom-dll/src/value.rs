//! Values on their way between the types of `faxcom` and those of Automation.

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::os::windows::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use windows::Win32::Foundation::SysAllocStringLen;
use windows::Win32::System::Com::{CY, IDispatch};
use windows::Win32::System::Variant::{VARIANT, VARIANT_0, VARIANT_0_0, VARIANT_0_0_0, VT_CY};
use windows_core::BSTR;

use crate::fault::Fault;

/// A text that a client hands over and keeps; NULL is the empty one.
pub(crate) type Text = ManuallyDrop<BSTR>;

/// The text; half a surrogate pair becomes a replacement character.
pub(crate) fn string(text: &Text) -> String {
    String::from_utf16_lossy(up_to_zero(text))
}

/// The text as a file's name, whatever is in it.
pub(crate) fn path(text: &Text) -> PathBuf {
    OsString::from_wide(up_to_zero(text)).into()
}

/// A text ends at its first zero: programs hand over buffers of a fixed length, and the fax service
/// of Windows passed every text on as one that ends so.
fn up_to_zero(text: &Text) -> &[u16] {
    text.split(|&unit| unit == 0).next().unwrap_or_default()
}

/// What leaves through an out pointer of type `A`.
pub(crate) trait Answer<A> {
    fn answer(self) -> Result<A, Fault>;
}

impl Answer<()> for () {
    fn answer(self) -> Result<(), Fault> {
        Ok(self)
    }
}

impl<A, T: Answer<A>, E: Into<Fault>> Answer<A> for Result<T, E> {
    fn answer(self) -> Result<A, Fault> {
        self.map_err(Into::into).and_then(Answer::answer)
    }
}

impl Answer<i16> for i16 {
    fn answer(self) -> Result<i16, Fault> {
        Ok(self)
    }
}

impl Answer<i32> for i32 {
    fn answer(self) -> Result<i32, Fault> {
        Ok(self)
    }
}

impl Answer<i32> for u32 {
    /// What is too large for a long becomes the largest one.
    fn answer(self) -> Result<i32, Fault> {
        Ok(i32::try_from(self).unwrap_or(i32::MAX))
    }
}

impl Answer<i32> for u64 {
    /// What is too large for a long becomes the largest one.
    fn answer(self) -> Result<i32, Fault> {
        Ok(i32::try_from(self).unwrap_or(i32::MAX))
    }
}

impl Answer<i32> for bool {
    /// A BOOL of Win32: 0 or 1.
    fn answer(self) -> Result<i32, Fault> {
        Ok(i32::from(self))
    }
}

impl Answer<BSTR> for &str {
    fn answer(self) -> Result<BSTR, Fault> {
        bstr(&self.encode_utf16().collect::<Vec<_>>())
    }
}

impl Answer<BSTR> for String {
    fn answer(self) -> Result<BSTR, Fault> {
        self.as_str().answer()
    }
}

impl Answer<BSTR> for &Path {
    fn answer(self) -> Result<BSTR, Fault> {
        bstr(&self.as_os_str().encode_wide().collect::<Vec<_>>())
    }
}

/// An allocated text even where it is empty: there are clients that do not know NULL.
fn bstr(units: &[u16]) -> Result<BSTR, Fault> {
    // SAFETY: the slice is read while the call lasts.
    let text = unsafe { SysAllocStringLen(Some(units)) };
    // An allocated empty text and NULL look alike from here, so memory is asked for otherwise.
    if text.len() == units.len() { Ok(text) } else { Err(Fault::no_memory()) }
}

impl Answer<f64> for Option<Timestamp> {
    /// A DATE in UTC; 0 where there is none.
    fn answer(self) -> Result<f64, Fault> {
        /// The DATE of 1970-01-01: days since 1899-12-30.
        const UNIX_EPOCH: f64 = 25_569.0;
        Ok(self.map_or(0.0, |time| UNIX_EPOCH + days(time.as_duration().as_secs_f64())))
    }
}

impl Answer<f64> for Duration {
    /// A DATE that is a length of time: fractions of a day.
    fn answer(self) -> Result<f64, Fault> {
        Ok(days(self.as_secs_f64()))
    }
}

fn days(seconds: f64) -> f64 {
    seconds / 86_400.0
}

impl Answer<VARIANT> for IDispatch {
    fn answer(self) -> Result<VARIANT, Fault> {
        Ok(self.into())
    }
}

/// The 64 bits that a CURRENCY carries.
pub(crate) struct Currency(pub(crate) u64);

impl Answer<VARIANT> for Currency {
    fn answer(self) -> Result<VARIANT, Fault> {
        let value = VARIANT_0_0_0 { cyVal: CY { int64: self.0.cast_signed() } };
        let typed = VARIANT_0_0 { vt: VT_CY, Anonymous: value, ..VARIANT_0_0::default() };
        Ok(VARIANT { Anonymous: VARIANT_0 { Anonymous: ManuallyDrop::new(typed) } })
    }
}

#[cfg(test)]
mod tests {
    use windows_core::BSTR;

    use super::*;

    fn check<A: PartialEq + std::fmt::Debug>(value: impl Answer<A>, expected: A) {
        assert_eq!(value.answer().expect("a value"), expected);
    }

    #[test]
    fn numbers_fit_into_a_long() {
        check(-1, -1);
        check(7_u32, 7);
        check(u32::MAX, i32::MAX);
        check(u64::MAX, i32::MAX);
        check(true, 1);
        check(false, 0);
    }

    #[test]
    fn times_are_days_since_the_end_of_1899_in_utc() {
        let noon: Timestamp = "2026-05-19T12:00:00Z".parse().expect("a time");
        check(Some(noon), 46_161.5);
        check(None::<Timestamp>, 0.0);
        check(Duration::from_secs(6 * 3600), 0.25);
        check(Duration::ZERO, 0.0);
    }

    #[test]
    fn a_text_is_allocated_even_when_it_is_empty() {
        let text: BSTR = "".answer().expect("a text");
        assert!(!text.into_raw().is_null());
        check("\u{e9}\u{1f4e0}", BSTR::from("\u{e9}\u{1f4e0}"));
        check(Path::new(r"C:\a.tif"), BSTR::from(r"C:\a.tif"));
    }

    #[test]
    fn null_is_the_empty_text() {
        let null = Text::new(BSTR::new());
        assert_eq!(string(&null), "");
        assert_eq!(path(&null), Path::new(""));
    }

    #[test]
    fn a_text_ends_at_its_first_zero() {
        let buffer = Text::new(BSTR::from("C:\\a.tif\0\0 left over"));
        assert_eq!(string(&buffer), r"C:\a.tif");
        assert_eq!(path(&buffer), Path::new(r"C:\a.tif"));
    }

    #[test]
    fn a_currency_carries_all_bits() {
        let value = Currency(u64::MAX - 5).answer().expect("a value");
        // SAFETY: what is read is what the type says is there.
        let (kind, bits) = unsafe {
            let typed = &value.Anonymous.Anonymous;
            (typed.vt, typed.Anonymous.cyVal.int64)
        };
        assert_eq!((kind, bits), (VT_CY, -6));
    }
}
