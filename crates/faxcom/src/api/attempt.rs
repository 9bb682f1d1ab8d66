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

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Failure {
    /// The stable number of the failure.
    pub number: u16,
    /// What happened, in one sentence without a full stop.
    pub text: String,
    /// Whose fault it is.
    pub fault: Fault,
    /// Whether another attempt makes sense.
    pub retry: bool,
    /// What to try, in one sentence without a full stop.
    pub advice: String,
}

/// One call of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Attempt {
    /// Counted from 1.
    pub number: u32,
    /// The device id of the line it used.
    pub device_id: u32,
    /// When it began.
    pub started: String,
    /// When it ended; absent while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// Why it failed; absent while it lasts and when it did what it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Whether the far end may have the last page although it never confirmed it.
    pub uncertain: bool,
    /// The first page that it was to send, counted from 1.
    pub first_page: u32,
    /// Pages confirmed in this call.
    pub pages: u32,
    /// Modulation and rate, as `V.17 14400`; empty when none was agreed on.
    pub rate: String,
    /// Whether error correction was in use.
    pub ecm: bool,
    /// The image coding: `MH`, `MR` or `MMR`; empty when none was agreed on.
    pub coding: String,
    /// Image octets on the wire.
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
    /// What kind of line it is: `frame_sent`, `frame_received`, `note` ...
    pub kind: String,
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
