//! What every object is made of: the state that its members work on.

use std::cell::{RefCell, RefMut};
use std::mem::ManuallyDrop;

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

/// The state of one object. Its apartment sees to it that one thread uses it at a time.
pub(crate) struct Object<T> {
    pub(crate) class: &'static Class,
    state: ManuallyDrop<RefCell<T>>,
    _live: Live,
}

impl<T> Object<T> {
    pub(crate) fn new(class: &'static Class, state: T) -> Self {
        Self { class, state: ManuallyDrop::new(RefCell::new(state)), _live: Live::new() }
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

    pub(crate) fn state(&self) -> Result<RefMut<'_, T>, Fault> {
        let busy = "the object is busy with another call; it must be used from its own apartment";
        self.state.try_borrow_mut().map_err(|_| Fault::new(E_UNEXPECTED, busy))
    }
}

impl<T> Drop for Object<T> {
    /// A panic here must not get into `Release`.
    fn drop(&mut self) {
        // SAFETY: the state is not touched again.
        let dropped = caught(|| unsafe {
            ManuallyDrop::drop(&mut self.state);
            Ok(())
        });
        // There is nobody to be told.
        drop(dropped);
    }
}
