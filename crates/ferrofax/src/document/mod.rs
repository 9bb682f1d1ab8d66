//! Documents in, fax pages out.
//!
//! What a document is, is found by looking at it ([`media_type`]). Fax TIFFs are read; any other
//! type is named and refused.

mod kind;

use t4::tiff::{self, TiffError, TiffFault, TiffMalformed, TiffUnsupported};
use t4::{Page, Resolution};

use kind::Kind;

/// The most lines of a document in all: a thousand superfine pages of A4.
const MAX_ROWS_IN_ALL: u64 = 4_600_000;

/// The widths of fax pages in pels. T.4 2.1.
const WIDTHS: [u32; 3] = [1728, 2048, 2432];

/// Why a document cannot be faxed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// Nothing in it.
    #[error("it is empty")]
    Empty,
    /// Of a type that is not read.
    #[error("{0} is not supported yet; send a fax TIFF")]
    Unsupported(&'static str),
    /// A TIFF without pages.
    #[error("it has no pages")]
    NoPages,
    /// A page that is too wide or too long to be faxed.
    #[error("page {page}: {why}")]
    TooLarge {
        /// From 1.
        page: u32,
        /// What is too large.
        why: String,
    },
    /// A TIFF that is damaged, or of a kind that is not read.
    #[error("{0}")]
    Tiff(TiffError),
    /// More pages than a job may have.
    #[error("it has {pages} pages; a job has at most {most}")]
    TooManyPages {
        /// Pages in the document.
        pages: usize,
        /// Pages allowed.
        most: u32,
    },
    /// More lines than a job may have.
    #[error("its pages have {rows} lines in all; a job has at most {MAX_ROWS_IN_ALL}")]
    TooManyRows {
        /// Lines in the document.
        rows: u64,
    },
}

/// The media type, found by looking.
///
/// # Errors
/// [`DocumentError::Empty`] and [`DocumentError::Unsupported`].
pub fn media_type(bytes: &[u8]) -> Result<&'static str, DocumentError> {
    match Kind::of(bytes) {
        None => Err(DocumentError::Empty),
        Some(Kind::Tiff) => Ok("image/tiff"),
        Some(other) => Err(DocumentError::Unsupported(other.words())),
    }
}

/// The pages of a document, as wide as fax pages are. Takes a while: not for the threads that
/// answer requests.
///
/// # Errors
/// Why it cannot be faxed.
pub fn pages(bytes: &[u8], most: u32) -> Result<Vec<Page>, DocumentError> {
    media_type(bytes)?;
    let read = tiff::read(bytes).map_err(refusal)?;
    if read.len() > usize::try_from(most).unwrap_or(usize::MAX) {
        return Err(DocumentError::TooManyPages { pages: read.len(), most });
    }
    let rows = read.iter().map(|page| u64::from(page.rows())).sum();
    if rows > MAX_ROWS_IN_ALL {
        return Err(DocumentError::TooManyRows { rows });
    }
    let convert = |page: &tiff::TiffPage<'_>| {
        let (fax, bad_rows) = page.to_page().map_err(refusal)?;
        if bad_rows > 0 {
            tracing::info!(page = page.number(), bad_rows, "damaged lines were concealed");
        }
        to_fax_width(&fax).map_err(|error| DocumentError::TooLarge {
            page: page.number(),
            why: error.to_string(),
        })
    };
    read.iter().map(convert).collect()
}

/// The page with the margins it needs to be as wide as a fax page; one that is wider than any is
/// shrunk.
fn to_fax_width(page: &Page) -> Result<Page, t4::Error> {
    let widest = WIDTHS[WIDTHS.len() - 1];
    let width = WIDTHS.into_iter().find(|width| page.width <= *width).unwrap_or(widest);
    page.fit(width, Resolution::Superfine)
}

fn refusal(error: TiffError) -> DocumentError {
    match (error.fault, error.page) {
        (TiffFault::Malformed(TiffMalformed::NoPages), _) => DocumentError::NoPages,
        (TiffFault::Unsupported(TiffUnsupported::Size(size)), Some(page)) => {
            DocumentError::TooLarge { page, why: size.to_string() }
        }
        _ => DocumentError::Tiff(error),
    }
}

#[cfg(test)]
mod tests;
