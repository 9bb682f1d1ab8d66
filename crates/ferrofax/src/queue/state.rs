//! The states of a job and the moves that a person may make.

use std::fmt;

use crate::store::Job;

/// Who has the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// This server sends.
    Send,
    /// This server receives.
    Receive,
}

/// What a job is doing. Paused is a flag beside it, not a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobState {
    /// Waits for its time and a line, for the first time or again.
    Pending,
    /// On a line now, in either direction.
    Active,
    /// The far end confirmed the last page.
    Sent,
    /// Given up; may be restarted.
    Failed,
    /// Cancelled by a person.
    Canceled,
    /// The last page was asked for and its confirmation never recorded: the far end may have it.
    Uncertain,
    /// Received and handed on.
    Received,
    /// Received, being handed on.
    Routing,
    /// A reception that broke; the whole pages that came are kept.
    ReceiveFailed,
}

/// What a person can order for a job. faxcom IFaxJob::SetStatus
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Hold it back. JC_PAUSE
    Pause,
    /// Let it go again. JC_RESUME
    Resume,
    /// Begin a failed job anew with all its retries, at its first unconfirmed page. JC_RESTART
    Restart {
        /// Whether an uncertain job may be sent although the far end may have it already.
        may_duplicate: bool,
    },
    /// Stop and remove it. JC_DELETE
    Cancel,
}

/// What an action does to a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Move {
    /// Set the paused flag.
    Hold,
    /// Clear the paused flag.
    Release,
    /// Back to pending, due now, with all its retries.
    Requeue,
    /// It leaves the queue as cancelled.
    Remove,
    /// Its call is told to end; it leaves the queue when that is done.
    Abort,
    /// Nobody tries to hand it on any more; it leaves the queue and stays in the inbox.
    Keep,
    /// It is so already.
    Nothing,
}

/// Why an action is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Illegal {
    /// Only a job that waits, or is on its way, can be paused.
    #[error("a job that is {0} cannot be paused")]
    Pause(JobState),
    /// Only a paused job can be resumed.
    #[error("a job that is {0} and not paused cannot be resumed")]
    Resume(JobState),
    /// Only a failed job can be restarted.
    #[error("a job that is {0} cannot be restarted")]
    Restart(JobState),
    /// The far end may have the fax.
    #[error("the far end may have this fax already; restart it with --may-duplicate")]
    MayDuplicate,
    /// It has left the queue.
    #[error("a job that is {0} has left the queue")]
    Gone(JobState),
}

/// Decides what `action` does to `job`.
///
/// # Errors
/// When the job is not in a state that allows it.
pub const fn decide(job: &Job, action: Action) -> Result<Move, Illegal> {
    use JobState as S;
    if job.left_seq.is_some() {
        return Err(Illegal::Gone(job.state));
    }
    match (action, job.direction, job.state) {
        (Action::Pause, Direction::Send, S::Pending | S::Active) => {
            Ok(if job.held { Move::Nothing } else { Move::Hold })
        }
        (Action::Pause, ..) => Err(Illegal::Pause(job.state)),
        (Action::Resume, Direction::Send, S::Pending | S::Active) if job.held => Ok(Move::Release),
        (Action::Resume, ..) => Err(Illegal::Resume(job.state)),
        (Action::Restart { .. }, Direction::Send, S::Failed)
        | (Action::Restart { may_duplicate: true }, Direction::Send, S::Uncertain) => {
            Ok(Move::Requeue)
        }
        (Action::Restart { .. }, Direction::Send, S::Uncertain) => Err(Illegal::MayDuplicate),
        (Action::Restart { .. }, ..) => Err(Illegal::Restart(job.state)),
        (Action::Cancel, _, S::Active) if job.cancel_requested => Ok(Move::Nothing),
        (Action::Cancel, _, S::Active) => Ok(Move::Abort),
        (Action::Cancel, _, S::Routing) => Ok(Move::Keep),
        (Action::Cancel, ..) => Ok(Move::Remove),
    }
}

impl Direction {
    /// The word in the store and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Receive => "receive",
        }
    }

    /// The direction that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Send, Self::Receive].into_iter().find(|d| d.as_str() == word)
    }
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::Active,
        Self::Sent,
        Self::Failed,
        Self::Canceled,
        Self::Uncertain,
        Self::Received,
        Self::Routing,
        Self::ReceiveFailed,
    ];

    /// The word in the store and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Uncertain => "uncertain",
            Self::Received => "received",
            Self::Routing => "routing",
            Self::ReceiveFailed => "receive_failed",
        }
    }

    /// The state that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
