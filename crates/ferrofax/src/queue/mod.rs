//! Job states and legal moves, retry policy, schedule, and the task that acts on them.

mod number;
mod state;
mod words;

pub use number::{Number, NumberError};
pub use state::{Action, Direction, Illegal, JobState, Move, decide};
pub use words::{DeviceWord, QueueWord, device_word, job_type, queue_word};
