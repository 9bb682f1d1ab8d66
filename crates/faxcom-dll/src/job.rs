#![expect(non_snake_case, reason = "these are the names of COM")]

use faxcom::FaxJob;
use windows_core::{BSTR, implement};

use crate::class::com_class;
use crate::object::{Object, State};

impl State for FaxJob {}

/// One job of the queue. faxcom IFaxJob.
#[implement(IFaxJob, SupportErrorInfo, Agile = false)]
pub(crate) struct Job(Object<FaxJob>);

com_class! {
    Job / Job_Impl (FaxJob): IFaxJob / IFaxJob_Impl
        = "55DABFD5-5C9E-11D1-B791-000000000000", FAX_JOB;
    |job|
    fn get_JobId() -> i32 { job.job_id() }
    fn get_Type() -> i32 { job.job_type().number() }
    fn get_UserName() -> BSTR { job.user_name() }
    fn get_QueueStatus() -> BSTR { job.queue_status() }
    fn get_DeviceStatus() -> BSTR { job.device_status() }
    fn get_PageCount() -> i32 { job.page_count() }
    fn get_FaxNumber() -> BSTR { job.fax_number() }
    fn get_RecipientName() -> BSTR { job.recipient_name() }
    fn get_Tsid() -> BSTR { job.tsid() }
    fn get_SenderName() -> BSTR { job.sender_name() }
    fn get_SenderCompany() -> BSTR { job.sender_company() }
    fn get_SenderDept() -> BSTR { job.sender_dept() }
    fn get_BillingCode() -> BSTR { job.billing_code() }
    fn get_DisplayName() -> BSTR { job.display_name() }
    fn get_DiscountSend() -> i32 { job.discount_send() }
    fn SetStatus(command: i32) { job.set_status_number(command) }
    fn Refresh() { job.refresh() }
}
