//! Job states and legal moves, retry policy, schedule, and the task that acts on them.
//!
//! What is decided here is decided by functions that touch nothing ([`decide`], [`after_attempt`],
//! [`choose`]); [`Scheduler`] and [`OutgoingHost`] do it.

mod attempt;
mod discount;
mod header;
mod lines;
mod number;
mod policy;
mod schedule;
mod scheduler;
mod shown;
mod state;
#[cfg(test)]
mod tests;
mod transcript;
mod words;

pub use attempt::OutgoingHost;
pub(crate) use attempt::{end_transcript, report_of};
pub use discount::DiscountRate;
pub use header::{HeaderLine, HeaderText, Headers, LineHeader, Template, is_stamped};
pub use lines::{Lines, Seat};
pub use number::{Number, NumberError};
pub use policy::{Over, after_attempt};
pub(crate) use schedule::tsi;
pub use schedule::{FreeLine, choose};
pub use scheduler::Scheduler;
pub(crate) use shown::Shown;
pub use state::{Action, Direction, Illegal, JobState, Move, decide};
pub use transcript::Transcript;
pub use words::{DeviceWord, QueueWord, device_word, job_type, queue_word};
