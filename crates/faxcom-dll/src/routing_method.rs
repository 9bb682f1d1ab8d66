#![expect(non_snake_case, reason = "these are the names of COM")]

use faxcom::FaxRoutingMethod;
use windows_core::{BSTR, implement};

use crate::class::com_class;
use crate::object::{Object, State};

impl State for FaxRoutingMethod {}

/// A way that received faxes go. faxcom IFaxRoutingMethod.
#[implement(IFaxRoutingMethod, SupportErrorInfo, Agile = false)]
pub(crate) struct RoutingMethod(Object<FaxRoutingMethod>);

com_class! {
    RoutingMethod / RoutingMethod_Impl (FaxRoutingMethod): IFaxRoutingMethod / IFaxRoutingMethod_Impl
        = "2199F5F3-CEFC-11D0-A341-0000F800E68D", FAX_ROUTING_METHOD;
    |method|
    fn get_DeviceId() -> i32 { method.device_id() }
    fn get_Enable() -> i32 { method.enable() }
    fn put_Enable(value: i32) { method.set_enable(value != 0) }
    fn get_DeviceName() -> BSTR { method.device_name() }
    fn get_Guid() -> BSTR { method.guid() }
    fn get_FunctionName() -> BSTR { method.function_name() }
    fn get_ImageName() -> BSTR { method.image_name() }
    fn get_FriendlyName() -> BSTR { method.friendly_name() }
    fn get_ExtensionName() -> BSTR { method.extension_name() }
    fn get_RoutingData() -> BSTR { method.routing_data() }
}
