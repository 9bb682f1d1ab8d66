use std::path::PathBuf;

use crate::api::{Code, Problem};

/// Why a call of this crate failed. `Display` is a sentence that a person can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The object's server was never connected, or has been disconnected since.
    #[error("not connected to a fax server; call connect first")]
    NotConnected,
    /// The server did not answer.
    #[error("the fax server at {address} did not answer: {why}")]
    Unreachable {
        /// The address that was asked.
        address: String,
        /// What went wrong.
        why: String,
    },
    /// Something answered that is not a Ferrofax server.
    #[error("{address} answered, but not as a Ferrofax server: {why}")]
    NotFerrofax {
        /// The address that was asked.
        address: String,
        /// What is wrong with the answer.
        why: String,
    },
    /// The server does not know the token, or none was found.
    #[error("the fax server at {address} refused access: {why}")]
    AccessDenied {
        /// The address that was asked.
        address: String,
        /// What to do about it.
        why: String,
    },
    /// The server understood the request and refused it.
    #[error("{}", .0.detail)]
    Refused(Problem),
    /// A name that no server can have.
    #[error("{name:?} is not a server name: {why}")]
    BadServerName {
        /// The name as it was given.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A `client.toml` that cannot be used.
    #[error("{} cannot be used: {why}", .path.display())]
    BadSettings {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The collection has no element of this number.
    #[error("there is no item {index}: the collection has {count}, counted from 1")]
    IndexOutOfRange {
        /// The index that was asked for.
        index: u32,
        /// Elements in the collection.
        count: u32,
    },
    /// A number that is none of the commands of `SetStatus`.
    #[error("{0} is not a job command: 1 deletes, 2 pauses, 3 resumes or restarts")]
    BadCommand(i32),
    /// The job has left the queue.
    #[error("job {0} is no longer in the queue")]
    JobGone(u32),
    /// `send` without a number.
    #[error("no fax number was given")]
    NoFaxNumber,
    /// `send` without a file.
    #[error("no file was given")]
    NoFileName,
    /// `send` with a call handle or a connection object.
    #[error(
        "a call that is already up cannot be taken over; leave CallHandle and ConnectionObject empty"
    )]
    CallHandover,
    /// A text that the server would not take.
    #[error("{member} has {has} characters; at most {most} are taken")]
    TextTooLong {
        /// The member of the document.
        member: &'static str,
        /// Its characters.
        has: usize,
        /// The most that it may have.
        most: usize,
    },
    /// The file is not there.
    #[error("{} does not exist", .0.display())]
    FileNotFound(PathBuf),
    /// This account may not read the file.
    #[error("{} may not be read by this account", .0.display())]
    FileDenied(PathBuf),
    /// The file cannot be used.
    #[error("{}: {why}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        why: String,
    },
    /// What was downloaded cannot be written.
    #[error("what was downloaded cannot be written: {0}")]
    Output(String),
    /// The system gave no randomness for an `Idempotency-Key`.
    #[error("the system gave no randomness: {0}")]
    NoRandomness(String),
}

const S_ACCESS_DENIED: u32 = 0x8007_0005;
const S_HANDLE: u32 = 0x8007_0006;
const S_FILE_NOT_FOUND: u32 = 0x8007_0002;
const S_INVALID_DATA: u32 = 0x8007_000D;
const S_INVALID_FUNCTION: u32 = 0x8007_0001;
const S_INVALID_ARG: u32 = 0x8007_0057;
const S_NOT_SUPPORTED: u32 = 0x8007_0032;
const S_SERVER_UNAVAILABLE: u32 = 0x8007_06BA;
const S_SERVER_TOO_BUSY: u32 = 0x8007_06BB;
const S_FAIL: u32 = 0x8000_4005;

impl Error {
    /// The HRESULT that a COM client expects for this error.
    #[must_use]
    pub fn hresult(&self) -> u32 {
        match self {
            Self::NotConnected => S_HANDLE,
            Self::Unreachable { .. } | Self::NotFerrofax { .. } => S_SERVER_UNAVAILABLE,
            Self::AccessDenied { .. } | Self::FileDenied(_) => S_ACCESS_DENIED,
            Self::Refused(problem) => refused_hresult(problem.code),
            Self::BadServerName { .. }
            | Self::IndexOutOfRange { .. }
            | Self::BadCommand(_)
            | Self::JobGone(_)
            | Self::NoFaxNumber
            | Self::NoFileName
            | Self::TextTooLong { .. } => S_INVALID_ARG,
            Self::CallHandover => S_NOT_SUPPORTED,
            Self::FileNotFound(_) => S_FILE_NOT_FOUND,
            Self::File { .. } | Self::BadSettings { .. } => S_INVALID_DATA,
            Self::Output(_) | Self::NoRandomness(_) => S_FAIL,
        }
    }

    /// Whether the connection was at fault, so that the same request may be made again.
    #[must_use]
    pub fn is_connection_lost(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// The code of a refusal by the server.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(problem) => Some(problem.code),
            _ => None,
        }
    }
}

fn refused_hresult(code: Code) -> u32 {
    match code {
        Code::Unauthorized | Code::Forbidden => S_ACCESS_DENIED,
        Code::NotFound
        | Code::BadRequest
        | Code::BadValue
        | Code::BadNumber
        | Code::NotAllowed
        | Code::Uncertain
        | Code::KeyReused => S_INVALID_ARG,
        Code::UnsupportedDocument => S_INVALID_FUNCTION,
        Code::NoCover => S_FILE_NOT_FOUND,
        Code::BadDocument | Code::EncryptedDocument | Code::BadCover | Code::TooLarge => {
            S_INVALID_DATA
        }
        Code::Busy | Code::Timeout => S_SERVER_TOO_BUSY,
        Code::WrongHost => S_SERVER_UNAVAILABLE,
        Code::MethodNotAllowed | Code::Internal | Code::Other => S_FAIL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: Code) -> Error {
        Error::Refused(Problem {
            kind: "about:blank".into(),
            title: "Not Found".into(),
            status: 404,
            detail: "there is no job 7".into(),
            code,
        })
    }

    #[test]
    fn a_vanished_job_is_an_invalid_argument() {
        assert_eq!(refusal(Code::NotFound).hresult(), 0x8007_0057);
    }

    #[test]
    fn a_refusal_speaks_in_the_words_of_the_server() {
        assert_eq!(refusal(Code::NotFound).to_string(), "there is no job 7");
    }

    #[test]
    fn each_situation_has_the_number_that_com_clients_know() {
        let address = || "http://127.0.0.1:4500".to_owned();
        let rows: [(Error, u32); 8] = [
            (Error::NotConnected, 0x8007_0006),
            (Error::Unreachable { address: address(), why: String::new() }, 0x8007_06BA),
            (Error::AccessDenied { address: address(), why: String::new() }, 0x8007_0005),
            (Error::IndexOutOfRange { index: 3, count: 2 }, 0x8007_0057),
            (Error::BadCommand(9), 0x8007_0057),
            (Error::FileNotFound("a.tif".into()), 0x8007_0002),
            (refusal(Code::BadDocument), 0x8007_000D),
            (refusal(Code::Busy), 0x8007_06BB),
        ];
        for (error, number) in rows {
            assert_eq!(error.hresult(), number, "{error}");
        }
    }
}
