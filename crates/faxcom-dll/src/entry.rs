//! What Windows calls in this DLL.

use std::ffi::c_void;

use windows::Win32::Foundation::{E_INVALIDARG, E_POINTER, S_FALSE, S_OK};
use windows_core::{BOOL, GUID, HRESULT, PCWSTR};

use crate::fault::{Fault, guard_quietly};
use crate::registration::windows::Hive;
use crate::registration::{self, Flavour, Refused};
use crate::{factory, live, module};

/// The class factory of one of the two classes that programs create.
///
/// # Safety
/// As COM calls it: `clsid` and `riid` are GUIDs, `out` may be written to; NULL is refused.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "system" fn DllGetClassObject(
    clsid: *const GUID,
    riid: *const GUID,
    out: *mut *mut c_void,
) -> HRESULT {
    guard_quietly(|| {
        if out.is_null() {
            return Ok(E_POINTER);
        }
        // SAFETY: it is not NULL, and then the caller lets it be written to.
        unsafe { out.write_unaligned(std::ptr::null_mut()) };
        // SAFETY: NULL or a GUID.
        match unsafe { clsid.as_ref() } {
            // SAFETY: a GUID, and `out` may be written to.
            Some(clsid) if !riid.is_null() => Ok(unsafe { factory::of_class(*clsid, riid, out) }),
            _ => Ok(E_INVALIDARG),
        }
    })
}

/// S_OK when nothing of this DLL is in use, so that it may be unloaded.
#[unsafe(no_mangle)]
pub(crate) extern "system" fn DllCanUnloadNow() -> HRESULT {
    if live::idle() { S_OK } else { S_FALSE }
}

/// Registers the DLL for everybody on this computer, as `regsvr32 faxcom.dll` asks. Needs the rights
/// of an administrator.
#[unsafe(no_mangle)]
pub(crate) extern "system" fn DllRegisterServer() -> HRESULT {
    guard_quietly(|| register(Hive::Machine))
}

/// Takes back what [`DllRegisterServer`] did, as `regsvr32 /u faxcom.dll` asks: what was registered
/// before is so again.
#[unsafe(no_mangle)]
pub(crate) extern "system" fn DllUnregisterServer() -> HRESULT {
    guard_quietly(|| unregister(Hive::Machine))
}

/// The same with a word that says for whom: `regsvr32 /n /i:user faxcom.dll` registers for the
/// account that asks and needs no rights; without a word, or with `machine`, it is for everybody.
///
/// # Safety
/// `word` is NULL or ends in 0.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "system" fn DllInstall(install: BOOL, word: PCWSTR) -> HRESULT {
    guard_quietly(|| {
        let word = if word.is_null() {
            String::new()
        } else {
            // SAFETY: it is not NULL, and then it ends in 0.
            String::from_utf16_lossy(unsafe { word.as_wide() })
        };
        let hive = match word.trim().to_ascii_lowercase().as_str() {
            "user" => Hive::Account,
            "" | "machine" => Hive::Machine,
            _ => return Ok(E_INVALIDARG),
        };
        if install.as_bool() { register(hive) } else { unregister(hive) }
    })
}

fn register(mut hive: Hive) -> Result<HRESULT, Fault> {
    let path = module::path();
    let path = path.to_str().ok_or_else(|| Fault::invalid("the DLL's path is not Unicode"))?;
    outcome(registration::register(&mut hive, Flavour::THIS, path))
}

fn unregister(mut hive: Hive) -> Result<HRESULT, Fault> {
    outcome(registration::unregister(&mut hive, Flavour::THIS))
}

/// `regsvr32` shows the number and its meaning.
fn outcome(done: Result<(), Refused>) -> Result<HRESULT, Fault> {
    Ok(done.map_or_else(|Refused(code)| HRESULT(code), |()| S_OK))
}
