//! The class factories of the two classes that programs create themselves.

use std::ffi::c_void;

use windows::Win32::Foundation::{
    CLASS_E_CLASSNOTAVAILABLE, CLASS_E_NOAGGREGATION, E_INVALIDARG, E_POINTER, S_OK,
};
use windows::Win32::System::Com::IDispatch;
use windows_core::{BOOL, GUID, HRESULT, IUnknown, Interface, implement};

use crate::abi::{ClassFactory, ClassFactory_Impl};
use crate::fault::guard_quietly;
use crate::identity::{FAX_SERVER, FAX_TIFF};
use crate::live::{self, Live};
use crate::{server, tiff};

#[implement(ClassFactory, Agile = false)]
struct Factory {
    make: fn() -> IDispatch,
    _live: Live,
}

/// The factory of a class; the other eight come from their parents only.
///
/// # Safety
/// `riid` is a GUID, `out` may be written to.
pub(crate) unsafe fn of_class(clsid: GUID, riid: *const GUID, out: *mut *mut c_void) -> HRESULT {
    let make: fn() -> IDispatch = match clsid.to_u128() {
        id if id == FAX_SERVER.clsid.0 => server::new,
        id if id == FAX_TIFF.clsid.0 => tiff::new,
        _ => return CLASS_E_CLASSNOTAVAILABLE,
    };
    let factory: ClassFactory = Factory { make, _live: Live::new() }.into();
    // SAFETY: as the caller promises.
    unsafe { factory.query(riid, out) }
}

impl ClassFactory_Impl for Factory_Impl {
    unsafe fn CreateInstance(
        &self,
        outer: *mut c_void,
        riid: *const GUID,
        out: *mut *mut c_void,
    ) -> HRESULT {
        guard_quietly(|| {
            if out.is_null() {
                return Ok(E_POINTER);
            }
            // SAFETY: it is not NULL, and then the caller lets it be written to.
            unsafe { out.write_unaligned(std::ptr::null_mut()) };
            if riid.is_null() {
                return Ok(E_INVALIDARG);
            }
            if !outer.is_null() {
                return Ok(CLASS_E_NOAGGREGATION);
            }
            let object: IUnknown = (self.make)().into();
            // SAFETY: `riid` is a GUID and `out` may be written to.
            Ok(unsafe { object.query(riid, out) })
        })
    }

    unsafe fn LockServer(&self, lock: BOOL) -> HRESULT {
        guard_quietly(|| {
            if lock.as_bool() {
                live::lock();
            } else {
                live::unlock();
            }
            Ok(S_OK)
        })
    }
}
