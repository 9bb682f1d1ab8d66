#![expect(non_snake_case, reason = "these are the names of COM")]

use std::sync::Arc;

use faxcom::{Error, FaxServer};
use windows::Win32::System::Com::IDispatch;
use windows::Win32::System::Variant::VARIANT;
use windows_core::{BSTR, implement};

use crate::class::com_class;
use crate::doc::{Doc, Letter};
use crate::jobs::Jobs;
use crate::module;
use crate::object::{Object, State};
use crate::ports::Ports;
use crate::value::{Text, path, string};

/// What a program gets that creates `FaxServer.FaxServer`.
pub(crate) fn new() -> IDispatch {
    Server::dispatch(FaxServer::new())
}

impl State for FaxServer {}

/// From the first connection on there may be threads in here.
fn connect(server: &mut FaxServer, name: &str) -> Result<(), Error> {
    module::pin();
    server.connect(name)
}

/// A fax server. faxcom IFaxServer.
#[implement(IFaxServer, SupportErrorInfo, Agile = false)]
pub(crate) struct Server(Object<FaxServer>);

com_class! {
    Server / Server_Impl (FaxServer): IFaxServer / IFaxServer_Impl
        = "D73733C7-CC80-11D0-B225-00C04FB6C2F5", FAX_SERVER;
    |server|
    fn Connect(name: Text) { connect(server, &string(&name)) }
    fn Disconnect() { server.disconnect() }
    fn GetPorts() -> VARIANT { server.ports().map(|all| Ports::dispatch(Arc::new(all))) }
    fn CreateDocument(file_name: Text) -> VARIANT {
        Doc::dispatch(Letter::new(server.create_document(path(&file_name))))
    }
    fn GetJobs() -> VARIANT { server.jobs().map(|all| Jobs::dispatch(Arc::new(all))) }
    fn get_Retries() -> i32 { server.retries() }
    fn put_Retries(value: i32) { server.set_retries(value) }
    fn get_RetryDelay() -> i32 { server.retry_delay() }
    fn put_RetryDelay(value: i32) { server.set_retry_delay(value) }
    fn get_DirtyDays() -> i32 { server.dirty_days() }
    fn put_DirtyDays(value: i32) { server.set_dirty_days(value) }
    fn get_Branding() -> i32 { server.branding() }
    fn put_Branding(value: i32) { server.set_branding(value != 0) }
    fn get_UseDeviceTsid() -> i32 { server.use_device_tsid() }
    fn put_UseDeviceTsid(value: i32) { server.set_use_device_tsid(value != 0) }
    fn get_ServerCoverpage() -> i32 { server.server_coverpage() }
    fn put_ServerCoverpage(value: i32) { server.set_server_coverpage(value != 0) }
    fn get_PauseServerQueue() -> i32 { server.pause_server_queue() }
    fn put_PauseServerQueue(value: i32) { server.set_pause_server_queue(value != 0) }
    fn get_ArchiveOutboundFaxes() -> i32 { server.archive_outbound_faxes() }
    fn put_ArchiveOutboundFaxes(value: i32) { server.set_archive_outbound_faxes(value != 0) }
    fn get_ArchiveDirectory() -> BSTR { server.archive_directory() }
    fn put_ArchiveDirectory(value: Text) { server.set_archive_directory(&string(&value)) }
    fn get_ServerMapiProfile() -> BSTR { server.server_mapi_profile() }
    fn put_ServerMapiProfile(value: Text) { server.set_server_mapi_profile(&string(&value)) }
    fn get_DiscountRateStartHour() -> i16 { server.discount_rate_start_hour() }
    fn put_DiscountRateStartHour(value: i16) { server.set_discount_rate_start_hour(value) }
    fn get_DiscountRateStartMinute() -> i16 { server.discount_rate_start_minute() }
    fn put_DiscountRateStartMinute(value: i16) { server.set_discount_rate_start_minute(value) }
    fn get_DiscountRateEndHour() -> i16 { server.discount_rate_end_hour() }
    fn put_DiscountRateEndHour(value: i16) { server.set_discount_rate_end_hour(value) }
    fn get_DiscountRateEndMinute() -> i16 { server.discount_rate_end_minute() }
    fn put_DiscountRateEndMinute(value: i16) { server.set_discount_rate_end_minute(value) }
}
