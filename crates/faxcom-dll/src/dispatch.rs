//! Calls by name, for scripts: everything goes through the type library to the same members that
//! other clients call directly.

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::sync::{Mutex, PoisonError};

use windows::Win32::Foundation::{
    DISP_E_BADINDEX, DISP_E_BADPARAMCOUNT, DISP_E_MEMBERNOTFOUND, DISP_E_UNKNOWNINTERFACE,
    DISP_E_UNKNOWNNAME, E_INVALIDARG, S_FALSE, S_OK,
};
use windows::Win32::System::Com::{
    DISPATCH_METHOD, DISPATCH_PROPERTYGET, DISPPARAMS, EXCEPINFO, ITypeInfo, SetErrorInfo,
};
use windows::Win32::System::Ole::{
    DISPID_NEWENUM, DispGetIDsOfNames, DispInvoke, LoadTypeLibEx, REGKIND_NONE,
};
use windows::Win32::System::Variant::VARIANT;
use windows_core::{GUID, HRESULT, HSTRING, Interface, PCWSTR};

use crate::fault::{Fault, guard_quietly};
use crate::identity::Class;
use crate::module;
use crate::object::{Object, State};

/// The type information of each class, kept while anything of this DLL is alive.
static TYPES: Mutex<Vec<Types>> = Mutex::new(Vec::new());

struct Types {
    iid: u128,
    info: ITypeInfo,
}

// SAFETY: type information from a type library may be used from any thread; ATL, which most
// Automation servers are made with, shares one for the whole process as well.
unsafe impl Send for Types {}

fn types_of(class: &Class) -> Result<ITypeInfo, Fault> {
    let mut known = TYPES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(types) = known.iter().find(|types| types.iid == class.iid.0) {
        return Ok(types.info.clone());
    }
    let iid = GUID::from_u128(class.iid.0);
    let file = HSTRING::from(module::path().as_path());
    // SAFETY: the strings and the GUID live until the calls return.
    let info = unsafe { LoadTypeLibEx(&file, REGKIND_NONE)?.GetTypeInfoOfGuid(&raw const iid)? };
    known.push(Types { iid: class.iid.0, info: info.clone() });
    Ok(info)
}

/// Lets go of the type library.
pub(crate) fn forget_types() {
    let types = std::mem::take(&mut *TYPES.lock().unwrap_or_else(PoisonError::into_inner));
    drop(types);
}

impl<T: State> Object<T> {
    /// IDispatch::GetTypeInfoCount.
    ///
    /// # Safety
    /// `count` is NULL or may be written to.
    pub(crate) unsafe fn count_types(&self, count: *mut u32) -> HRESULT {
        guard_quietly(|| {
            // SAFETY: as the caller promises.
            unsafe { write(count, 1) }
        })
    }

    /// IDispatch::GetTypeInfo.
    ///
    /// # Safety
    /// `types` is NULL or may be written to.
    pub(crate) unsafe fn types(&self, index: u32, types: *mut *mut c_void) -> HRESULT {
        guard_quietly(|| {
            // SAFETY: as the caller promises.
            let _ = unsafe { write(types, std::ptr::null_mut()) }?;
            if index != 0 {
                return Ok(DISP_E_BADINDEX);
            }
            let info = types_of(self.class)?.into_raw();
            // SAFETY: as the caller promises; the reference is theirs from here on.
            unsafe { write(types, info) }
        })
    }

    /// IDispatch::GetIDsOfNames; collections also know `_NewEnum`, which the type library does
    /// not.
    ///
    /// # Safety
    /// `names` is NULL or `count` texts that end in 0, `ids` NULL or room for as many numbers.
    pub(crate) unsafe fn ids(
        &self,
        riid: *const GUID,
        names: *const PCWSTR,
        count: u32,
        ids: *mut i32,
    ) -> HRESULT {
        guard_quietly(|| {
            if names.is_null() || ids.is_null() {
                return Err(Fault::null());
            }
            // SAFETY: as the caller promises.
            unsafe { reserved(riid) }?;
            // SAFETY: as the caller promises.
            let known = unsafe { DispGetIDsOfNames(&types_of(self.class)?, names, count, ids) };
            let code = code(known);
            let unknown = code == DISP_E_UNKNOWNNAME && count == 1;
            // SAFETY: there is one name, and it ends in 0.
            if unknown && unsafe { is_new_enum(*names) } && self.state()?.enumerator().is_some() {
                // SAFETY: there is room for one number.
                return unsafe { write(ids, DISPID_NEWENUM) };
            }
            Ok(code)
        })
    }

