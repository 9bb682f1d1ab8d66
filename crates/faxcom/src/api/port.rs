use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One line of the server, as FaxPort shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Port {
    /// The permanent id of the line.
    pub device_id: u32,
    /// Its name in the configuration.
    pub name: String,
    /// Rings before it answers.
    pub rings: u32,
    /// The identity it shows when it receives.
    pub csid: String,
    /// The identity it shows when it sends.
    pub tsid: String,
    /// Whether it may send.
    pub send: bool,
    /// Whether it may receive.
    pub receive: bool,
    /// Rank for outgoing calls; 1 is tried first.
    pub priority: u32,
    /// Whether the asking account may change it.
    pub can_modify: bool,
    /// Calls at once.
    pub channels: u32,
    /// Which of the values above were not left at their defaults, and where they come from: `file`
    /// or `database`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, String>,
    /// What it is doing now.
    pub status: PortStatus,
}

/// The lines of the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PortList {
    /// The lines, by device id.
    pub ports: Vec<Port>,
}

/// What a line is doing now, as FaxStatus shows it: its oldest call.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct PortStatus {
    /// The line's id.
    pub device_id: u32,
    /// The line's name.
    pub device_name: String,
    /// What it does, in the words of FaxJob.DeviceStatus; `Available` when nothing.
    pub description: String,
    /// It is sending.
    pub send: bool,
    /// It is receiving.
    pub receive: bool,
    /// The job in the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<u32>,
    /// The number of the outgoing job.
    pub address: String,
    /// The page in hand, counted from 1; 0 when not known.
    pub current_page: u32,
    /// Pages of the outgoing job; 0 when not known.
    pub page_count: u32,
    /// Octets of the outgoing document.
    pub document_size: u64,
    /// Name of the outgoing document.
    pub document_name: String,
    /// Sender of the outgoing job.
    pub sender_name: String,
    /// Recipient of the incoming fax.
    pub recipient_name: String,
    /// TSID of the call.
    pub tsid: String,
    /// CSID of the receiving station.
    pub csid: String,
    /// Who calls, as the network says.
    pub caller_id: String,
    /// The number that was called, of an incoming call.
    #[serde(default)]
    pub routing_string: String,
    /// When the call began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// Seconds since then, by the server's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// When the outgoing job was submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<String>,
}

/// What a `PATCH` of a line may change; fields left out stay as they are. Numbers are as wide as
/// those of clients, so that one out of range is refused in words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PortChange {
    /// Rings before it answers, 0 to 99.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rings: Option<i32>,
    /// The identity it shows when it receives; characters that T.30 does not know are dropped and
    /// what is longer than 20 is cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csid: Option<String>,
    /// The identity it shows when it sends; treated as `csid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tsid: Option<String>,
    /// Whether it may send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<bool>,
    /// Whether it may receive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receive: Option<bool>,
    /// Rank for outgoing calls, 1 to the number of lines; the other lines move along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
}
