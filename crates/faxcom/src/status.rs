use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::Error;
use crate::api::PortStatus;
use crate::server::Session;

/// What a line is doing: a picture that [`FaxStatus::refresh`] renews. faxcom IFaxStatus.
///
/// A text that nobody can know is empty, and a number 0.
#[derive(Clone)]
pub struct FaxStatus {
    session: Arc<Session>,
    status: PortStatus,
}

impl fmt::Debug for FaxStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FaxStatus").field(&self.status).finish()
    }
}

impl FaxStatus {
    pub(crate) fn new(session: Arc<Session>, device_id: u32) -> Result<Self, Error> {
        let status = session.client()?.port_status(device_id)?;
        Ok(Self { session, status })
    }

    /// Who calls, as the network says; receiving only. faxcom IFaxStatus::CallerId.
    #[must_use]
    pub fn caller_id(&self) -> &str {
        &self.status.caller_id
    }

    /// CSID of the receiving station. faxcom IFaxStatus::Csid.
    #[must_use]
    pub fn csid(&self) -> &str {
        &self.status.csid
    }

    /// The page in hand, counted from 1. faxcom IFaxStatus::CurrentPage.
    #[must_use]
    pub fn current_page(&self) -> u32 {
        self.status.current_page
    }

    /// The line's id. faxcom IFaxStatus::DeviceId.
    #[must_use]
    pub fn device_id(&self) -> u32 {
        self.status.device_id
    }

    /// The line's name. faxcom IFaxStatus::DeviceName.
    #[must_use]
    pub fn device_name(&self) -> &str {
        &self.status.device_name
    }

    /// Name of the outgoing document. faxcom IFaxStatus::DocumentName.
    #[must_use]
    pub fn document_name(&self) -> &str {
        &self.status.document_name
    }

    /// It is sending. faxcom IFaxStatus::Send.
    #[must_use]
    pub fn send(&self) -> bool {
        self.status.send
    }

    /// It is receiving. faxcom IFaxStatus::Receive.
    #[must_use]
    pub fn receive(&self) -> bool {
        self.status.receive
    }

    /// The number of the outgoing job. faxcom IFaxStatus::Address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.status.address
    }

    /// The number that was called; receiving only. faxcom IFaxStatus::RoutingString.
    #[must_use]
    pub fn routing_string(&self) -> &str {
        &self.status.routing_string
    }

    /// Sender of the outgoing job. faxcom IFaxStatus::SenderName.
    #[must_use]
    pub fn sender_name(&self) -> &str {
        &self.status.sender_name
    }

    /// Recipient of the incoming fax. faxcom IFaxStatus::RecipientName.
    #[must_use]
    pub fn recipient_name(&self) -> &str {
        &self.status.recipient_name
    }

    /// Octets of the outgoing document. faxcom IFaxStatus::DocumentSize.
    #[must_use]
    pub fn document_size(&self) -> u64 {
        self.status.document_size
    }

    /// What it does, in the words of FaxJob.DeviceStatus; `Available` when nothing. faxcom
    /// IFaxStatus::Description.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.status.description
    }

    /// Pages of the outgoing job. faxcom IFaxStatus::PageCount.
    #[must_use]
    pub fn page_count(&self) -> u32 {
        self.status.page_count
    }

    /// TSID of the call, in either direction. faxcom IFaxStatus::Tsid.
    #[must_use]
    pub fn tsid(&self) -> &str {
        &self.status.tsid
    }

    /// When the call began. faxcom IFaxStatus::StartTime.
    #[must_use]
    pub fn start_time(&self) -> Option<Timestamp> {
        time(self.status.started.as_deref())
    }

    /// When the outgoing job was submitted. faxcom IFaxStatus::SubmittedTime.
    #[must_use]
    pub fn submitted_time(&self) -> Option<Timestamp> {
        time(self.status.submitted.as_deref())
    }

    /// From the start of the call to the moment of this picture; nothing without a call. faxcom
    /// IFaxStatus::ElapsedTime.
    #[must_use]
    pub fn elapsed_time(&self) -> Duration {
        let seconds = self.status.seconds.unwrap_or_default();
        Duration::try_from_secs_f64(seconds).unwrap_or_default()
    }

    /// Everything that the server says of what the line is doing.
    #[must_use]
    pub fn details(&self) -> &PortStatus {
        &self.status
    }

    /// Asks the server and replaces all values; when that fails the old ones stay. faxcom
    /// IFaxStatus::Refresh.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn refresh(&mut self) -> Result<(), Error> {
        self.status = self.session.client()?.port_status(self.status.device_id)?;
        Ok(())
    }
}

fn time(text: Option<&str>) -> Option<Timestamp> {
    text?.parse().ok()
}