    /// IDispatch::Invoke on the object that `this` is the interface of.
    ///
    /// # Safety
    /// `this` is an interface of this object; the other pointers are NULL or as IDispatch wants
    /// them.
    #[expect(clippy::too_many_arguments, reason = "they are those of IDispatch::Invoke")]
    pub(crate) unsafe fn invoke(
        &self,
        this: *mut c_void,
        id: i32,
        riid: *const GUID,
        flags: u16,
        arguments: *mut DISPPARAMS,
        result: *mut VARIANT,
        exception: *mut EXCEPINFO,
        wrong: *mut u32,
    ) -> HRESULT {
        guard_quietly(|| {
            // SAFETY: as the caller promises.
            unsafe { reserved(riid) }?;
            if arguments.is_null() {
                return Ok(E_INVALIDARG);
            }
            // Scripts do not tell a call from a read, and some hosts ask with only one of the two.
            let read = DISPATCH_METHOD.0 | DISPATCH_PROPERTYGET.0;
            let flags = if flags & read == 0 { flags } else { flags | read };
            if id == DISPID_NEWENUM {
                // SAFETY: as the caller promises.
                return unsafe { self.new_enum(flags & read != 0, arguments, result) };
            }
            let types = types_of(self.class)?;
            let (mut own, mut own_wrong) = (EXCEPINFO::default(), 0);
            let theirs = if exception.is_null() { &raw mut own } else { exception };
            let wrong = if wrong.is_null() { &raw mut own_wrong } else { wrong };
            // SAFETY: as the caller promises, and what may be NULL there is not NULL here. What an
            // earlier call left as its error is not the error of this one.
            let code = code(unsafe {
                let _ = SetErrorInfo(0, None);
                DispInvoke(this, &types, id, flags, arguments, result, theirs, wrong)
            });
            drop_texts(own);
            Ok(code)
        })
    }

    /// The enumerator of a collection, for `For Each`.
    ///
    /// # Safety
    /// `arguments` may be read, `result` is NULL or may be written to.
    unsafe fn new_enum(
        &self,
        read: bool,
        arguments: *const DISPPARAMS,
        result: *mut VARIANT,
    ) -> Result<HRESULT, Fault> {
        let enumerator = self.state()?.enumerator().filter(|_| read);
        let Some(enumerator) = enumerator else {
            return Ok(DISP_E_MEMBERNOTFOUND);
        };
        // SAFETY: as the caller promises.
        if unsafe { (*arguments).cArgs } != 0 {
            return Ok(DISP_E_BADPARAMCOUNT);
        }
        if result.is_null() {
            return Ok(S_OK);
        }
        // SAFETY: as the caller promises.
        unsafe { write(result, VARIANT::from(enumerator)) }
    }

    /// ISupportErrorInfo::InterfaceSupportsErrorInfo.
    ///
    /// # Safety
    /// `riid` is NULL or a GUID.
    pub(crate) unsafe fn tells_errors(&self, riid: *const GUID) -> HRESULT {
        // SAFETY: as the caller promises.
        let asked = unsafe { riid.as_ref() };
        if asked.is_some_and(|iid| iid.to_u128() == self.class.iid.0) { S_OK } else { S_FALSE }
    }
}

/// The IID argument that IDispatch reserves: NULL or all zero.
///
/// # Safety
/// `riid` is NULL or a GUID.
unsafe fn reserved(riid: *const GUID) -> Result<(), Fault> {
    // SAFETY: as the caller promises.
    match unsafe { riid.as_ref() } {
        Some(iid) if *iid != GUID::zeroed() => {
            Err(Fault::new(DISP_E_UNKNOWNINTERFACE, "the reserved interface id is not IID_NULL"))
        }
        _ => Ok(()),
    }
}

/// # Safety
/// `name` is NULL or ends in 0.
unsafe fn is_new_enum(name: PCWSTR) -> bool {
    if name.is_null() {
        return false;
    }
    // SAFETY: it is not NULL, and then it ends in 0.
    let name = unsafe { name.as_wide() };
    String::from_utf16_lossy(name).eq_ignore_ascii_case("_NewEnum")
}

/// # Safety
/// `out` is NULL or may be written to.
unsafe fn write<V>(out: *mut V, value: V) -> Result<HRESULT, Fault> {
    if out.is_null() {
        return Err(Fault::null());
    }
    // SAFETY: as the caller promises.
    unsafe { out.write_unaligned(value) };
    Ok(S_OK)
}

fn code(result: windows_core::Result<()>) -> HRESULT {
    result.map_or_else(|error| error.code(), |()| S_OK)
}

fn drop_texts(told: EXCEPINFO) {
    for text in [told.bstrSource, told.bstrDescription, told.bstrHelpFile] {
        drop(ManuallyDrop::into_inner(text));
    }
}
