//! The words of faxcom, read off a stored job.

use std::fmt;

use super::{Direction, JobState};
use crate::failure::{Failure, Retry};
use crate::store::Job;

/// faxcom IFaxJob::get_DeviceStatus: what the device does with a job, or did last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeviceWord {
    /// The call is being placed.
    Dialing,
    /// Pages are going out.
    Sending,
    /// Pages are coming in.
    Receiving,
    /// It is done.
    Completed,
    /// The number was busy.
    Busy,
    /// Nobody answered.
    NoAnswer,
    /// The number is wrong.
    BadAddress,
    /// The line was not there.
    NoDialTone,
    /// The call broke.
    Disconnected,
    /// It cannot be done.
    FatalError,
    /// The far end is no fax machine.
    NotAFaxCall,
    /// The network asked for patience.
    CallDelayed,
    /// The number is forbidden.
    CallBlacklisted,
    /// The device gets ready.
    Initializing,
    /// It rings.
    Ringing,
    /// The device neither sends nor receives.
    Offline,
    /// The device is free.
    Available,
    /// The call is being broken off.
    Aborting,
    /// A received fax is handed on.
    Routing,
    /// The device took a call.
    Answered,
    /// No device has the job.
    Unknown,
}

impl DeviceWord {
    /// Every word.
    pub const ALL: [Self; 21] = [
        Self::Dialing,
        Self::Sending,
        Self::Receiving,
        Self::Completed,
        Self::Busy,
        Self::NoAnswer,
        Self::BadAddress,
        Self::NoDialTone,
        Self::Disconnected,
        Self::FatalError,
        Self::NotAFaxCall,
        Self::CallDelayed,
        Self::CallBlacklisted,
        Self::Initializing,
        Self::Ringing,
        Self::Offline,
        Self::Available,
        Self::Aborting,
        Self::Routing,
        Self::Answered,
        Self::Unknown,
    ];

    /// The English word that faxcom gives.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dialing => "Dialing",
            Self::Sending => "Sending",
            Self::Receiving => "Receiving",
            Self::Completed => "Completed",
            Self::Busy => "Busy",
            Self::NoAnswer => "No Answer",
            Self::BadAddress => "Bad Address",
            Self::NoDialTone => "No Dial Tone",
            Self::Disconnected => "Disconnected",
            Self::FatalError => "Fatal Error",
            Self::NotAFaxCall => "Not a Fax Call",
            Self::CallDelayed => "Call Delayed",
            Self::CallBlacklisted => "Call Blacklisted",
            Self::Initializing => "Initializing",
            Self::Ringing => "Ringing",
            Self::Offline => "Offline",
            Self::Available => "Available",
            Self::Aborting => "Aborting",
            Self::Routing => "Routing",
            Self::Answered => "Answered",
            Self::Unknown => "Unknown",
        }
    }

    /// The word that `text` spells.
    #[must_use]
    pub fn from_word(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.as_str() == text)
    }
}

/// faxcom IFaxJob::get_QueueStatus: where a job stands in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QueueWord {
    /// Waits for service. JS_PENDING
    Pending,
    /// Is being sent or received. JS_INPROGRESS
    InProgress,
    /// Is being removed. JS_DELETING
    Deleting,
    /// Failed. JS_FAILED
    Failed,
    /// Held back. JS_PAUSED
    Paused,
    /// No line is free, or none may send. JS_NOLINE
    NoLine,
    /// Failed and will be tried again. JS_RETRYING
    Retrying,
    /// Failed as often as allowed. JS_RETRIES_EXCEEDED
    RetriesExceeded,
}

impl QueueWord {
    /// The English word that faxcom gives.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::InProgress => "In Progress",
            Self::Deleting => "Deleting",
            Self::Failed => "Failed",
            Self::Paused => "Paused",
            Self::NoLine => "No Line",
            Self::Retrying => "Retrying",
            Self::RetriesExceeded => "Retries Exceeded",
        }
    }
}

impl fmt::Display for DeviceWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for QueueWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// faxcom IFaxJob::get_QueueStatus of a stored job. A pause of a job on a line takes effect when the
/// call is over, so such a job is in progress.
#[must_use]
pub fn queue_word(job: &Job) -> QueueWord {
    match job.state {
        _ if job.cancel_requested => QueueWord::Deleting,
        JobState::Failed if job.failure.is_some_and(|f| f.retry() == Retry::Later) => {
            QueueWord::RetriesExceeded
        }
        JobState::Failed | JobState::Uncertain | JobState::ReceiveFailed => QueueWord::Failed,
        JobState::Active | JobState::Routing => QueueWord::InProgress,
        JobState::Sent | JobState::Received | JobState::Canceled => QueueWord::Deleting,
        JobState::Pending if job.held => QueueWord::Paused,
        JobState::Pending if job.no_line => QueueWord::NoLine,
        JobState::Pending => match job.failure {
            None => QueueWord::Pending,
            Some(Failure::NoOwnLine) => QueueWord::NoLine,
            Some(_) => QueueWord::Retrying,
        },
    }
}

/// faxcom IFaxJob::get_DeviceStatus of a stored job. A job that waits for its first attempt has no
/// device; one that waits for another keeps the word of the last.
#[must_use]
pub fn device_word(job: &Job) -> DeviceWord {
    let of_failure = || job.failure.map_or(DeviceWord::Unknown, Failure::device_word);
    match job.state {
        JobState::Active if job.cancel_requested => DeviceWord::Aborting,
        JobState::Active => job.progress.as_ref().map_or(DeviceWord::Initializing, |p| p.device),
        JobState::Routing => DeviceWord::Routing,
        JobState::Sent | JobState::Received => DeviceWord::Completed,
        JobState::Canceled => DeviceWord::Aborting,
        JobState::Uncertain => DeviceWord::Disconnected,
        JobState::Pending | JobState::Failed | JobState::ReceiveFailed => of_failure(),
    }
}

/// faxcom IFaxJob::get_Type of a stored job: the number that stands for JT_SEND, JT_RECEIVE,
/// JT_ROUTING or JT_FAIL_RECEIVE.
#[must_use]
pub const fn job_type(job: &Job) -> i32 {
    match (job.direction, job.state) {
        (Direction::Send, _) => 1,
        (Direction::Receive, JobState::Routing) => 3,
        (Direction::Receive, JobState::ReceiveFailed) => 4,
        (Direction::Receive, _) => 2,
    }
}
