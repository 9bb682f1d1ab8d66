//! TIFF files of every layout.
//!
//! A page in black and white that has the resolution of a fax already is given pel for pel by
//! [`t4::tiff`]. Every other is a picture: read here ([`layout`], [`chunk`], [`pixels`]) and drawn on
//! paper like any other ([`raster::sheet`](crate::raster::sheet)). Each page of a file goes its own way.

mod chunk;
pub(crate) mod directory;
mod layout;
mod pixels;

use kurbo::Size;
use t4::Page;
use t4::tiff::{TiffError, TiffFault, TiffMalformed, TiffPage, TiffUnsupported};

use self::directory::{Directory, File};
use self::layout::{Layout, tag};
use crate::paper::{WIDTHS, without_white_tail};
use crate::raster::density::Density;
use crate::raster::sheet::{Sheet, fax_page};
use crate::{Error, Options, Pages};

/// The most lines of a document in all: a thousand superfine pages of A4.
const MAX_ROWS_IN_ALL: u64 = 4_600_000;

/// How often the octets of a file may be used in strips and tiles, on average. Honest files: once.
const MAX_USE: u64 = 4;

/// Gives the pages of a TIFF.
pub(crate) fn draw(octets: &[u8], options: &Options, pages: &mut dyn Pages) -> Result<u32, Error> {
    let (file, first) =
        File::new(octets).ok_or_else(|| Error::Unreadable("not a TIFF file".to_owned()))?;
    let found = directories(file, first, options.max_pages)?;
    let mut rows = 0;
    for (number, (at, directory)) in (1..).zip(&found) {
        let page = match as_fax(octets, file, *at, number)? {
            Some(page) => page,
            None => picture(file, directory, number, options)?,
        };
        rows += u64::from(page.rows);
        if rows > MAX_ROWS_IN_ALL {
            return Err(Error::TooManyRows { rows, most: MAX_ROWS_IN_ALL });
        }
        pages.page(page)?;
    }
    Ok(u32::try_from(found.len()).unwrap_or(u32::MAX))
}

/// The directories of the pages; reduced copies and masks are passed over.
fn directories(file: File<'_>, first: u64, most: u32) -> Result<Vec<(u64, Directory<'_>)>, Error> {
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut used = 0_u64;
    let mut at = first;
    while at != 0 {
        let page = found.len() + 1;
        let wrong = |what: &str| Error::Unreadable(format!("page {page}: {what}"));
        if !seen.insert(at) {
            return Err(wrong(&format!("the directory at offset {at} comes a second time")));
        }
        let directory = file.directory(at).ok_or_else(|| {
            wrong(&format!("the directory at offset {at} reaches past the end of the file"))
        })?;
        let next = directory.next;
        if directory.number(tag::NEW_SUBFILE_TYPE).unwrap_or(0) & 0b101 == 0 {
            let counts = [tag::STRIP_COUNTS, tag::TILE_COUNTS];
            let counts = counts.iter().filter_map(|tag| directory.numbers(*tag)).flatten();
            // Each costs time, even if it is empty.
            used = counts.map(|len| len.max(1)).fold(used, u64::saturating_add);
            if used > (file.len() as u64).saturating_mul(MAX_USE) {
                return Err(wrong("the same octets are used for many strips"));
            }
            found.push((at, directory));
        }
        // Copies and masks count, too: each of them costs time.
        let pages = u32::try_from(found.len().max(seen.len() / 3)).unwrap_or(u32::MAX);
        if pages > most {
            return Err(Error::TooManyPages { pages, most });
        }
        at = next;
    }
    if found.is_empty() { Err(Error::NoPages) } else { Ok(found) }
}

