use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something that happened on the server. Ids rise by the order of happening and are kept, so a
/// client that lost its connection goes on behind the last id it saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// The event's id.
    pub id: u64,
    /// When it happened.
    pub at: String,
    /// What happened: `job-added`, `job-changed`, `job-left`, `page-confirmed`, `port-changed` or
    /// `server-changed`.
    pub kind: String,
    /// The job it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<u32>,
}
