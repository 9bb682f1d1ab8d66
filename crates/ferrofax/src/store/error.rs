//! What can go wrong between the house and its disk.

use crate::queue::Illegal;

use super::{DocumentId, JobId, PortId};

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no such job.
    #[error("there is no job {0}")]
    NoJob(JobId),
    /// There is no such document.
    #[error("there is no document {0}")]
    NoDocument(DocumentId),
    /// There is no such line.
    #[error("there is no line {0}")]
    NoPort(PortId),
    /// The job is not in a state for that.
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// The key was used for another request.
    #[error("this Idempotency-Key was used for another request; its job is {0}")]
    KeyReused(JobId),
    /// A value out of its range.
    #[error("{key} {why}")]
    Invalid {
        /// Which value.
        key: &'static str,
        /// What is wrong, to follow the key in a sentence.
        why: String,
    },
    /// A stored page or document is not there or not readable.
    #[error("{what} cannot be read: {why}")]
    Damaged {
        /// Which file or row.
        what: String,
        /// What is wrong.
        why: String,
    },
    /// Another server works on this folder.
    #[error("the data folder {0} is in use by another server")]
    InUse(String),
    /// The database.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The disk.
    #[error("disk: {0}")]
    Disk(#[from] std::io::Error),
}

/// What the store answers.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
