//! What can go wrong between the house and its disk.

use std::error::Error;
use std::io::ErrorKind;

use crate::queue::Illegal;

use super::{DocumentId, JobId, PortId};

/// The result code of SQLite for a disk without room.
const SQLITE_FULL: &str = "13";

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
    /// The database was written by a newer version of this program.
    #[error("the database is of schema {found} and this version knows {known}; use the newer one")]
    Newer {
        /// The schema of the database.
        found: i64,
        /// The newest schema that is known here.
        known: i64,
    },
    /// Another server works on this folder.
    #[error("the data folder {0} is in use by another server")]
    InUse(String),
    /// The database.
    #[error("database: {0}")]
    Database(sqlx::Error),
    /// The disk.
    #[error("disk: {0}")]
    Disk(#[from] std::io::Error),
}

impl StoreError {
    /// Whether it is for want of room on the disk.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Disk(error) if error.kind() == ErrorKind::StorageFull)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        match code.as_deref() == Some(SQLITE_FULL) {
            true => Self::Disk(ErrorKind::StorageFull.into()),
            false => Self::Database(error),
        }
    }
}

impl From<object_store::Error> for StoreError {
    /// What the disk said lies somewhere behind what `object_store` says.
    fn from(error: object_store::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(now) = cause {
            if let Some(disk) = now.downcast_ref::<std::io::Error>()
                && disk.kind() == ErrorKind::StorageFull
            {
                return Self::Disk(std::io::Error::new(ErrorKind::StorageFull, error));
            }
            cause = now.source();
        }
        Self::Disk(std::io::Error::other(error))
    }
}

/// What the store answers.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
