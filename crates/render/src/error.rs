//! Why a document or a cover cannot be drawn.

use serde::{Deserialize, Serialize};

/// Why a document cannot be drawn. The text goes on after "document: ".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Error {
    /// Nothing in it.
    #[error("it is empty")]
    Empty,
    /// Of a type that cannot be faxed; the type as it stands at the beginning of a sentence.
    #[error("{0} cannot be faxed")]
    Unsupported(String),
    /// Of a type that another program has to convert, and that is not there.
    #[error("{what} needs {program}, which {why}")]
    NeedsProgram {
        /// The type, as it stands at the beginning of a sentence.
        what: String,
        /// The program.
        program: String,
        /// Why it is not there, and what helps; goes on after "which ".
        why: String,
    },
    /// Encrypted, and no password came with it.
    #[error("it is encrypted; give its password")]
    Encrypted,
    /// Encrypted, and the password does not open it.
    #[error("it is encrypted, and the password given does not open it")]
    WrongPassword,
    /// Nothing to draw in it.
    #[error("it has no pages")]
    NoPages,
    /// More pages than a job may have.
    #[error("it has {pages} pages; a job has at most {most}")]
    TooManyPages {
        /// Pages in the document, as far as they were counted.
        pages: u32,
        /// Pages allowed.
        most: u32,
    },
    /// More lines than a job may have.
    #[error("its pages have {rows} lines in all; a job has at most {most}")]
    TooManyRows {
        /// Lines in the document, as far as they were counted.
        rows: u64,
        /// Lines allowed.
        most: u64,
    },
    /// A page that is too wide, too long or too full to be faxed.
    #[error("page {page}: {why}")]
    TooLarge {
        /// From 1.
        page: u32,
        /// What is too large.
        why: String,
    },
    /// Damaged, or of a kind of its type that is not read.
    #[error("{0}")]
    Unreadable(String),
    /// Whoever takes the pages wants no more.
    #[error("the drawing was stopped")]
    Stopped,
}

/// Why a cover page cannot be drawn. The text goes on after "cover page: ".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum CoverError {
    /// The template is wrong; where and why, a line each.
    #[error("the template is wrong: {0}")]
    Template(String),
    /// It drew no page, or too many.
    #[error("the template makes {pages} pages; a cover has 1 to {most}")]
    Pages {
        /// Pages made.
        pages: u32,
        /// Pages allowed.
        most: u32,
    },
}
