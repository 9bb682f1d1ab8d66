//! Glyphs that were drawn before: the same letter at the same size covers the same pels.
//!
//! A glyph that is small comes to lie on whole pels, so that all its copies look alike and a line of text
//! has one baseline; a large one on quarters of a pel.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use kurbo::{Affine, BezPath, Rect, Vec2};

use super::Bounds;
use crate::fill::{Filler, Rule, Span};

/// The most spans that are remembered, 12 MB; then everything is forgotten.
const MAX_SPANS: usize = 1_000_000;

/// The most glyphs that are remembered.
const MAX_GLYPHS: usize = 50_000;

/// A glyph is remembered in at most that many sizes and places.
const MAX_SIZES: usize = 64;

/// Glyphs farther than that from the corner, in pels, are not looked up.
const FARTHEST: f64 = 1e6;

/// A glyph that is larger than that, in pels, is not remembered.
const LARGEST: f64 = 400.0;

/// Glyphs up to that height, in pels, lie on whole pels.
const LARGEST_ON_WHOLE_PELS: f64 = 64.0;

/// The pels of glyphs.
#[derive(Debug, Default)]
pub(crate) struct Glyphs {
    glyphs: HashMap<u128, Glyph, BuildHasherDefault<Mixed>>,
    spans: usize,
}

/// A glyph.
#[derive(Debug)]
struct Glyph {
    /// Its outline, in its own units.
    path: BezPath,
    bounds: Rect,
    drawn: Vec<(Size, Drawn)>,
}

/// One size and, for the larger ones, one place between the pels.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Size {
    transform: [f64; 4],
    place: [u8; 2],
}

/// The pels of a glyph.
#[derive(Debug)]
struct Drawn {
    spans: Vec<Span>,
    /// Where the origin of the glyph lies in the spans.
    origin: (i64, i64),
}

/// Keys are mixed well already: any part of them will do.
#[derive(Debug, Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn write(&mut self, octets: &[u8]) {
        for octet in octets {
            self.0 = (self.0 << 8 | u64::from(*octet)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn write_u128(&mut self, key: u128) {
        let [a, b, c, d, e, f, g, h, ..] = key.to_le_bytes();
        self.0 = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Glyphs {
    /// How many glyphs are remembered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.glyphs.len()
    }

    /// Gives the spans of a glyph within `bounds`; or its path in pels, when it is too large for that and
    /// is to be filled.
    pub(super) fn spans(
        &mut self,
        filler: &mut Filler,
        (key, outline): (u128, impl FnOnce() -> BezPath),
        transform: Affine,
        bounds: Bounds,
        take: impl FnMut(Span),
    ) -> Result<(), BezPath> {
        if self.spans > MAX_SPANS || self.glyphs.len() > MAX_GLYPHS {
            self.glyphs.clear();
            self.spans = 0;
        }
        let glyph = self.glyphs.entry(key).or_insert_with(|| {
            let path = outline();
            let bounds = path.control_box();
            Glyph { path, bounds, drawn: Vec::new() }
        });
        let [a, b, c, d, x, y] = transform.as_coeffs();
        let size = transform.transform_rect_bbox(glyph.bounds).size();
        let fits = size.width < LARGEST && size.height < LARGEST;
        if !(fits && x.abs() < FARTHEST && y.abs() < FARTHEST) {
            return Err(transform * &glyph.path);
        }
        let steps = if size.height <= LARGEST_ON_WHOLE_PELS { 1.0 } else { 4.0 };
        let (left, x) = place(x, steps);
        let (top, y) = place(y, steps);
        let size = Size { transform: [a, b, c, d], place: [x, y] };
        let known = glyph.drawn.iter().position(|(known, _)| *known == size);
        let known = known.unwrap_or_else(|| {
            if glyph.drawn.len() >= MAX_SIZES {
                glyph.drawn.clear();
            }
            let shift = Vec2::new(f64::from(x), f64::from(y)) / steps;
            let drawn = Drawn::new(filler, glyph, Affine::new([a, b, c, d, 0.0, 0.0]), shift);
            self.spans += drawn.spans.len();
            glyph.drawn.push((size, drawn));
            glyph.drawn.len() - 1
        });
        if let Some((_, drawn)) = glyph.drawn.get(known) {
            drawn.each((left, top), bounds, take);
        }
        Ok(())
    }
}

/// The pel in which a coordinate is, and how many steps within it.
fn place(at: f64, steps: f64) -> (i64, u8) {
    let at = (at * steps).round();
    let pel = (at / steps).floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within FARTHEST, and from 0 to 3"
    )]
    let place = (pel as i64, (at - pel * steps) as u8);
    place
}

impl Drawn {
    fn new(filler: &mut Filler, glyph: &Glyph, transform: Affine, shift: Vec2) -> Self {
        let within = transform.transform_rect_bbox(glyph.bounds);
        let origin = (2.0 - within.x0.floor(), 2.0 - within.y0.floor());
        let transform = Affine::translate(shift + Vec2::new(origin.0, origin.1)) * transform;
        let bounds = Bounds::around(transform.transform_rect_bbox(glyph.bounds).inflate(2.0, 2.0));
        let mut spans = Vec::new();
        filler.spans(&(transform * &glyph.path), Rule::NonZero, bounds, |span| spans.push(span));
        let spans = super::Region::new(spans).into_spans();
        #[expect(clippy::cast_possible_truncation, reason = "a glyph is near its origin")]
        let origin = (origin.0 as i64, origin.1 as i64);
        Self { spans, origin }
    }

    /// The spans with the origin at `at`, within `bounds`.
    fn each(&self, at: (i64, i64), bounds: Bounds, mut take: impl FnMut(Span)) {
        let (right, down) = (at.0 - self.origin.0, at.1 - self.origin.1);
        let moved = |from: u32, by: i64| (i64::from(from) + by).clamp(0, i64::from(u32::MAX));
        for span in &self.spans {
            let row = i64::from(span.row) + down;
            let from = moved(span.from, right).max(i64::from(bounds.left));
            let to = moved(span.to, right).min(i64::from(bounds.right));
            let inside =
                row >= i64::from(bounds.top) && row < i64::from(bounds.bottom) && from < to;
            if let (true, Ok(row), Ok(from), Ok(to)) =
                (inside, u32::try_from(row), u32::try_from(from), u32::try_from(to))
            {
                take(Span { row, from, to });
            }
        }
    }
}
