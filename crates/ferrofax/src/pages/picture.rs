//! A page as PNG: pel for pel, or grey at any width.

use t4::{Bitmap, Page, Resolution};

use super::{PELS_PER_MM, lines_per_mm};

/// The widest picture, in pixels.
pub const MAX_WIDTH: u32 = 4096;

/// The most pixels of a picture. A page of A4 that is as wide as can be has a third of it.
const MAX_PIXELS: u64 = 72 << 20;

/// Why there is no picture of a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// So wide, the page would be too long.
    #[error("so wide, the page would have more than {MAX_PIXELS} pixels")]
    TooLarge,
    /// The page or the picture.
    #[error("{0}")]
    Failed(String),
}

/// A page as PNG. With a `width` of 1 to [`MAX_WIDTH`] it is grey, so many pixels wide, and has the
/// shape of the paper; without, it has one bit a pel and says how large the pels are.
///
/// # Errors
/// [`PictureError`].
pub fn png(page: &Page, width: Option<u32>) -> Result<Vec<u8>, PictureError> {
    let height = width.map(|width| height(page, width)).transpose()?;
    let bitmap = page.to_bitmap().map_err(failed)?;
    match (width, height) {
        (Some(width), Some(height)) => grey(&bitmap, width, height),
        _ => as_it_is(&bitmap, page.resolution),
    }
}

/// One bit a pel, white 1, with the size of the pels.
fn as_it_is(bitmap: &Bitmap, resolution: Resolution) -> Result<Vec<u8>, PictureError> {
    let white_is_one: Vec<u8> = bitmap.as_packed().iter().map(|byte| !byte).collect();
    let dimensions = png::PixelDimensions {
        xppu: PELS_PER_METRE,
        yppu: rows_per_metre(resolution),
        unit: png::Unit::Meter,
    };
    write(bitmap.width(), bitmap.rows(), png::BitDepth::One, Some(dimensions), &white_is_one)
}

fn grey(bitmap: &Bitmap, width: u32, height: u32) -> Result<Vec<u8>, PictureError> {
    write(width, height, png::BitDepth::Eight, None, &averaged(bitmap, width, height))
}

fn write(
    width: u32,
    height: u32,
    depth: png::BitDepth,
    dimensions: Option<png::PixelDimensions>,
    data: &[u8],
) -> Result<Vec<u8>, PictureError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(depth);
    encoder.set_pixel_dims(dimensions);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(data).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(out)
}

fn failed(error: impl std::fmt::Display) -> PictureError {
    PictureError::Failed(error.to_string())
}

/// How high a picture of the page is that is so wide.
fn height(page: &Page, width: u32) -> Result<u32, PictureError> {
    let width = width.clamp(1, MAX_WIDTH);
    let mm_per_pixel = f64::from(page.width) / PELS_PER_MM / f64::from(width);
    let height = f64::from(page.rows) / lines_per_mm(page.resolution) / mm_per_pixel;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float becomes the nearest whole number in range"
    )]
    let height = height.round().max(1.0) as u32;
    match u64::from(width) * u64::from(height) <= MAX_PIXELS {
        true => Ok(height),
        false => Err(PictureError::TooLarge),
    }
}

/// The page at another size: each pixel is as dark as the part of it that is black, exactly. Lengths
/// across are counted so that a pel is `width` and a pixel is as many as there are pels, and in the
/// same way down; so all of them are whole numbers.
fn averaged(bitmap: &Bitmap, width: u32, height: u32) -> Vec<u8> {
    let (pels, rows) = (u64::from(bitmap.width()), u64::from(bitmap.rows()));
    let full = pels * rows;
    let mut picture = Vec::with_capacity(width as usize * height as usize);
    let mut sums = vec![0_u64; width as usize];
    let mut across = vec![0_u64; width as usize];
    let mut lines = (0_u64..).zip(bitmap.lines());
    let mut line = lines.next();
    if let Some((_, octets)) = line {
        darken(octets, bitmap.width(), width, &mut across);
    }
    for y in 0..u64::from(height) {
        let (top, bottom) = (y * rows, (y + 1) * rows);
        sums.fill(0);
        while let Some((row, _)) = line {
            let (from, to) = (row * u64::from(height), (row + 1) * u64::from(height));
            let share = to.min(bottom).saturating_sub(from.max(top));
            for (sum, part) in sums.iter_mut().zip(&across) {
                *sum += part * share;
            }
            if to > bottom {
                break;
            }
            line = lines.next();
            if let Some((_, octets)) = line {
                darken(octets, bitmap.width(), width, &mut across);
            }
        }
        picture.extend(sums.iter().map(|sum| {
            let dark = (sum * 255 + full / 2) / full.max(1);
            255 - u8::try_from(dark).unwrap_or(255)
        }));
    }
    picture
}

