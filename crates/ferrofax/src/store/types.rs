//! What the store hands out and takes: rows as types.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use t4::Resolution;

use crate::failure::Failure;
use crate::queue::{DeviceWord, Direction, JobState, Number};

use super::Rights;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A job, sent or received: a small number from 1 that is never used twice.
    JobId;
    /// An uploaded document.
    DocumentId;
    /// A line, as faxcom's DeviceId: it belongs to the line's name for ever.
    PortId;
}

/// A document to keep.
#[derive(Debug, Clone)]
pub struct NewDocument {
    /// Who uploaded it.
    pub user_name: String,
    /// Its file name, as the client says; for people only.
    pub name: String,
    /// The media type found by looking at it.
    pub media_type: String,
    /// All of it.
    pub bytes: Bytes,
}

/// A stored document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Who uploaded it.
    pub user_name: String,
    /// Its file name; for people only.
    pub name: String,
    /// The media type found by looking at it.
    pub media_type: String,
    /// Its size.
    pub octets: u64,
    /// When it was uploaded, microseconds UTC.
    pub created_us: i64,
}

/// A fax to send.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Where the pages came from.
    pub document: Option<DocumentId>,
    /// Who submits it.
    pub user_name: String,
    /// Where it goes.
    pub number: Number,
    /// Cover field and queue text.
    pub recipient_name: String,
    /// Cover field and queue text.
    pub sender_name: String,
    /// Cover field and queue text.
    pub sender_company: String,
    /// Cover field and queue text.
    pub sender_department: String,
    /// The TSI wanted; used when the server does not insist on the line's.
    pub tsid: String,
    /// Free text for whoever pays.
    pub billing_code: String,
    /// The name in the queue.
    pub display_name: String,
    /// Wait for the cheap hours.
    pub discount: bool,
    /// What was said for the cover page, as JSON; empty when nothing was.
    pub cover: String,
    /// How many of its pages are the cover's, in front of the others.
    pub cover_pages: u32,
    /// The resolution for which the document was drawn, when later jobs of it may take its pages.
    pub drawn: Option<Resolution>,
}

/// What makes a repeated request answer the first job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The client's key, at most [`Idempotency::KEY_CHARS`] characters; it counts per user.
    pub key: String,
    /// A digest of the request: the same key with another request is refused.
    pub fingerprint: String,
}

impl Idempotency {
    /// The longest key.
    pub const KEY_CHARS: usize = 255;
}

/// The answer to a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    /// The job.
    pub job: JobId,
    /// Whether this very submission made it.
    pub fresh: bool,
}

/// A job as it is stored, and while it is on a line as it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Whether it goes out or came in.
    pub direction: Direction,
    /// What it is doing.
    pub state: JobState,
    /// Paused.
    pub held: bool,
    /// Cancelled while on a line; its call is being ended.
    pub cancel_requested: bool,
    /// Attempts that count against `Retries`, the running one included.
    pub attempts: u32,
    /// Not before this moment, microseconds UTC.
    pub due_us: i64,
    /// When it was submitted or the call came in, microseconds UTC.
    pub created_us: i64,
    /// When it came to its end (sent, failed, ...), microseconds UTC.
    pub ended_us: Option<i64>,
    /// The step of the queue at which it came.
    pub created_seq: i64,
    /// The step of the queue at which FaxJobs stopped showing it.
    pub left_seq: Option<i64>,
    /// Where the pages came from.
    pub document: Option<DocumentId>,
    /// Who submitted it; empty for a received one.
    pub user_name: String,
    /// The number as typed; for a received fax the number called.
    pub number: String,
    /// The number as dialled.
    pub dialled: String,
    /// Recipient.
    pub recipient_name: String,
    /// Sender.
    pub sender_name: String,
    /// Sender's company.
    pub sender_company: String,
    /// Sender's department.
    pub sender_department: String,
    /// The TSID wanted; for a received fax the TSI of the caller.
    pub tsid: String,
    /// Free text for whoever pays.
    pub billing_code: String,
    /// Name in the queue.
    pub display_name: String,
    /// Waits for the cheap hours.
    pub discount: bool,
    /// Pages: all of them when sending, those received so far when receiving.
    pub pages: u32,
    /// How many of them are the cover's, in front of the others.
    pub cover_pages: u32,
    /// Pages that the far end confirmed, or that we confirmed to it.
    pub pages_confirmed: u32,
    /// Size of the stored pages.
    pub octets: u64,
    /// Why the last attempt failed.
    pub failure: Option<Failure>,
    /// The line of the running attempt, or of the last.
    pub port: Option<PortId>,
    /// Who calls, as the network says; for a received fax.
    pub caller: String,
    /// CSI or TSI of the far end.
    pub remote: String,
    /// What its running or latest call shows the far end: our TSI or CSI; empty before the first.
    pub ident: String,
    /// What became of its copy in a folder, in words; empty when none is wanted.
    pub delivery: String,
    /// It is due, and no line is free for it.
    pub no_line: bool,
    /// The attempt that runs now.
    pub progress: Option<Progress>,
}

