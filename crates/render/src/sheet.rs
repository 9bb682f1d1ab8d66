//! A page in black and white from the start, and glyphs as patterns that are stamped on it.
//!
//! Plain text and the header line are nothing but black glyphs, the same few over and over. Each is
//! filled once ([`crate::fill`]), and then costs a few words to stamp.

use std::collections::HashMap;

use kurbo::{Affine, BezPath, Shape as _, Vec2};
use t4::{Bitmap, Page, Resolution};

use crate::canvas::Bounds;
use crate::fill::{Filler, Rule, Span};

/// The most patterns that are kept; a text with more begins anew.
const PATTERNS: usize = 8192;

/// The widest and tallest glyph in pels.
const LARGEST: f64 = 512.0;

/// The places between two pels at which a glyph may begin.
pub(crate) const PLACES: u32 = 4;

/// A page of black and white pels.
#[derive(Debug)]
pub(crate) struct Sheet {
    width: u32,
    rows: u32,
    stride: usize,
    packed: Vec<u8>,
}

impl Sheet {
    /// A white one.
    pub(crate) fn new(width: u32, rows: u32) -> Self {
        let stride = width.div_ceil(8) as usize;
        Self { width, rows, stride, packed: vec![0; stride * rows as usize] }
    }

    /// Stamps a glyph with its origin at this column and row; what is outside is left out.
    pub(crate) fn stamp(&mut self, glyph: &Pattern, column: i64, row: i64) {
        let left = column + i64::from(glyph.left);
        for (index, line) in glyph.packed.chunks_exact(glyph.stride.max(1)).enumerate() {
            let row = row + i64::from(glyph.top) + index as i64;
            let Some(row) = u32::try_from(row).ok().filter(|row| *row < self.rows) else {
                continue;
            };
            let start = row as usize * self.stride;
            let into = &mut self.packed[start..start + self.stride];
            stamp_row(into, line, left);
        }
    }

    /// Makes a row white.
    pub(crate) fn wipe(&mut self, row: u32) {
        if let Some(row) = self.packed.chunks_exact_mut(self.stride).nth(row as usize) {
            row.fill(0);
        }
    }

    /// The page.
    pub(crate) fn into_page(self, resolution: Resolution) -> Page {
        let bitmap = Bitmap::from_packed(self.width, self.rows, self.packed)
            .expect("a page has a size that can be coded");
        Page::from_bitmap(&bitmap, resolution)
    }
}

/// Lays a row of pels over another one, from column `left` on.
fn stamp_row(into: &mut [u8], line: &[u8], left: i64) {
    let (octet, shift) = (left.div_euclid(8), left.rem_euclid(8) as u32);
    for (octet, bits) in (octet..).zip(line) {
        let bits = u16::from(*bits) << 8 >> shift;
        let [high, low] = bits.to_be_bytes();
        for (octet, bits) in [(octet, high), (octet + 1, low)] {
            if let Some(pels) = usize::try_from(octet).ok().and_then(|octet| into.get_mut(octet)) {
                *pels |= bits;
            }
        }
    }
}

/// A glyph in pels, around its origin.
#[derive(Debug, Default)]
pub(crate) struct Pattern {
    left: i32,
    top: i32,
    stride: usize,
    packed: Vec<u8>,
}

/// Which glyph: of which font, at which size, and where between two pels it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// Index of the font.
    pub(crate) font: usize,
    /// Number of the glyph in its font.
    pub(crate) glyph: u16,
    /// The size across and down, in whatever unit its user likes.
    pub(crate) size: [u32; 2],
    /// Quarters of a pel, less than [`PLACES`].
    pub(crate) place: u32,
}

/// Patterns that were made already.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    made: HashMap<Key, Pattern>,
    filler: Filler,
}

impl Patterns {
    /// The pattern of a glyph; `outline` gives its outline, which `to_pels` takes to pels.
    pub(crate) fn get(
        &mut self,
        key: Key,
        to_pels: Affine,
        outline: impl FnOnce() -> BezPath,
    ) -> &Pattern {
        if self.made.len() >= PATTERNS && !self.made.contains_key(&key) {
            self.made.clear();
        }
        let filler = &mut self.filler;
        self.made.entry(key).or_insert_with(|| {
            let shift = Vec2::new(f64::from(key.place) / f64::from(PLACES), 0.0);
            pattern(filler, Affine::translate(shift) * to_pels * outline())
        })
    }
}

fn pattern(filler: &mut Filler, outline: BezPath) -> Pattern {
    let bounds = outline.bounding_box();
    let (left, top) = ((bounds.x0 - 1.0).floor(), (bounds.y0 - 1.0).floor());
    let (width, height) = ((bounds.x1 + 1.0).ceil() - left, (bounds.y1 + 1.0).ceil() - top);
    let fits = width <= LARGEST && height <= LARGEST && left.abs() <= 1e6 && top.abs() <= 1e6;
    if outline.elements().is_empty() || !fits {
        return Pattern::default();
    }
    let (columns, rows) = (width as u32, height as u32);
    let stride = columns.div_ceil(8) as usize;
    let mut packed = vec![0; stride * rows as usize];
    let moved = Affine::translate(Vec2::new(-left, -top)) * outline;
    let all = Bounds { left: 0, top: 0, right: columns, bottom: rows };
    filler.spans(&moved, Rule::NonZero, all, |Span { row, from, to }| {
        for column in from..to {
            packed[row as usize * stride + column as usize / 8] |= 0x80 >> (column % 8);
        }
    });
    Pattern { left: left as i32, top: top as i32, stride, packed }
}
