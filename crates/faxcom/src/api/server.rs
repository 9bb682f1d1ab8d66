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
    /// What that user may do.
    #[serde(default)]
    pub rights: Vec<Right>,
    /// The server properties; absent for a user without the right `config_query`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<ServerProperties>,
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
    /// A mail profile; kept for clients that set it.
    pub server_mapi_profile: String,
    /// The discount rate begins: hour, 0 to 23, in the server's zone.
    pub discount_rate_start_hour: u8,
    /// The discount rate begins: minute, 0 to 59.
    pub discount_rate_start_minute: u8,
    /// The discount rate ends: hour, 0 to 23; an end before the start lies on the next day.
    pub discount_rate_end_hour: u8,
    /// The discount rate ends: minute, 0 to 59.
    pub discount_rate_end_minute: u8,
}

/// What a `PATCH` of the server's properties may change; fields left out stay as they are. Numbers
/// are as wide as those of clients, so that one out of range is refused in words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerChange {
    /// Attempts after a failed first one, 0 to 99.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<i32>,
    /// Minutes between two attempts, 0 to 43200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_delay: Option<i32>,
    /// Days that an unsent job is kept, 0 to 3650; -1 for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dirty_days: Option<i32>,
    /// Whether a line with time, page and TSID is printed on top of each page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branding: Option<bool>,
    /// Whether the line's TSID is sent, whatever the job says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_device_tsid: Option<bool>,
    /// Whether only cover pages of the server are allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_coverpage: Option<bool>,
    /// Whether the outbound queue is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_server_queue: Option<bool>,
    /// Whether a copy of each sent fax is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive_outbound_faxes: Option<bool>,
    /// Where those copies go: a full path on the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive_directory: Option<String>,
    /// A mail profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_mapi_profile: Option<String>,
    /// The discount rate begins: hour, 0 to 23.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_rate_start_hour: Option<i32>,
    /// The discount rate begins: minute, 0 to 59.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_rate_start_minute: Option<i32>,
    /// The discount rate ends: hour, 0 to 23.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_rate_end_hour: Option<i32>,
    /// The discount rate ends: minute, 0 to 59.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_rate_end_minute: Option<i32>,
}

/// One of the specific rights of the Fax Service Client API.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// FAX_JOB_SUBMIT: queue a fax.
    JobSubmit,
    /// FAX_JOB_QUERY: see the queue.
    JobQuery,
    /// FAX_CONFIG_QUERY: see the server's properties.
    ConfigQuery,
    /// FAX_CONFIG_SET: change them.
    ConfigSet,
    /// FAX_PORT_QUERY: see the lines.
    PortQuery,
    /// FAX_PORT_SET: change them.
    PortSet,
    /// FAX_JOB_MANAGE: pause, resume and cancel the jobs of others.
    JobManage,
}

impl Right {
    /// Every right.
    pub const ALL: [Self; 7] = [
        Self::JobSubmit,
        Self::JobQuery,
        Self::ConfigQuery,
        Self::ConfigSet,
        Self::PortQuery,
        Self::PortSet,
        Self::JobManage,
    ];

    /// Its bit in an access mask of the Fax Service Client API.
    #[must_use]
    pub const fn bit(self) -> u32 {
        match self {
            Self::JobSubmit => 0x01,
            Self::JobQuery => 0x02,
            Self::ConfigQuery => 0x04,
            Self::ConfigSet => 0x08,
            Self::PortQuery => 0x10,
            Self::PortSet => 0x20,
            Self::JobManage => 0x40,
        }
    }

    /// The word on the wire and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JobSubmit => "job_submit",
            Self::JobQuery => "job_query",
            Self::ConfigQuery => "config_query",
            Self::ConfigSet => "config_set",
            Self::PortQuery => "port_query",
            Self::PortSet => "port_set",
            Self::JobManage => "job_manage",
        }
    }
}

/// The answer of the health check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// Always [`PRODUCT`].
    pub product: String,
    /// `ok` when the store answers.
    pub status: String,
}
