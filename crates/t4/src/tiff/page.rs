//! From the octets of a file to the pages in it, not yet decoded.
use super::{
    directory::{Directory, File},
    error::{TiffError, TiffFault, TiffMalformed, TiffUnsupported},
    tag,
};
use crate::{
    Coding, Framing,
    bitmap::{MAX_ROWS, check_rows, check_width},
};
use alloc::{string::String, vec::Vec};

/// The most pages of a file.
pub const MAX_PAGES: u32 = 1000;

/// Octets of a text that are looked at.
const MAX_TEXT: u32 = 4096;

/// Numbers of a tag that are put into words.
const MAX_SHOWN_NUMBERS: u32 = 256;

/// How often the octets of a file may be used in strips, on average. Honest files: once.
const MAX_STRIP_USE: usize = 4;

/// Resolutions that can be believed, in hundredths of a dot per inch.
const SANE_DPI_X100: core::ops::RangeInclusive<u64> = 1000..=480_000;

/// One page of a file: its tags are read and its strips are there, but not yet decoded.
#[derive(Debug, Clone)]
pub struct TiffPage<'a> {
    pub(super) file: File<'a>,
    directory: Directory,
    /// From 1.
    pub(super) number: u32,
    pub(super) width: u32,
    pub(super) rows: u32,
    pub(super) packing: Packing,
    pub(super) zero_is_black: bool,
    pub(super) lsb_first: bool,
    pub(super) rows_per_strip: u32,
    pub(super) strips: Vec<&'a [u8]>,
    x_dpi_x100: Option<u32>,
    y_dpi_x100: Option<u32>,
}

/// How rows lie in a strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// One bit per pel, rows on octet borders.
    Plain,
    /// Coded.
    Coded(Coding, Framing),
}

/// The pages of a file. Reduced copies and masks are passed over. Nothing is decoded yet.
///
/// # Errors
/// What is wrong, and on which page.
pub fn read(data: &[u8]) -> Result<Vec<TiffPage<'_>>, TiffError> {
    let (file, mut offset) = header(data).map_err(TiffError::file)?;
    let mut pages = Vec::new();
    let mut seen = Vec::new();
    let mut octets = 0_usize;
    while offset != 0 {
        let number = pages.len() as u32 + 1;
        let on_page = |fault| TiffError { page: Some(number), fault };
        if seen.len() >= MAX_PAGES as usize {
            return Err(TiffError::file(TiffUnsupported::Pages));
        }
        if seen.contains(&offset) {
            return Err(TiffError::on(number, TiffMalformed::Loop { offset }));
        }
        seen.push(offset);
        let (directory, next) =
            Directory::read(file, offset).map_err(|fault| on_page(fault.into()))?;
        offset = next;
        let Some(page) = TiffPage::new(file, directory, number).map_err(on_page)? else {
            continue;
        };
        octets += page.strips.iter().map(|strip| strip.len()).sum::<usize>();
        if octets > data.len().saturating_mul(MAX_STRIP_USE) {
            return Err(TiffError::on(number, TiffMalformed::StripsOverlap));
        }
        pages.push(page);
    }
    if pages.is_empty() {
        return Err(TiffError::file(TiffMalformed::NoPages));
    }
    Ok(pages)
}

/// The page whose directory lies at `offset`, whatever the others of the file are like; `number`, from
/// 1, is its own in errors. `None` for a reduced copy or a mask.
///
/// # Errors
/// What is wrong with it.
pub fn read_one(data: &[u8], offset: u32, number: u32) -> Result<Option<TiffPage<'_>>, TiffError> {
    let (file, _) = header(data).map_err(TiffError::file)?;
    let on_page = |fault| TiffError { page: Some(number), fault };
    let (directory, _) = Directory::read(file, offset).map_err(|fault| on_page(fault.into()))?;
    TiffPage::new(file, directory, number).map_err(on_page)
}

/// The value of any tag of the file's first directory as text: a text up to its first zero, with
/// what is not UTF-8 replaced; numbers in decimal with blanks between; fractions as `204/1`. `None`
/// if it is not there, lies outside of the file, or the file is no TIFF. Of a text 4096 octets are
/// looked at; of numbers 256 at most are put into at most 4096 octets. faxcom IFaxTiff::get_TiffTagString
#[must_use]
pub fn tag_text(data: &[u8], tag: u16) -> Option<String> {
    let (file, offset) = header(data).ok()?;
    let (directory, _) = Directory::read(file, offset).ok()?;
    directory.shown(file, tag, MAX_TEXT, MAX_SHOWN_NUMBERS)
}

/// The file, and where its first directory lies. TIFF 6.0 section 2.
fn header(data: &[u8]) -> Result<(File<'_>, u32), TiffFault> {
    let file = File::new(data).ok_or(TiffMalformed::NotTiff)?;
    match file.u16(2) {
        Some(42) => {}
        Some(43) => return Err(TiffUnsupported::BigTiff.into()),
        _ => return Err(TiffMalformed::NotTiff.into()),
    }
    Ok((file, file.u32(4).ok_or(TiffMalformed::NotTiff)?))
}

impl<'a> TiffPage<'a> {
    /// The page's place in the file, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Pels per line, as in the file.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Lines, as in the file.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Pels per inch across in hundredths, if the file says.
    #[must_use]
    pub fn x_dpi_x100(&self) -> Option<u32> {
        self.x_dpi_x100
    }

    /// Lines per inch in hundredths, if the file says.
    #[must_use]
    pub fn y_dpi_x100(&self) -> Option<u32> {
        self.y_dpi_x100
    }

