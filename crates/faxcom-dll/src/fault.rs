//! What a client is told of a failure.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use windows::Win32::Foundation::{E_INVALIDARG, E_OUTOFMEMORY, E_POINTER, E_UNEXPECTED, S_OK};
use windows::Win32::System::Com::{IErrorInfo, SetErrorInfo};
use windows::Win32::System::Ole::CreateErrorInfo;
use windows_core::{GUID, HRESULT, HSTRING, Interface};

use crate::identity::Class;

/// A failed call: its HRESULT and a sentence that a person can act on.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) code: HRESULT,
    pub(crate) text: String,
}

impl Fault {
    pub(crate) fn new(code: HRESULT, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    /// A pointer for a result leads nowhere.
    pub(crate) fn null() -> Self {
        Self::new(E_POINTER, "the pointer for the result is NULL")
    }

    pub(crate) fn no_memory() -> Self {
        Self::new(E_OUTOFMEMORY, "there is not enough memory")
    }

    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(E_INVALIDARG, text)
    }
}

impl From<faxcom::Error> for Fault {
    fn from(error: faxcom::Error) -> Self {
        Self::new(HRESULT(error.hresult().cast_signed()), error.to_string())
    }
}

impl From<windows_core::Error> for Fault {
    fn from(error: windows_core::Error) -> Self {
        Self::new(error.code(), error.message())
    }
}

/// Runs a member of a class: no panic gets past here, and a failure leaves its sentence where
/// clients look for it.
pub(crate) fn guard(class: &Class, member: impl FnOnce() -> Result<(), Fault>) -> HRESULT {
    match caught(member) {
        Ok(()) => S_OK,
        Err(fault) => {
            // What a failure is told with may fail as well; its number is told in any case.
            let _ = catch_unwind(AssertUnwindSafe(|| tell(class, &fault)));
            fault.code
        }
    }
}

/// Runs what is no member of a class; its failure is only a number.
pub(crate) fn guard_quietly(call: impl FnOnce() -> Result<HRESULT, Fault>) -> HRESULT {
    caught(call).unwrap_or_else(|fault| fault.code)
}

/// A panic made into a fault.
pub(crate) fn caught<T>(call: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let text = format!("this is a defect of faxcom.dll: {}", message(panic.as_ref()));
        // A panic's payload may panic once more when it goes.
        std::mem::forget(panic);
        Err(Fault::new(E_UNEXPECTED, text))
    })
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic")
}

/// Leaves an IErrorInfo for the calling thread.
fn tell(class: &Class, fault: &Fault) {
    let source = HSTRING::from(class.source());
    let text = HSTRING::from(&fault.text);
    let iid = GUID::from_u128(class.iid.0);
    // SAFETY: plain calls of OLE with strings and a GUID that live until they return.
    unsafe {
        let Ok(info) = CreateErrorInfo() else { return };
        let told = info
            .SetGUID(&raw const iid)
            .and_then(|()| info.SetSource(&source))
            .and_then(|()| info.SetDescription(&text))
            .and_then(|()| info.cast::<IErrorInfo>());
        if let Ok(info) = told {
            // Nothing can be done where even this fails; the HRESULT is told in any case.
            let _ = SetErrorInfo(0, &info);
        }
    }
}
