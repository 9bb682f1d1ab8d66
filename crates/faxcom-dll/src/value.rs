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
    String::from_utf16_lossy(text)
}

/// The text as a file's name, whatever is in it.
pub(crate) fn path(text: &Text) -> PathBuf {
    OsString::from_wide(text).into()
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