/// How far a running attempt is.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// What the device does.
    pub device: DeviceWord,
    /// Phase of T.30, `A` to `E`.
    pub phase: char,
    /// The page on the line, from 1 of the whole job; 0 before the first.
    pub page: u32,
    /// Agreed rate; 0 before it is agreed.
    pub rate_bps: u32,
    /// Error correction.
    pub ecm: bool,
    /// Octets of the current page so far.
    pub octets: u32,
    /// Octets of the current page in all; `None` when receiving.
    pub of: Option<u32>,
    /// When the call began, microseconds UTC.
    pub started_us: i64,
}

/// Which jobs to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// What FaxJobs shows, as a picture that does not change while it is paged through.
    Visible {
        /// The picture; `None` takes a new one.
        as_of: Option<i64>,
    },
    /// Every job that was ever sent or received, also those that have left the queue.
    All,
    /// Received faxes, whole or broken.
    Inbox,
}

/// A page of a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct JobPage {
    /// The picture that this page belongs to.
    pub as_of: i64,
    /// How many jobs the whole listing has.
    pub count: u64,
    /// The jobs of this page, by id.
    pub jobs: Vec<Job>,
}

/// One call of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// The line.
    pub port: PortId,
    /// When it began, microseconds UTC.
    pub started_us: i64,
    /// When it ended, microseconds UTC; `None` while it runs.
    pub ended_us: Option<i64>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// Whether the far end may have the last page all the same.
    pub uncertain: bool,
    /// Whether the server died in it.
    pub broken: bool,
    /// The first page it was to send, from 0 of the whole job.
    pub first_page: u32,
    /// Pages confirmed in it.
    pub pages: u32,
    /// Octets on the wire.
    pub octets: u64,
    /// Last agreed rate, as `V.17 14400`; empty when none was agreed.
    pub rate: String,
    /// Error correction.
    pub ecm: bool,
    /// Image coding; empty when none was agreed.
    pub coding: String,
    /// CSI or TSI of the far end.
    pub remote: String,
}

/// How a running attempt ended, as the queue decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The last page is confirmed.
    Sent,
    /// Again at this moment, microseconds UTC.
    Retry {
        /// Not before, microseconds UTC.
        due_us: i64,
        /// Why.
        failure: Failure,
    },
    /// Given up.
    Failed(Failure),
    /// Nobody knows whether the far end has it.
    Uncertain(Failure),
    /// Ended because a person wanted it.
    Canceled,
}

/// One thing that happened, for whoever follows the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Rises by one; never used twice.
    pub id: i64,
    /// When, microseconds UTC.
    pub at_us: i64,
    /// What.
    pub kind: EventKind,
    /// The job it is about.
    pub job: Option<JobId>,
}

/// What an event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A job was queued, or a call came in.
    JobAdded,
    /// A job moved on: state, flags, attempts, page, device.
    JobChanged,
    /// A job left the visible queue.
    JobLeft,
    /// A page of a job is confirmed.
    PageConfirmed,
    /// A line changed.
    PortChanged,
    /// A property of the server changed.
    ServerChanged,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::JobAdded,
        Self::JobChanged,
        Self::JobLeft,
        Self::PageConfirmed,
        Self::PortChanged,
        Self::ServerChanged,
    ];

    /// The word in the store and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JobAdded => "job-added",
            Self::JobChanged => "job-changed",
            Self::JobLeft => "job-left",
            Self::PageConfirmed => "page-confirmed",
            Self::PortChanged => "port-changed",
            Self::ServerChanged => "server-changed",
        }
    }

    /// The kind that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == word)
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything else.
    Default,
    /// The configuration file.
    File,
    /// A client set it; it is in the database and wins over the file.
    Database,
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub source: Source,
}

/// A line as clients see it. faxcom IFaxPort
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// faxcom IFaxPort::get_DeviceId
    pub id: PortId,
    /// The line's name.
    pub name: String,
    /// Rings before answering, 0 to 99.
    pub rings: Setting<u32>,
    /// Identity sent when receiving.
    pub csid: Setting<String>,
    /// Identity sent when sending.
    pub tsid: Setting<String>,
    /// Whether it may send.
    pub send: Setting<bool>,
    /// Whether it may receive.
    pub receive: Setting<bool>,
    /// Rank for outgoing calls, 1 first.
    pub priority: u32,
    /// Calls at once.
    pub channels: u32,
}

/// Changes to a line; `None` leaves a value as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PortPatch {
    /// Rings before answering, 0 to 99.
    pub rings: Option<u32>,
    /// Identity sent when receiving.
    pub csid: Option<String>,
    /// Identity sent when sending.
    pub tsid: Option<String>,
    /// Whether it may send.
    pub send: Option<bool>,
    /// Whether it may receive.
    pub receive: Option<bool>,
    /// Rank for outgoing calls, 1 first.
    pub priority: Option<u32>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name that a job of this user carries.
    pub name: String,
    /// What the user may do.
    pub rights: Rights,
}
