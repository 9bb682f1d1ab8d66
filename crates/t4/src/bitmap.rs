//! A page as plain pels.
use crate::{Malformed, Unsupported, error::Error};
use alloc::{vec, vec::Vec};

/// The widest line taken, in pels: A3 at 1200 pels per inch is 14 000.
pub const MAX_WIDTH: u32 = 20_000;

/// The most rows of a page: 4 m at the finest resolution of fax.
pub const MAX_ROWS: u32 = 65_535;

/// Packed rows of one bit per pel: the most significant bit is the leftmost pel, 1 is black. A row
/// takes whole octets; the bits behind its last pel are zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: u32,
    rows: u32,
    data: Vec<u8>,
}

impl Bitmap {
    /// A white page.
    ///
    /// # Errors
    /// *Unsupported* if `width` is not within 1 to [`MAX_WIDTH`], or `rows` is above [`MAX_ROWS`].
    pub fn new(width: u32, rows: u32) -> Result<Self, Error> {
        check_width(width)?;
        check_rows(rows)?;
        Ok(Self { width, rows, data: vec![0; stride(width) * rows as usize] })
    }

    /// A page from packed rows; bits behind the last pel of a row are cleared.
    ///
    /// # Errors
    /// As [`Bitmap::new`]; *malformed* if `data` has not exactly the octets of `rows` rows.
    pub fn from_packed(width: u32, rows: u32, data: Vec<u8>) -> Result<Self, Error> {
        check_width(width)?;
        check_rows(rows)?;
        if data.len() != stride(width) * rows as usize {
            return Err(Malformed::PackedLength.into());
        }
        let mut bitmap = Self { width, rows, data };
        for row in bitmap.data.chunks_exact_mut(stride(width)) {
            clear_padding(row, width);
        }
        Ok(bitmap)
    }

    /// Pels per line.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Lines.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Octets per row.
    #[must_use]
    pub fn stride(&self) -> usize {
        stride(self.width)
    }

    /// All rows, one behind the other.
    #[must_use]
    pub fn as_packed(&self) -> &[u8] {
        &self.data
    }

    /// The rows from the top, each packed.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = &[u8]> + DoubleEndedIterator {
        self.data.chunks_exact(self.stride())
    }

    /// Whether the pel `x` from the left and `y` from the top is black; outside the page is white.
    #[must_use]
    pub fn pel(&self, x: u32, y: u32) -> bool {
        self.place(x, y).is_some_and(|(at, mask)| self.data[at] & mask != 0)
    }

    /// Makes a pel black or white; outside the page nothing happens.
    pub fn set(&mut self, x: u32, y: u32, black: bool) {
        if let Some((at, mask)) = self.place(x, y) {
            if black {
                self.data[at] |= mask;
            } else {
                self.data[at] &= !mask;
            }
        }
    }

    fn place(&self, x: u32, y: u32) -> Option<(usize, u8)> {
        let inside = x < self.width && y < self.rows;
        inside.then(|| (y as usize * self.stride() + x as usize / 8, 0x80 >> (x % 8)))
    }
}

/// Octets of a packed row.
pub(crate) fn stride(width: u32) -> usize {
    width.div_ceil(8) as usize
}

pub(crate) fn check_width(width: u32) -> Result<(), Error> {
    match width {
        1..=MAX_WIDTH => Ok(()),
        _ => Err(Unsupported::Width(width).into()),
    }
}

pub(crate) fn check_rows(rows: u32) -> Result<(), Error> {
    if rows > MAX_ROWS { Err(Unsupported::Rows(rows).into()) } else { Ok(()) }
}

fn clear_padding(row: &mut [u8], width: u32) {
    let used = width % 8;
    if let (1.., Some(last)) = (used, row.last_mut()) {
        *last &= 0xff << (8 - used);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pels_lie_from_the_most_significant_bit_on() {
        let mut bitmap = Bitmap::new(10, 2).unwrap();
        bitmap.set(0, 0, true);
        bitmap.set(9, 1, true);
        bitmap.set(10, 1, true);
        assert_eq!(bitmap.as_packed(), [0x80, 0, 0, 0x40]);
        assert!(bitmap.pel(9, 1) && !bitmap.pel(10, 1) && !bitmap.pel(9, 2));
    }

    #[test]
    fn bits_behind_the_last_pel_are_cleared() {
        let bitmap = Bitmap::from_packed(3, 2, vec![0xff, 0xff]).unwrap();
        assert_eq!(bitmap.as_packed(), [0xe0, 0xe0]);
    }

    #[test]
    fn sizes_out_of_bounds_are_refused() {
        for width in [0, MAX_WIDTH + 1, u32::MAX] {
            assert_eq!(Bitmap::new(width, 1), Err(Unsupported::Width(width).into()));
        }
        assert_eq!(Bitmap::new(1, MAX_ROWS + 1), Err(Unsupported::Rows(MAX_ROWS + 1).into()));
        assert_eq!(Bitmap::from_packed(9, 1, vec![0]), Err(Malformed::PackedLength.into()));
    }
}
