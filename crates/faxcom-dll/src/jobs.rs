#![expect(non_snake_case, reason = "these are the names of COM")]

use std::sync::Arc;

use faxcom::FaxJobs;
use windows::Win32::System::Com::IDispatch;
use windows::Win32::System::Variant::VARIANT;
use windows_core::implement;

use crate::class::com_class;
use crate::collection::{Items, item};
use crate::fault::Fault;
use crate::job::Job;
use crate::object::Object;

impl Items for FaxJobs {
    fn count(&self) -> u32 {
        FaxJobs::count(self)
    }

    fn object(&self, index: u32) -> Result<IDispatch, Fault> {
        Ok(Job::dispatch(self.item(index)?))
    }
}

/// The queue. faxcom IFaxJobs.
#[implement(IFaxJobs, SupportErrorInfo, Agile = false)]
pub(crate) struct Jobs(Object<Arc<FaxJobs>>);

com_class! {
    Jobs / Jobs_Impl (Arc<FaxJobs>): IFaxJobs / IFaxJobs_Impl
        = "55DABFD3-5C9E-11D1-B791-000000000000", FAX_JOBS;
    |jobs|
    fn get_Count() -> i32 { jobs.count() }
    fn get_Item(index: i32) -> VARIANT { item(&**jobs, index) }
}
