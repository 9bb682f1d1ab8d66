use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a server of this project calls itself in [`ServerInfo::product`].
pub const PRODUCT: &str = "ferrofax";

/// Who answers, and the properties that faxcom knows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServerInfo {
    /// Always [`PRODUCT`].
    pub product: String,
    /// The server's version.
    pub version: String,
    /// The user that the token names.
    pub user: String,
    /// The server properties.
    pub properties: ServerProperties,
}

/// The server properties of faxcom IFaxServer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServerProperties {
    /// Attempts after a failed first one.
    pub retries: u32,
    /// Minutes between two attempts.
    pub retry_delay: u32,
    /// Days that an unsent job is kept; -1 for ever.
    pub dirty_days: i32,
    /// Whether a line with time, page and TSID is printed on top of each page.
    pub branding: bool,
    /// Whether the line's TSID is sent, whatever the job says.
    pub use_device_tsid: bool,
    /// Whether only cover pages of the server are allowed.
    pub server_coverpage: bool,
    /// Whether the outbound queue is paused.
    pub pause_server_queue: bool,
    /// Whether a copy of each sent fax is kept.
    pub archive_outbound_faxes: bool,
    /// Where those copies go.
    pub archive_directory: String,
}

/// The answer of the health check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// Always [`PRODUCT`].
    pub product: String,
    /// `ok` when the store answers.
    pub status: String,
}
