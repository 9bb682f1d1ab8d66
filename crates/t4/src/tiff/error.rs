//! What can be wrong with a file.
use super::{page::MAX_PAGES, tag};
use crate::error::Error;
use core::fmt;

/// Why a file could not be read or written, and on which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TiffError {
    /// The page, from 1; `None` if it is the file as a whole.
    pub page: Option<u32>,
    /// What is wrong.
    pub fault: TiffFault,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TiffFault {
    /// The file is damaged or breaks TIFF 6.0.
    Malformed(TiffMalformed),
    /// The file may be right, but is not of a kind that is read here.
    Unsupported(TiffUnsupported),
}

/// How a file is damaged. Offsets count octets from the beginning of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TiffMalformed {
    /// It does not begin like a TIFF.
    NotTiff,
    /// It has no pages.
    NoPages,
    /// The directory at this offset reaches past the end of the file.
    Directory {
        /// Octets from the beginning of the file.
        offset: u32,
    },
    /// The directory at this offset was there before.
    Loop {
        /// Octets from the beginning of the file.
        offset: u32,
    },
    /// A tag that must be there is not.
    Missing {
        /// Its number.
        tag: u16,
    },
    /// A tag's value lies past the end of the file, or is not a number.
    Value {
        /// Its number.
        tag: u16,
        /// Octets from the beginning of the file.
        offset: u32,
    },
    /// A width or a number of lines of 0.
    Empty {
        /// Its number.
        tag: u16,
    },
    /// There are not as many strips as the lines need.
    Strips {
        /// Those there are.
        has: u32,
        /// Those the lines need.
        needs: u32,
    },
    /// A strip (from 1) reaches past the end of the file.
    StripOutside {
        /// From 1.
        strip: u32,
        /// Octets from the beginning of the file.
        offset: u32,
        /// Octets.
        len: u32,
    },
    /// Strips lie on top of each other, many times over.
    StripsOverlap,
    /// A row (from 1, in the page) cannot be read.
    Row {
        /// From 1, in the page.
        row: u32,
        /// What is wrong with it.
        error: Error,
    },
    /// The data of a strip (from 1) ends before this row (from 1, in the page).
    ShortStrip {
        /// From 1.
        strip: u32,
        /// From 1, in the page.
        row: u32,
    },
}

/// What kind of file is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TiffUnsupported {
    /// BigTIFF, of 64-bit offsets.
    BigTiff,
    /// More pages than [`MAX_PAGES`].
    Pages,
    /// Tiles in place of strips.
    Tiles,
    /// A tag with a value that is not taken here, such as a compression of other images.
    Value {
        /// Its number.
        tag: u16,
        /// What it says.
        value: u32,
    },
    /// Too wide or too long, before or after scaling.
    Size(Error),
    /// A file of more than 4 GiB would have to be written.
    FileSize,
}

impl TiffError {
    pub(crate) fn on(page: u32, fault: impl Into<TiffFault>) -> Self {
        Self { page: Some(page), fault: fault.into() }
    }

    pub(crate) fn file(fault: impl Into<TiffFault>) -> Self {
        Self { page: None, fault: fault.into() }
    }
}

impl From<TiffMalformed> for TiffFault {
    fn from(fault: TiffMalformed) -> Self {
        Self::Malformed(fault)
    }
}

impl From<TiffUnsupported> for TiffFault {
    fn from(fault: TiffUnsupported) -> Self {
        Self::Unsupported(fault)
    }
}

impl fmt::Display for TiffError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(page) = self.page {
            write!(f, "page {page}: ")?;
        }
        match self.fault {
            TiffFault::Malformed(fault) => fault.fmt(f),
            TiffFault::Unsupported(fault) => fault.fmt(f),
        }
    }
}

impl fmt::Display for TiffMalformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NotTiff => f.write_str("not a TIFF file"),
            Self::NoPages => f.write_str("the file has no pages"),
            Self::Directory { offset } => {
                write!(f, "the directory at offset {offset} reaches past the end of the file")
            }
            Self::Loop { offset } => {
                write!(f, "the directory at offset {offset} comes a second time")
            }
            Self::Missing { tag } => write!(f, "tag {tag} ({}) is missing", tag::name(tag)),
            Self::Value { tag, offset } => {
                let name = tag::name(tag);
                write!(f, "tag {tag} ({name}) at offset {offset} has no usable value")
            }
            Self::Empty { tag } => write!(f, "tag {tag} ({}) is 0", tag::name(tag)),
            Self::Strips { has, needs } => write!(f, "{has} strips where {needs} are needed"),
            Self::StripOutside { strip, offset, len } => {
                let place = format_args!("{len} octets at offset {offset}");
                write!(f, "strip {strip} ({place}) reaches past the end of the file")
            }
            Self::StripsOverlap => f.write_str("the same octets are used for many strips"),
            Self::Row { row, error } => write!(f, "row {row}: {error}"),
            Self::ShortStrip { strip, row } => {
                write!(f, "the data of strip {strip} ends before row {row}")
            }
        }
    }
}

impl fmt::Display for TiffUnsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::BigTiff => f.write_str("BigTIFF is not supported"),
            Self::Pages => write!(f, "more than {MAX_PAGES} pages"),
            Self::Tiles => f.write_str("tiles are not supported"),
            Self::Value { tag, value } => {
                write!(f, "tag {tag} ({}) of {value} is not supported", tag::name(tag))
            }
            Self::Size(error) => error.fmt(f),
            Self::FileSize => f.write_str("the file would be larger than 4 GiB"),
        }
    }
}

impl core::error::Error for TiffError {}
