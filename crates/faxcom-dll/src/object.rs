//! What every object is made of: the state that its members work on.

use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, TryLockError};

use windows::Win32::Foundation::E_UNEXPECTED;
use windows_core::{HRESULT, IUnknown};

use crate::fault::{Fault, caught, guard};
use crate::identity::Class;
use crate::live::Live;

/// What an object is about.
pub(crate) trait State: 'static {
    /// The enumerator of a collection; other objects have none.
    fn enumerator(&self) -> Option<IUnknown> {
        None
    }
}

/// The state of one object. Its apartment sees to it that one thread uses it at a time; a program
/// that goes past its apartment, or calls it from within its own call, is refused.
pub(crate) struct Object<T> {
    pub(crate) class: &'static Class,
    state: Held<Mutex<T>>,
    _live: Live,
}

impl<T> Object<T> {
    pub(crate) fn new(class: &'static Class, state: T) -> Self {
        Self { class, state: Held::new(Mutex::new(state)), _live: Live::new() }
    }

    /// Runs a member without a result.
    pub(crate) fn act(&self, member: impl FnOnce(&mut T) -> Result<(), Fault>) -> HRESULT {
        guard(self.class, || member(&mut *self.state()?))
    }

    /// Runs a member whose result leaves through `out`, which holds an empty value if it fails.
    ///
    /// # Safety
    /// `out` is NULL or may be written to. What is there now is no value: nothing of it is freed.
    pub(crate) unsafe fn answer<A: Default>(
        &self,
        out: *mut A,
        member: impl FnOnce(&mut T) -> Result<A, Fault>,
    ) -> HRESULT {
        guard(self.class, || {
            if out.is_null() {
                return Err(Fault::null());
            }
            // SAFETY: it is not NULL, and then the caller lets it be written to. 32-bit clients
            // align eight octets to four.
            unsafe { out.write_unaligned(A::default()) };
            let value = member(&mut *self.state()?)?;
            // SAFETY: as before; an empty value owns nothing that would be lost.
            unsafe { out.write_unaligned(value) };
            Ok(())
        })
    }

    pub(crate) fn state(&self) -> Result<MutexGuard<'_, T>, Fault> {
        let busy = "the object is busy with another call; it must be used from its own apartment";
        match self.state.try_lock() {
            Ok(state) => Ok(state),
            // A defect was told when it happened; the object can be used on.
            Err(TryLockError::Poisoned(state)) => Ok(state.into_inner()),
            Err(TryLockError::WouldBlock) => Err(Fault::new(E_UNEXPECTED, busy)),
        }
    }
}

/// Something whose end may panic, which must not get into `Release`.
pub(crate) struct Held<T>(ManuallyDrop<T>);

impl<T> Held<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(ManuallyDrop::new(value))
    }
}

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Drop for Held<T> {
    fn drop(&mut self) {
        let dropped = caught(|| {
            // SAFETY: the value is not touched again.
            unsafe { ManuallyDrop::drop(&mut self.0) };
            Ok(())
        });
        // There is nobody to be told.
        drop(dropped);
    }
}

#[cfg(test)]
mod tests {
    use windows::Win32::Foundation::{E_INVALIDARG, E_POINTER, S_OK};
    use windows::Win32::System::Com::GetErrorInfo;

    use super::*;
    use crate::identity::FAX_JOB;

    struct Fragile;

    impl Drop for Fragile {
        fn drop(&mut self) {
            panic!("the end of a value");
        }
    }

    fn told() -> String {
        // SAFETY: plain calls of OLE.
        let text = unsafe { GetErrorInfo(0).and_then(|info| info.GetDescription()) };
        text.map(|text| text.to_string()).unwrap_or_default()
    }

    #[test]
    fn no_panic_gets_out_of_a_member() {
        let object = Object::new(&FAX_JOB, 1);
        assert_eq!(object.act(|_| panic!("a mistake")), E_UNEXPECTED);
        assert_eq!(told(), "this is a defect of faxcom.dll: a mistake");
        let mut out = 7;
        // SAFETY: `out` may be written to.
        let code = unsafe { object.answer(&raw mut out, |_| panic!("another one")) };
        assert_eq!((code, out), (E_UNEXPECTED, 0));
        assert_eq!(object.act(|_| Ok(())), S_OK);
    }

    #[test]
    fn no_panic_gets_out_of_the_end_of_an_object() {
        drop(Object::new(&FAX_JOB, Fragile));
    }

    #[test]
    fn a_failure_leaves_its_sentence_and_an_empty_result() {
        let object = Object::new(&FAX_JOB, 1);
        let mut out = 7;
        // SAFETY: `out` may be written to.
        let code = unsafe { object.answer(&raw mut out, |_| Err(Fault::invalid("not this one"))) };
        assert_eq!((code, out), (E_INVALIDARG, 0));
        assert_eq!(told(), "not this one");
    }

    #[test]
    fn nothing_is_done_when_its_result_has_no_place_to_go() {
        let object = Object::new(&FAX_JOB, 0);
        let count = |n: &mut i32| {
            *n += 1;
            Ok(*n)
        };
        // SAFETY: NULL is allowed.
        assert_eq!(unsafe { object.answer(std::ptr::null_mut(), count) }, E_POINTER);
        let mut out = 0;
        // SAFETY: `out` may be written to.
        assert_eq!(unsafe { object.answer(&raw mut out, count) }, S_OK);
        assert_eq!(out, 1);
    }

    #[test]
    fn a_call_from_elsewhere_during_a_call_is_refused() {
        let object = Object::new(&FAX_JOB, 0);
        let elsewhere = || {
            let other = std::thread::scope(|s| s.spawn(|| object.act(|_| Ok(())).0).join());
            HRESULT(other.expect("it ends"))
        };
        assert_eq!(object.act(|_| Err(Fault::new(elsewhere(), ""))), E_UNEXPECTED);
        assert_eq!(elsewhere(), S_OK);
    }

    #[test]
    fn a_call_within_a_call_is_refused() {
        let object = Object::new(&FAX_JOB, 0);
        assert_eq!(object.act(|_| Err(Fault::new(object.act(|_| Ok(())), ""))), E_UNEXPECTED);
    }
}
