use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a request was refused (`application/problem+json`, RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A URI that names the kind of problem; `about:blank` when `code` says it all.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// One sentence a person can act on; it names the field at fault.
    pub detail: String,
    /// The stable name of the problem, for programs.
    pub code: Code,
}

/// The stable names of problems. A program decides by this, never by the words of `detail`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Code {
    /// No token, or one that nobody has.
    Unauthorized,
    /// The user has not the right; `detail` names it.
    Forbidden,
    /// The Host header is not an address of this server.
    WrongHost,
    /// No such job, document, page, port or address.
    NotFound,
    /// The request cannot be read: bad JSON, a parameter out of range, a missing header.
    BadRequest,
    /// A value is out of its range, or no value of its kind.
    BadValue,
    /// The number cannot be dialled.
    BadNumber,
    /// The document is of a type that cannot be faxed, or that needs a program which is not installed
    /// on the server.
    UnsupportedDocument,
    /// The document is encrypted, and the password is missing or wrong.
    EncryptedDocument,
    /// The document is of a known type but damaged or outside the limits.
    BadDocument,
    /// There is no cover page of this name; `detail` names those that there are.
    NoCover,
    /// The template of the cover page cannot be drawn; `detail` says where it is wrong.
    BadCover,
    /// The request is larger than the server takes.
    TooLarge,
    /// The job is not in a state that allows the command.
    NotAllowed,
    /// The far end may already have this fax; only a restart with `may_duplicate` sends it again.
    Uncertain,
    /// The `Idempotency-Key` was used before for a different request.
    KeyReused,
    /// The method is not known at this address.
    MethodNotAllowed,
    /// The request took too long to arrive or to be answered.
    Timeout,
    /// The server cannot take this now; later it may.
    Busy,
    /// The server made a mistake of its own.
    Internal,
    /// A name that this client does not know.
    #[serde(other)]
    Other,
}
