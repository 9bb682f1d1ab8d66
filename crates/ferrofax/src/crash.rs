//! A test aid: the process dies, as if killed, when it reaches a named point.
//!
//! `FERROFAX_CRASH_AT=after-accept ferrofax serve` runs the real binary until the first job is
//! accepted and not a step further. Crash tests use it to find out what a restart makes of every
//! point at which a server can be lost. Without the variable nothing of this does anything.

use std::sync::OnceLock;

/// Names the point.
const VARIABLE: &str = "FERROFAX_CRASH_AT";

static ARMED: OnceLock<Option<Point>> = OnceLock::new();

/// The points at which the server can be made to die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// Serving, nothing to do.
    Idle,
    /// A document is on disk and not in the database.
    InUpload,
    /// A job is durable and its submitter does not know its id.
    AfterAccept,
    /// A call identifies and trains.
    PhaseB,
    /// Half of a page is on the wire.
    MidPage,
    /// A page that is not the last is confirmed and recorded.
    BetweenPages,
    /// The last confirmation is asked for and its answer not read.
    AfterLastEop,
    /// The last page is confirmed and that is not recorded.
    BetweenAnswerAndRecord,
    /// A page is being received.
    InReceivedPage,
    /// Every page is received and the fax is not in the inbox.
    AfterLastReceived,
    /// A received fax lies in its folder and that is not recorded.
    AfterStored,
    /// A sent fax lies in the archive and that is not recorded.
    AfterArchived,
}

impl Point {
    /// Every point, in the order in which a fax reaches them.
    pub const ALL: [Self; 12] = [
        Self::Idle,
        Self::InUpload,
        Self::AfterAccept,
        Self::PhaseB,
        Self::MidPage,
        Self::BetweenPages,
        Self::AfterLastEop,
        Self::BetweenAnswerAndRecord,
        Self::InReceivedPage,
        Self::AfterLastReceived,
        Self::AfterStored,
        Self::AfterArchived,
    ];

    /// The name in the environment.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::InUpload => "in-upload",
            Self::AfterAccept => "after-accept",
            Self::PhaseB => "phase-b",
            Self::MidPage => "mid-page",
            Self::BetweenPages => "between-pages",
            Self::AfterLastEop => "after-last-eop",
            Self::BetweenAnswerAndRecord => "between-answer-and-record",
            Self::InReceivedPage => "in-received-page",
            Self::AfterLastReceived => "after-last-received",
            Self::AfterStored => "after-stored",
            Self::AfterArchived => "after-archived",
        }
    }
}

/// Dies here if the environment says so.
pub fn reached(point: Point) {
    if is_armed(point) {
        // What `kill -9` does from outside, at just this point.
        #[cfg(unix)]
        let _ =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        std::process::abort();
    }
}

/// Whether the environment says so. The variable is read once.
#[must_use]
pub fn is_armed(point: Point) -> bool {
    let armed = ARMED.get_or_init(|| {
        let name = std::env::var(VARIABLE).ok()?;
        Point::ALL.into_iter().find(|p| p.as_str() == name)
    });
    *armed == Some(point)
}
