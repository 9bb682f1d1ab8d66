use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose fault a failed call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The far end.
    Peer,
    /// This server.
    Own,
    /// The telephone line or the network in between.
    Line,
    /// Whoever ordered the call.
    User,
    /// The settings of this server.
    Config,
}

impl Fault {
    /// Who that is, in words that fit behind "the fault lies with".
    #[must_use]
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Peer => "the far end",
            Self::Own => "this server",
            Self::Line => "the line between",
            Self::User => "whoever ordered the call",
            Self::Config => "the settings of this server",
        }
    }
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Outcome {
    /// The stable number of the failure; absent when the call did what it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u16>,
    /// One plain sentence without a full stop.
    pub text: String,
    /// Whose fault it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// Whether another attempt makes sense.
    pub retry: bool,
}

/// One call of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Attempt {
    /// Counted from 1.
    pub number: u32,
    /// The line it used.
    pub line: String,
    /// When it began.
    pub started: String,
    /// When it ended; absent while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Pages confirmed in this call.
    pub pages: u32,
    /// Seconds from connection to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Modulation and rate, as `V.17 14400`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
    /// Whether error correction was in use.
    pub ecm: bool,
    /// The image coding: `MH`, `MR` or `MMR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coding: Option<String>,
    /// Image octets of the confirmed pages on the wire.
    pub octets: u64,
    /// The identity that the far end gave.
    pub remote: String,
}

/// The calls of a job, first one first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AttemptList {
    /// The calls.
    pub attempts: Vec<Attempt>,
}

/// One line of a call's time line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TranscriptLine {
    /// Seconds since the call began.
    pub at: f64,
    /// The layer that speaks: `sip`, `t38`, `t30` or `call`.
    pub layer: String,
    /// `sent`, `received`, or empty for what happened on this side.
    #[serde(default)]
    pub direction: String,
    /// What happened, decoded.
    pub text: String,
}

/// The decoded time line of one call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Transcript {
    /// The attempt, counted from 1.
    pub attempt: u32,
    /// The lines in order of time.
    pub lines: Vec<TranscriptLine>,
    /// Whether lines are missing at the end because the transcript was longer than the server
    /// hands out.
    pub truncated: bool,
}
