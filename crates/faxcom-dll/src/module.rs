//! This DLL as Windows sees it.

use std::ffi::OsString;
use std::os::windows::ffi::OsStringExt;
use std::path::PathBuf;

use windows::Win32::Foundation::HMODULE;
use windows::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN,
    GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, GetModuleFileNameW, GetModuleHandleExW,
};
use windows_core::PCWSTR;

/// The longest path that Windows knows, in UTF-16 units with the final 0.
const MAX_PATH_UNITS: usize = 32_768;

/// Keeps the DLL in memory for the rest of the process. Looking up a host's name and getting the
/// next page of a queue are done by threads of their own that may outlive all objects, and their
/// code is in here.
pub(crate) fn pin() {
    handle(GET_MODULE_HANDLE_EX_FLAG_PIN);
}

/// Where the DLL lies.
pub(crate) fn path() -> PathBuf {
    let module = handle(GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT);
    let mut units = vec![0; MAX_PATH_UNITS];
    // SAFETY: the handle is of this module, and the buffer is as long as its slice says.
    let length = unsafe { GetModuleFileNameW(Some(module), &mut units) } as usize;
    OsString::from_wide(units.get(..length).unwrap_or_default()).into()
}

fn handle(how: u32) -> HMODULE {
    let mut module = HMODULE::default();
    let here = handle as *const () as *const u16;
    // SAFETY: with FROM_ADDRESS the name is an address within the module, and `here` is one.
    let found = unsafe {
        GetModuleHandleExW(
            GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | how,
            PCWSTR(here),
            &raw mut module,
        )
    };
    found.expect("the module whose code runs is loaded");
    module
}
