//! Grey to black and white.
//!
//! **Text and lines** are black unless they are light, and stay lighter than a dark ground they lie on.
//! **Areas** in between become dots ([`screen`]). **Pictures** become dots, too, but where a picture is a
//! page with text on it, the text is cut out of its ground first ([`scan`]).

mod scan;
mod screen;

use t4::{Page, Resolution};

use self::scan::Scan;
use self::screen::{COLUMNS, Screen};
use crate::canvas::Matter;
use crate::paper;

/// From this grey on a line is white. Grey text in use is 85 to 204 (#CCC); what is lighter than 232 can
/// hardly be seen on a screen either.
const LIGHT_LINE: u8 = 232;

/// Below this grey a line is black whatever it lies on.
const DARK_LINE: u8 = 48;

/// By how much the ground has to be darker than a line, so that this is white.
const LIGHTER: u8 = 24;

/// How far the ground of a line is looked for up and down, in rows.
const GROUND_WITHIN: usize = 48;

/// The page that becomes of a canvas: one octet a pel of grey, and of what it is made of.
pub(crate) fn page(
    width: u32,
    height: u32,
    grey: &[u8],
    matter: &[Matter],
    resolution: Resolution,
) -> Page {
    let sheet = Sheet { columns: width as usize, grey, matter };
    let screen = Screen::new(resolution);
    let scan = Scan::new(sheet, resolution);
    let stride = width.div_ceil(8) as usize;
    let mut packed = vec![0; stride * height as usize];
    let mut black_rows = 0;
    for (row, line) in packed.chunks_exact_mut(stride).enumerate() {
        if sheet.pack_row(row, line, &screen, scan.as_ref()) {
            black_rows = row + 1;
        }
    }
    let black_rows = u32::try_from(black_rows).unwrap_or(height);
    let height = paper::without_white_tail(height, black_rows, resolution);
    packed.truncate(stride * height as usize);
    let bitmap = t4::Bitmap::from_packed(width, height, packed)
        .expect("a page has a size that can be coded");
    Page::from_bitmap(&bitmap, resolution)
}

/// Eight pels that are all black or white, packed; `None` when there is a shade among them.
fn black_and_white(pels: [u8; 8]) -> Option<u8> {
    let pels = u64::from_le_bytes(pels);
    let ones = pels & 0x0101_0101_0101_0101;
    if ones * 0xff != pels {
        return None;
    }
    // Brings bit 0 of the first octet to bit 63, that of the second to bit 62 and so on.
    Some(!(ones.wrapping_mul(0x8040_2010_0804_0201) >> 56).to_le_bytes()[0])
}

/// What was drawn.
#[derive(Debug, Clone, Copy)]
struct Sheet<'a> {
    columns: usize,
    grey: &'a [u8],
    matter: &'a [Matter],
}

impl Sheet<'_> {
    /// Packs a row; whether there is black in it.
    fn pack_row(self, row: usize, line: &mut [u8], screen: &Screen, scan: Option<&Scan>) -> bool {
        let run = row * self.columns..(row + 1) * self.columns;
        let (grey, matter) = (&self.grey[run.clone()], &self.matter[run]);
        let mut any = 0;
        let mut cut = None;
        for (octet, (at, grey)) in line.iter_mut().zip(grey.chunks(COLUMNS).enumerate()) {
            *octet = match <[u8; 8]>::try_from(grey).ok().and_then(black_and_white) {
                // Most of a page is white, and most of what is not is black, in every matter.
                Some(octet) => octet,
                None => {
                    let first = at * COLUMNS;
                    let matter = &matter[first..first + grey.len()];
                    let cut = match scan {
                        Some(scan) if matter.contains(&Matter::Picture) => {
                            Some(&*cut.get_or_insert_with(|| scan.row(row)))
                        }
                        _ => None,
                    };
                    let pattern = screen.row(row);
                    let mut octet = 0;
                    for (index, (grey, matter)) in grey.iter().zip(matter).enumerate() {
                        let black = match matter {
                            Matter::Line => self.line_is_black(row, first + index),
                            Matter::Area => *grey < pattern[index],
                            Matter::Picture => {
                                let cut = cut.map_or(pattern[index], |cut| {
                                    cut.threshold(first + index, pattern[index])
                                });
                                *grey < cut
                            }
                        };
                        octet |= u8::from(black) << (7 - index);
                    }
                    octet
                }
            };
            any |= *octet;
        }
        any != 0
    }

    /// Whether a pel of a line is black: by its grey, and when that is in between, by its ground.
    fn line_is_black(self, row: usize, column: usize) -> bool {
        let grey = self.grey[row * self.columns + column];
        if grey < DARK_LINE {
            return true;
        }
        if grey == 255 {
            return false;
        }
        match self.ground(row, column) {
            Some(ground) if ground.saturating_add(LIGHTER) <= grey => false,
            _ => grey < LIGHT_LINE,
        }
    }

    /// What a line lies on: the middle of what is found to all four sides of this pel.
    fn ground(self, row: usize, column: usize) -> Option<u8> {
        let at = row * self.columns + column;
        let grey = self.grey[at];
        let other = |index: usize| {
            let apart = self.matter[index] != Matter::Line || self.grey[index] != grey;
            apart.then(|| self.grey[index])
        };
        let rows = self.grey.len() / self.columns;
        let left = (1..=column.min(GROUND_WITHIN)).find_map(|far| other(at - far));
        let right =
            (1..=(self.columns - 1 - column).min(GROUND_WITHIN)).find_map(|far| other(at + far));
        let up = (1..=row.min(GROUND_WITHIN)).find_map(|far| other(at - far * self.columns));
        let down = (1..=(rows - 1 - row).min(GROUND_WITHIN))
            .find_map(|far| other(at + far * self.columns));
        let mut found: Vec<u8> = [left, right, up, down].into_iter().flatten().collect();
        found.sort_unstable();
        found.get(found.len() / 2).copied()
    }
}

#[cfg(test)]
mod tests;
