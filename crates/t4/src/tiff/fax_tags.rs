//! What a fax was, told in the tags of its file.
use super::tag;
use alloc::string::String;

/// Who sent a fax to whom and when. What is empty is not written.
///
/// The texts are UTF-8 in tags of type ASCII, which readers that know only ASCII show as they can.
/// A zero octet would end a text: in its place stands a blank. faxcom IFaxTiff::put_Image
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FaxTags {
    /// To whom it goes.
    pub recipient_name: String,
    /// The number that was called.
    pub recipient_number: String,
    /// Who sent it.
    pub sender_name: String,
    /// By what a received fax is routed.
    pub routing: String,
    /// Who called, as the line says.
    pub caller_id: String,
    /// The identity of the called machine.
    pub csid: String,
    /// The identity of the calling machine.
    pub tsid: String,
    /// When it was received or sent, as RFC 3339 in UTC.
    pub time: String,
}

impl FaxTags {
    /// Each text with its tag, the tags in rising order.
    pub(super) fn texts(&self) -> [(u16, &str); 8] {
        [
            (tag::RECIPIENT_NAME, &self.recipient_name),
            (tag::RECIPIENT_NUMBER, &self.recipient_number),
            (tag::SENDER_NAME, &self.sender_name),
            (tag::ROUTING, &self.routing),
            (tag::CALLER_ID, &self.caller_id),
            (tag::CSID, &self.csid),
            (tag::TSID, &self.tsid),
            (tag::RECEIVE_TIME, &self.time),
        ]
    }
}
