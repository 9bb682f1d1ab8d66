#![expect(non_snake_case, reason = "these are the names of COM")]

use std::sync::Arc;

use faxcom::FaxPorts;
use windows::Win32::System::Com::IDispatch;
use windows::Win32::System::Variant::VARIANT;
use windows_core::implement;

use crate::class::com_class;
use crate::collection::{Items, item};
use crate::fault::Fault;
use crate::object::Object;
use crate::port::Port;

impl Items for FaxPorts {
    fn count(&self) -> u32 {
        FaxPorts::count(self)
    }

    fn object(&self, index: u32) -> Result<IDispatch, Fault> {
        Ok(Port::dispatch(self.item(index)?))
    }
}

/// The lines. faxcom IFaxPorts.
#[implement(IFaxPorts, SupportErrorInfo, Agile = false)]
pub(crate) struct Ports(Object<Arc<FaxPorts>>);

com_class! {
    Ports / Ports_Impl (Arc<FaxPorts>): IFaxPorts / IFaxPorts_Impl
        = "D73733D5-CC80-11D0-B225-00C04FB6C2F5", FAX_PORTS;
    |ports|
    fn get_Count() -> i32 { ports.count() }
    fn get_Item(index: i32) -> VARIANT { item(&**ports, index) }
}
