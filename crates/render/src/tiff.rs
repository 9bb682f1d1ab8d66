//! TIFF files: fax pages as they are.

use t4::tiff::{self, TiffError, TiffFault, TiffMalformed, TiffUnsupported};
use t4::{Page, Resolution};

use crate::paper::WIDTHS;
use crate::{Error, Options, Pages};

/// The most lines of a document in all: a thousand superfine pages of A4.
const MAX_ROWS_IN_ALL: u64 = 4_600_000;

/// Gives the pages of a TIFF.
pub(crate) fn draw(octets: &[u8], options: &Options, pages: &mut dyn Pages) -> Result<u32, Error> {
    let read = tiff::read(octets).map_err(refusal)?;
    let count = u32::try_from(read.len()).unwrap_or(u32::MAX);
    if count > options.max_pages {
        return Err(Error::TooManyPages { pages: count, most: options.max_pages });
    }
    let rows = read.iter().map(|page| u64::from(page.rows())).sum();
    if rows > MAX_ROWS_IN_ALL {
        return Err(Error::TooManyRows { rows, most: MAX_ROWS_IN_ALL });
    }
    for page in &read {
        let (fax, _damaged) = page.to_page().map_err(refusal)?;
        pages.page(
            to_fax_width(&fax)
                .map_err(|error| Error::TooLarge { page: page.number(), why: error.to_string() })?,
        )?;
    }
    Ok(count)
}

/// The page with the margins it needs to be as wide as a fax page; one that is wider than any is
/// shrunk.
fn to_fax_width(page: &Page) -> Result<Page, t4::Error> {
    let widest = WIDTHS[WIDTHS.len() - 1].0;
    let width = WIDTHS.into_iter().map(|(pels, _)| pels);
    let width = width.into_iter().find(|width| page.width <= *width).unwrap_or(widest);
    page.fit(width, Resolution::Superfine)
}

fn refusal(error: TiffError) -> Error {
    match (error.fault, error.page) {
        (TiffFault::Malformed(TiffMalformed::NoPages), _) => Error::NoPages,
        (TiffFault::Unsupported(TiffUnsupported::Size(size)), Some(page)) => {
            Error::TooLarge { page, why: size.to_string() }
        }
        _ => Error::Unreadable(error.to_string()),
    }
}
