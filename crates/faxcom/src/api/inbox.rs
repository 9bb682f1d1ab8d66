use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One received fax.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InboxItem {
    /// The id of the job that received it.
    pub id: u32,
    /// When the call came in.
    pub received: String,
    /// The device id of the line that took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<u32>,
    /// The identity that the sender gave (TSI).
    pub tsid: String,
    /// Who called, as the network said.
    pub caller_id: String,
    /// The number that was called.
    pub called: String,
    /// Pages received.
    pub pages: u32,
    /// Octets of the stored pages.
    pub octets: u64,
    /// Whether the fax is whole; a broken one holds the pages that arrived.
    pub complete: bool,
    /// Why the reception broke off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<super::Failure>,
}

/// Received faxes by rising id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InboxList {
    /// How many there are in all.
    pub count: u64,
    /// The faxes.
    pub faxes: Vec<InboxItem>,
}
