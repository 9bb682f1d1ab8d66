//! The wire types of REST `/v1`, used by the server and by every client.
//!
//! Times are RFC 3339 UTC text (`2026-11-22T12:00:00Z`). Ids are small integers from 1. A field
//! without a value is left out or `null`; texts that nobody gave are empty.

mod attempt;
mod cover;
mod event;
mod inbox;
mod job;
mod port;
mod problem;
mod routing;
mod server;

pub use attempt::{Attempt, AttemptList, Failure, Fault, Transcript, TranscriptLine};
pub use cover::{CoverList, CoverTemplate};
pub use event::Event;
pub use inbox::{InboxItem, InboxList};
pub use job::{
    Cover, Job, JobChange, JobList, JobState, JobType, MAX_NOTE_CHARS, MAX_TEXT_CHARS, NewJob,
    Password, Progress, Resolution, RestartJob, Uploaded,
};
pub use port::{Port, PortChange, PortList, PortStatus};
pub use problem::{Code, Problem};
pub use routing::{
    ROUTE_EMAIL, ROUTE_FOLDER, ROUTE_PRINT, RoutingMethod, RoutingMethodChange, RoutingMethodList,
};
pub use server::{Health, PRODUCT, Right, ServerChange, ServerInfo, ServerProperties};
