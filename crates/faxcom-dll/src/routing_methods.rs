#![expect(non_snake_case, reason = "these are the names of COM")]

use std::sync::Arc;

use faxcom::FaxRoutingMethods;
use windows::Win32::System::Com::IDispatch;
use windows::Win32::System::Variant::VARIANT;
use windows_core::implement;

use crate::class::com_class;
use crate::collection::{Items, item};
use crate::fault::Fault;
use crate::object::Object;
use crate::routing_method::RoutingMethod;

impl Items for FaxRoutingMethods {
    fn count(&self) -> u32 {
        FaxRoutingMethods::count(self)
    }

    fn object(&self, index: u32) -> Result<IDispatch, Fault> {
        Ok(RoutingMethod::dispatch(self.item(index)?))
    }
}

/// The routing methods of a line. faxcom IFaxRoutingMethods.
#[implement(IFaxRoutingMethods, SupportErrorInfo, Agile = false)]
pub(crate) struct RoutingMethods(Object<Arc<FaxRoutingMethods>>);

com_class! {
    RoutingMethods / RoutingMethods_Impl (Arc<FaxRoutingMethods>): IFaxRoutingMethods / IFaxRoutingMethods_Impl
        = "2199F5F5-CEFC-11D0-A341-0000F800E68D", FAX_ROUTING_METHODS;
    |methods|
    fn get_Count() -> i32 { methods.count() }
    fn get_Item(index: i32) -> VARIANT { item(&**methods, index) }
}