/// How much of each of `width` pixels is black in a row of `pels`.
fn darken(octets: &[u8], pels: u32, width: u32, across: &mut [u64]) {
    across.fill(0);
    let (pixel, pel) = (u64::from(pels), u64::from(width));
    for (start, octet) in (0_u64..).step_by(8).zip(octets).filter(|(_, octet)| **octet != 0) {
        for bit in (0..8_u64).filter(|bit| octet & (0x80 >> bit) != 0) {
            let (mut from, to) = ((start + bit) * pel, (start + bit + 1) * pel);
            while from < to {
                let at = from / pixel;
                let end = to.min((at + 1) * pixel);
                if let Some(part) = usize::try_from(at).ok().and_then(|at| across.get_mut(at)) {
                    *part += end - from;
                }
                from = end;
            }
        }
    }
}

/// 8 pels a millimetre. T.4 2.1
const PELS_PER_METRE: u32 = 8037;

/// 3.85, 7.7 or 15.4 lines a millimetre. T.4 2.1
const fn rows_per_metre(resolution: Resolution) -> u32 {
    match resolution {
        Resolution::Standard => 3850,
        Resolution::Fine => 7700,
        Resolution::Superfine => 15_400,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of `#` and `.`, 8 pels wide.
    fn bitmap(rows: &[&str]) -> Bitmap {
        let mut bitmap = Bitmap::new(8, u32::try_from(rows.len()).unwrap()).unwrap();
        for (y, row) in (0..).zip(rows) {
            for (x, _) in (0..).zip(row.chars()).filter(|(_, c)| *c == '#') {
                bitmap.set(x, y, true);
            }
        }
        bitmap
    }

    #[test]
    fn a_pixel_is_as_dark_as_its_black_part() {
        let page = bitmap(&["########", "####....", "........", "#......."]);
        assert_eq!(averaged(&page, 2, 2), [0, 127, 223, 255]);
        assert_eq!(averaged(&page, 1, 1), [151]);
        // Three pixels across eight pels: a pixel is 2 2/3 pels wide.
        assert_eq!(averaged(&page, 3, 4)[3..6], [0, 127, 255]);
        // Larger than it is: each pel becomes four pixels.
        let larger = averaged(&page, 16, 8);
        assert_eq!(larger[..16], [0; 16]);
        assert_eq!((larger[2 * 16 + 7], larger[2 * 16 + 8]), (0, 255));
        assert_eq!(larger.iter().map(|g| 255 - u64::from(*g)).sum::<u64>(), 13 * 4 * 255);
    }

    #[test]
    fn a_picture_has_the_shape_of_the_paper() {
        for (resolution, rows) in
            [(Resolution::Standard, 1143), (Resolution::Fine, 2287), (Resolution::Superfine, 4574)]
        {
            let page = Page::from_bitmap(&Bitmap::new(1728, rows).unwrap(), resolution);
            // A4 less what a fax cannot have of its width.
            assert_eq!(height(&page, 860), Ok(1188), "{resolution:?}");
        }
        let long = Page::from_bitmap(&Bitmap::new(1728, 65_535).unwrap(), Resolution::Standard);
        assert_eq!(height(&long, 4096), Err(PictureError::TooLarge));
        assert!(height(&long, 200).is_ok());
    }

    #[test]
    fn without_a_width_every_pel_is_there() {
        let page = Page::from_bitmap(&bitmap(&["#.#.....", ".......#"]), Resolution::Fine);
        let picture = png(&page, None).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(picture)).read_info().unwrap();
        let mut octets = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut octets).unwrap();
        assert_eq!(octets, [!0b1010_0000, !0b0000_0001]);
        assert_eq!(reader.info().pixel_dims.unwrap().yppu, 7700);
    }
}
