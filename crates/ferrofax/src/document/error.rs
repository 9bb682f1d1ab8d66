//! Why a document cannot be faxed, limits included.

use std::fmt;
use std::time::Duration;

pub use render::CoverError;

/// Why a document or its cover page cannot be faxed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// What is wrong with the document.
    #[error("document: {0}")]
    Document(render::Error),
    /// What is wrong with the cover page.
    #[error("cover page: {0}")]
    Cover(CoverError),
    /// It wants more than it may have.
    #[error("{of}: {limit}")]
    Limit {
        /// What wants it.
        of: Part,
        /// Which limit fired.
        limit: Limit,
    },
    /// The worker that drew it crashed. The log says how.
    #[error("{0}: the program that draws it crashed on it; the server's log says more")]
    Crashed(Part),
    /// Too many others are being drawn.
    #[error("the server is drawing other documents; try again in a minute")]
    Busy,
    /// The renderer itself failed, by no fault of the document.
    #[error("the renderer failed: {0}")]
    Renderer(String),
}

/// What is being drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The document.
    Document,
    /// The cover page.
    Cover,
}

/// A limit of drawing. The text goes on after "document: ".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Limit {
    /// Time on the clock.
    #[error("it takes longer than {} to draw", seconds(*.0))]
    Time(Duration),
    /// Computing time.
    #[error("it takes more than {} of computing", seconds(*.0))]
    Cpu(Duration),
    /// Memory, in octets.
    #[error("it needs more than {} of memory", octets(*.0))]
    Memory(u64),
    /// The pages, in octets.
    #[error("its pages are more than {} of data", octets(*.0))]
    Output(u64),
    /// The stack.
    #[error("it is nested too deeply")]
    Depth,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Document => "document",
            Self::Cover => "cover page",
        })
    }
}

fn seconds(time: Duration) -> String {
    match time.subsec_millis() {
        0 => format!("{} s", time.as_secs()),
        _ => format!("{} ms", time.as_millis()),
    }
}

fn octets(number: u64) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let whole = units.iter().find(|(_, size)| number >= *size && number.is_multiple_of(*size));
    whole.map_or(format!("{number} octets"), |(unit, size)| format!("{} {unit}", number / size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_sentence_that_names_it() {
        let of = Part::Document;
        for (limit, sentence) in [
            (Limit::Time(Duration::from_secs(60)), "document: it takes longer than 60 s to draw"),
            (Limit::Cpu(Duration::from_secs(40)), "document: it takes more than 40 s of computing"),
            (Limit::Memory(1 << 30), "document: it needs more than 1 GiB of memory"),
            (Limit::Output(256 << 20), "document: its pages are more than 256 MiB of data"),
            (Limit::Output(1000), "document: its pages are more than 1000 octets of data"),
        ] {
            assert_eq!(DocumentError::Limit { of, limit }.to_string(), sentence);
        }
    }
}
