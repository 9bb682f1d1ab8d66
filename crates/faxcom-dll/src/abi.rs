//! The interfaces of COM itself that the classes implement, with pointers as clients hand them
//! over. The `windows` crate has the same, but writes results through pointers that it does not
//! check.
#![expect(non_snake_case, reason = "these are the names of COM")]
#![expect(clippy::too_many_arguments, reason = "IDispatch::Invoke has eight")]

use std::ffi::c_void;

use windows::Win32::System::Com::{DISPPARAMS, EXCEPINFO};
use windows::Win32::System::Variant::VARIANT;
use windows_core::{BOOL, GUID, HRESULT, IUnknown, IUnknown_Vtbl, PCWSTR, interface};

/// IDispatch.
#[interface("00020400-0000-0000-C000-000000000046")]
pub(crate) unsafe trait Dispatch: IUnknown {
    fn GetTypeInfoCount(&self, count: *mut u32) -> HRESULT;
    fn GetTypeInfo(&self, index: u32, lcid: u32, types: *mut *mut c_void) -> HRESULT;
    fn GetIDsOfNames(
        &self,
        riid: *const GUID,
        names: *const PCWSTR,
        count: u32,
        lcid: u32,
        ids: *mut i32,
    ) -> HRESULT;
    fn Invoke(
        &self,
        id: i32,
        riid: *const GUID,
        lcid: u32,
        flags: u16,
        arguments: *mut DISPPARAMS,
        result: *mut VARIANT,
        exception: *mut EXCEPINFO,
        wrong: *mut u32,
    ) -> HRESULT;
}

/// ISupportErrorInfo.
#[interface("DF0B3D60-548F-101B-8E65-08002B2BD119")]
pub(crate) unsafe trait SupportErrorInfo: IUnknown {
    fn InterfaceSupportsErrorInfo(&self, riid: *const GUID) -> HRESULT;
}

/// IEnumVARIANT.
#[interface("00020404-0000-0000-C000-000000000046")]
pub(crate) unsafe trait EnumVariant: IUnknown {
    fn Next(&self, wanted: u32, items: *mut VARIANT, fetched: *mut u32) -> HRESULT;
    fn Skip(&self, count: u32) -> HRESULT;
    fn Reset(&self) -> HRESULT;
    fn Clone(&self, out: *mut *mut c_void) -> HRESULT;
}

/// IClassFactory.
#[interface("00000001-0000-0000-C000-000000000046")]
pub(crate) unsafe trait ClassFactory: IUnknown {
    fn CreateInstance(
        &self,
        outer: *mut c_void,
        riid: *const GUID,
        out: *mut *mut c_void,
    ) -> HRESULT;
    fn LockServer(&self, lock: BOOL) -> HRESULT;
}