/// The page pel for pel, if it has the resolution of a fax already.
fn as_fax(octets: &[u8], file: File<'_>, at: u64, number: u32) -> Result<Option<Page>, Error> {
    let at = u32::try_from(at).unwrap_or(u32::MAX);
    if file.is_wide() {
        return Ok(None);
    }
    let page = match t4::tiff::read_one(octets, at, number) {
        Ok(Some(page)) => page,
        // Another layout than those of faxes.
        Ok(None) | Err(TiffError { fault: TiffFault::Unsupported(_), .. }) => return Ok(None),
        Err(error) => return Err(refusal(error)),
    };
    let size = Size::new(f64::from(page.width()), f64::from(page.rows()));
    if fax_page(size, density(&page)).is_none() {
        return Ok(None);
    }
    let (fax, _damaged) = page.to_page().map_err(refusal)?;
    // At most so many rows of a white tail are more than a sheet.
    let beyond = fax.rows - without_white_tail(fax.rows, 0, fax.resolution);
    let page = to_fax_width(&fax)
        .and_then(|fax| fax.without_white_tail(beyond))
        .map_err(|error| Error::TooLarge { page: number, why: error.to_string() })?;
    Ok(Some(page))
}

fn density(page: &TiffPage<'_>) -> Option<Density> {
    let (x, y) = (page.x_dpi_x100(), page.y_dpi_x100());
    let dpi = |x100: u32| f64::from(x100) / 100.0;
    Some(Density::Dpi(dpi(x.or(y)?), dpi(y.or(x)?)))
}

/// The page with the margins it needs to be as wide as a fax page.
fn to_fax_width(page: &Page) -> Result<Page, t4::Error> {
    let width = WIDTHS.into_iter().map(|(pels, _)| pels).find(|width| page.width <= *width);
    page.fit(width.unwrap_or(page.width), page.resolution)
}

fn picture(
    file: File<'_>,
    directory: &Directory<'_>,
    number: u32,
    options: &Options,
) -> Result<Page, Error> {
    let layout = Layout::read(file, directory, number)?;
    let picture =
        layout.picture().map_err(|what| Error::Unreadable(format!("page {number}: {what}")))?;
    let orientation = directory.number(tag::ORIENTATION).and_then(|way| u8::try_from(way).ok());
    let density = Density::of_directory(directory);
    Sheet { picture, orientation: orientation.unwrap_or(1), density }.page(number, options)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of directories that all have one tag, with the same `count` octets.
    fn sharing(directories: u32, tag: u16, count: u32) -> Vec<u8> {
        let at = |number: u32| 8 + number * 18;
        let mut file = b"II\x2a\0\x08\0\0\0".to_vec();
        for number in 1..=directories {
            file.extend([&[1, 0][..], &tag.to_le_bytes(), &[1, 0], &count.to_le_bytes()].concat());
            file.extend(at(directories).to_le_bytes());
            file.extend(if number < directories { at(number) } else { 0 }.to_le_bytes());
        }
        file.resize(file.len() + count as usize, 0);
        file
    }

    #[test]
    fn a_table_cannot_be_read_again_and_again() {
        let pages = |file: &[u8]| {
            let (file, first) = File::new(file).unwrap();
            directories(file, first, 100).map(|found| found.len())
        };
        assert_eq!(pages(&sharing(4, tag::STRIP_COUNTS, 10_000)), Ok(4));
        let refused = pages(&sharing(8, tag::STRIP_COUNTS, 10_000)).unwrap_err().to_string();
        assert!(refused.contains("the same octets are used for many strips"), "{refused}");
    }

    #[test]
    fn a_tag_of_too_many_numbers_has_none_but_its_first() {
        for (count, all) in [(1_000_000, Some(1_000_000)), (1_000_001, None)] {
            let octets = sharing(1, tag::BITS, count);
            let (file, first) = File::new(&octets).unwrap();
            let directory = file.directory(first).unwrap();
            assert_eq!(directory.numbers(tag::BITS).map(|numbers| numbers.len()), all);
            assert_eq!(directory.number(tag::BITS), Some(0));
        }
    }
}
