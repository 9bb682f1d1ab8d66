#![expect(non_snake_case, reason = "these are the names of COM")]

use std::sync::Arc;

use faxcom::FaxPort;
use windows::Win32::System::Variant::VARIANT;
use windows_core::{BSTR, implement};

use crate::class::com_class;
use crate::object::{Object, State};
use crate::routing_methods::RoutingMethods;
use crate::status::Status;
use crate::value::{Text, string};

impl State for FaxPort {}

/// One line. faxcom IFaxPort.
#[implement(IFaxPort, SupportErrorInfo, Agile = false)]
pub(crate) struct Port(Object<FaxPort>);

com_class! {
    Port / Port_Impl (FaxPort): IFaxPort / IFaxPort_Impl
        = "D73733CC-CC80-11D0-B225-00C04FB6C2F5", FAX_PORT;
    |port|
    fn get_Name() -> BSTR { port.name() }
    fn get_DeviceId() -> i32 { port.device_id() }
    fn get_Rings() -> i32 { port.rings() }
    fn put_Rings(value: i32) { port.set_rings(value) }
    fn get_Csid() -> BSTR { port.csid() }
    fn put_Csid(value: Text) { port.set_csid(&string(&value)) }
    fn get_Tsid() -> BSTR { port.tsid() }
    fn put_Tsid(value: Text) { port.set_tsid(&string(&value)) }
    fn get_Send() -> i32 { port.send() }
    fn put_Send(value: i32) { port.set_send(value != 0) }
    fn get_Receive() -> i32 { port.receive() }
    fn put_Receive(value: i32) { port.set_receive(value != 0) }
    fn get_Priority() -> i32 { port.priority() }
    fn put_Priority(value: i32) { port.set_priority(value) }
    fn GetRoutingMethods() -> VARIANT { port.routing_methods().map(|all| RoutingMethods::dispatch(Arc::new(all))) }
    fn get_CanModify() -> i32 { port.can_modify() }
    fn GetStatus() -> VARIANT { port.status().map(Status::dispatch) }
}
