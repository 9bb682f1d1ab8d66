use std::io::ErrorKind;
use std::process::ExitCode;

use faxcom::api::Code;

use crate::config::ConfigError;

/// How a command ended; the numbers are in the help text and never change their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It did what it was for.
    Done = 0,
    /// It did not.
    Failed = 1,
    /// It was used wrongly, or the configuration is wrong.
    Usage = 2,
    /// No Ferrofax server answered.
    Unreachable = 3,
    /// The server refused access.
    Denied = 4,
    /// The far end may or may not have the fax.
    Uncertain = 5,
}

/// A command line that is well-formed and means nothing; the sentence says why.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) String);

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Exit {
    /// The exit that an error stands for.
    #[must_use]
    pub fn of(error: &anyhow::Error) -> Self {
        if error.downcast_ref::<ConfigError>().is_some() || error.downcast_ref::<Usage>().is_some()
        {
            return Self::Usage;
        }
        match error.downcast_ref::<faxcom::Error>() {
            Some(faxcom::Error::Unreachable { .. } | faxcom::Error::NotFerrofax { .. }) => {
                Self::Unreachable
            }
            Some(faxcom::Error::AccessDenied { .. }) => Self::Denied,
            Some(error) if error.code() == Some(Code::Forbidden) => Self::Denied,
            Some(faxcom::Error::BadServerName { .. } | faxcom::Error::BadSettings { .. }) => {
                Self::Usage
            }
            _ => Self::Failed,
        }
    }
}

/// Whether whoever read our output has seen enough.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let json =
            cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(ErrorKind::BrokenPipe)
    })
}