    /// The text of a tag (of the [`tag`] module, or any other); octets that are not UTF-8 are
    /// replaced. At most 4096 octets are looked at.
    #[must_use]
    pub fn text(&self, tag: u16) -> Option<String> {
        let octets = self.directory.text(self.file, tag, MAX_TEXT)?;
        Some(String::from_utf8_lossy(octets).into_owned())
    }

    /// The first number of a tag.
    #[must_use]
    pub fn value(&self, tag: u16) -> Option<u32> {
        self.directory.number(self.file, tag).ok().flatten()
    }

    /// `None` for what is no page but a copy or a mask of one.
    fn new(file: File<'a>, directory: Directory, number: u32) -> Result<Option<Self>, TiffFault> {
        let get = |tag| directory.number(file, tag);
        let must = |tag| get(tag)?.ok_or(TiffMalformed::Missing { tag });
        if get(tag::NEW_SUBFILE_TYPE)?.unwrap_or(0) & 0b101 != 0 {
            return Ok(None);
        }
        let only = |tag, allowed: &[u32]| match get(tag)? {
            Some(value) if !allowed.contains(&value) => {
                Err(TiffFault::from(TiffUnsupported::Value { tag, value }))
            }
            value => Ok(value.unwrap_or(allowed[0])),
        };
        only(tag::SAMPLES_PER_PIXEL, &[1])?;
        only(tag::BITS_PER_SAMPLE, &[1])?;
        only(tag::ORIENTATION, &[1])?;
        let zero_is_black = only(tag::PHOTOMETRIC_INTERPRETATION, &[0, 1])? == 1;
        let lsb_first = only(tag::FILL_ORDER, &[1, 2])? == 2;
        let mr = get(tag::T4_OPTIONS)?.unwrap_or(0) & 1 != 0;
        let packing = match only(tag::COMPRESSION, &[1, 2, 3, 4])? {
            2 => Packing::Coded(Coding::Mh, Framing::AlignedRow),
            3 if mr => Packing::Coded(Coding::Mr { k: 0 }, Framing::Wire),
            3 => Packing::Coded(Coding::Mh, Framing::Wire),
            4 => Packing::Coded(Coding::Mmr, Framing::Wire),
            _ => Packing::Plain,
        };
        if directory.has(tag::TILE_WIDTH) {
            return Err(TiffUnsupported::Tiles.into());
        }
        let size = |tag| match must(tag)? {
            0 => Err(TiffFault::from(TiffMalformed::Empty { tag })),
            size => Ok(size),
        };
        let (width, rows) = (size(tag::IMAGE_WIDTH)?, size(tag::IMAGE_LENGTH)?);
        check_width(width).and(check_rows(rows)).map_err(TiffUnsupported::Size)?;
        let rows_per_strip = match get(tag::ROWS_PER_STRIP)?.unwrap_or(rows) {
            0 => return Err(TiffMalformed::Empty { tag: tag::ROWS_PER_STRIP }.into()),
            some => some.min(rows),
        };
        let strips = strips(file, &directory, rows.div_ceil(rows_per_strip))?;
        let unit_x100 = match get(tag::RESOLUTION_UNIT).ok().flatten().unwrap_or(2) {
            2 => Some(10_000),
            3 => Some(25_400),
            _ => None,
        };
        let dpi_x100 = |tag| dpi_x100(directory.rational(file, tag)?, unit_x100?);
        let (x_dpi_x100, y_dpi_x100) = (dpi_x100(tag::X_RESOLUTION), dpi_x100(tag::Y_RESOLUTION));
        Ok(Some(Self {
            file,
            directory,
            number,
            width,
            rows,
            packing,
            zero_is_black,
            lsb_first,
            rows_per_strip,
            strips,
            x_dpi_x100,
            y_dpi_x100,
        }))
    }
}

/// The strips a page needs. The only strip of a page may come without its length: it then goes to
/// the end of the file.
fn strips<'a>(
    file: File<'a>,
    directory: &Directory,
    needs: u32,
) -> Result<Vec<&'a [u8]>, TiffMalformed> {
    let numbers = |tag| directory.numbers(file, tag, MAX_ROWS);
    let tag = tag::STRIP_OFFSETS;
    let offsets = numbers(tag)?.ok_or(TiffMalformed::Missing { tag })?;
    let has = offsets.len() as u32;
    if has < needs {
        return Err(TiffMalformed::Strips { has, needs });
    }
    let tag = tag::STRIP_BYTE_COUNTS;
    let lens = match numbers(tag)? {
        Some(lens) => lens,
        None if needs == 1 => {
            let offset = offsets[0];
            let outside = TiffMalformed::StripOutside { strip: 1, offset, len: 0 };
            return Ok([file.rest(offset).ok_or(outside)?].into());
        }
        None => return Err(TiffMalformed::Missing { tag }),
    };
    if lens.len() < needs as usize {
        return Err(TiffMalformed::Strips { has: lens.len() as u32, needs });
    }
    (1..=needs)
        .zip(offsets.into_iter().zip(lens))
        .map(|(strip, (offset, len))| {
            file.bytes(offset, len).ok_or(TiffMalformed::StripOutside { strip, offset, len })
        })
        .collect()
}

/// A resolution in hundredths of a dot per inch, if it can be believed.
fn dpi_x100((numerator, denominator): (u32, u32), unit_x100: u64) -> Option<u32> {
    let scaled = u64::from(numerator) * unit_x100;
    let dpi_x100 = scaled.checked_div(u64::from(denominator) * 100)?;
    SANE_DPI_X100.contains(&dpi_x100).then_some(dpi_x100 as u32)
}
