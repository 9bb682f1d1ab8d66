use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One received fax.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InboxItem {
    /// The id of the job that received it.
    pub id: u32,
    /// When the call came in.
    pub received: String,
    /// The line that took it.
    pub line: String,
    /// The identity that the sender gave (TSI).
    pub tsid: String,
    /// Who called, as the network said.
    pub caller_id: String,
    /// The number that was called.
    pub called: String,
    /// Pages received.
    pub pages: u32,
    /// Octets of the TIFF file.
    pub size: u64,
    /// Whether the fax is whole; a broken one holds the pages that arrived.
    pub complete: bool,
    /// How the call ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<super::Outcome>,
    /// Modulation and rate, as `V.17 14400`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
    /// Whether error correction was in use.
    pub ecm: bool,
    /// Seconds from connection to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
}

/// Received faxes by rising id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InboxList {
    /// The faxes.
    pub faxes: Vec<InboxItem>,
}
