#![expect(non_snake_case, reason = "these are the names of COM")]

use faxcom::FaxStatus;
use windows_core::{BSTR, implement};

use crate::class::com_class;
use crate::object::{Object, State};

impl State for FaxStatus {}

/// What a line is doing. faxcom IFaxStatus.
#[implement(IFaxStatus, SupportErrorInfo, Agile = false)]
pub(crate) struct Status(Object<FaxStatus>);

com_class! {
    Status / Status_Impl (FaxStatus): IFaxStatus / IFaxStatus_Impl
        = "8B97E605-D054-11D0-B226-00C04FB6C2F5", FAX_STATUS;
    |status|
    fn get_CallerId() -> BSTR { status.caller_id() }
    fn get_Csid() -> BSTR { status.csid() }
    fn get_CurrentPage() -> i32 { status.current_page() }
    fn get_DeviceId() -> i32 { status.device_id() }
    fn get_DeviceName() -> BSTR { status.device_name() }
    fn get_DocumentName() -> BSTR { status.document_name() }
    fn get_Send() -> i32 { status.send() }
    fn get_Receive() -> i32 { status.receive() }
    fn get_Address() -> BSTR { status.address() }
    fn get_RoutingString() -> BSTR { status.routing_string() }
    fn get_SenderName() -> BSTR { status.sender_name() }
    fn get_RecipientName() -> BSTR { status.recipient_name() }
    fn get_DocumentSize() -> i32 { status.document_size() }
    fn get_Description() -> BSTR { status.description() }
    fn get_PageCount() -> i32 { status.page_count() }
    fn get_Tsid() -> BSTR { status.tsid() }
    fn get_StartTime() -> f64 { status.start_time() }
    fn get_SubmittedTime() -> f64 { status.submitted_time() }
    fn get_ElapsedTime() -> f64 { status.elapsed_time() }
    fn Refresh() { status.refresh() }
}
