//! What can be wrong with coded rows: the data itself, or what this crate can do with it.
use core::fmt;

/// Why rows could not be read, or a page could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// The data is damaged or breaks the Recommendation.
    Malformed(Malformed),
    /// The data may be right, but asks for something that is not done here.
    Unsupported(Unsupported),
}

/// How coded data breaks T.4 or T.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// The next bits are no code word of the table in force.
    InvalidCode,
    /// A run, or a changing element, lies outside the line or left of what was coded before.
    RunOutsideLine,
    /// An EOL came before the line was full.
    ShortRow,
    /// Something other than fill and EOL follows a full line.
    LongRow,
    /// A two-dimensional row whose reference row was lost. T.4 4.2.2.
    LostReference,
    /// Two EOLs with nothing between them in the middle of a page.
    EmptyRow,
    /// The data ends inside a row.
    Truncated,
    /// The page has fewer or more rows than it claims.
    RowCount,
    /// Packed rows that do not have as many octets as width and rows ask for.
    PackedLength,
}

/// What is not done here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsupported {
    /// A width of 0 or above [`MAX_WIDTH`](crate::MAX_WIDTH).
    Width(u32),
    /// More rows than [`MAX_ROWS`](crate::MAX_ROWS).
    Rows(u32),
    /// An extension code other than *uncompressed mode*. Table 5/T.4.
    Extension(u8),
}

impl From<Malformed> for Error {
    fn from(fault: Malformed) -> Self {
        Self::Malformed(fault)
    }
}

impl From<Unsupported> for Error {
    fn from(fault: Unsupported) -> Self {
        Self::Unsupported(fault)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(fault) => fault.fmt(f),
            Self::Unsupported(fault) => fault.fmt(f),
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidCode => "invalid code word",
            Self::RunOutsideLine => "run outside the line",
            Self::ShortRow => "row is too short",
            Self::LongRow => "row is too long",
            Self::LostReference => "reference row was lost",
            Self::EmptyRow => "row is empty",
            Self::Truncated => "data ends inside a row",
            Self::RowCount => "wrong number of rows",
            Self::PackedLength => "wrong number of octets for packed rows",
        })
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Width(width) => {
                write!(f, "width of {width} pels is not within 1 to {}", crate::MAX_WIDTH)
            }
            Self::Rows(rows) => write!(f, "{rows} rows are more than {}", crate::MAX_ROWS),
            Self::Extension(code) => write!(f, "extension code {code:03b} is not supported"),
        }
    }
}

impl core::error::Error for Error {}
