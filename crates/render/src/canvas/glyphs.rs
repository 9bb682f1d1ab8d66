//! Glyphs that were drawn before: the same letter at the same size covers the same pels.
//!
//! A glyph that is small comes to lie on whole pels, so that all its copies look alike and a line of text
//! has one baseline; a large one on quarters of a pel.

use std::collections::HashMap;
use std::rc::Rc;

use kurbo::{Affine, BezPath, Vec2};

use super::Bounds;
use crate::fill::{Filler, Rule, Span};

/// The most spans that are remembered, 16 MB; then everything is forgotten.
const MAX_SPANS: usize = 1_000_000;

/// The most glyphs that are remembered.
const MAX_GLYPHS: usize = 50_000;

/// A glyph that is larger than that, in pels, is not remembered.
const LARGEST: f64 = 400.0;

/// Glyphs up to that height, in pels, lie on whole pels.
const LARGEST_ON_WHOLE_PELS: f64 = 64.0;

/// The pels of glyphs.
#[derive(Debug, Default)]
pub(crate) struct Glyphs {
    drawn: HashMap<Key, Rc<Drawn>>,
    outlines: HashMap<u128, Rc<Outline>>,
    spans: usize,
}

/// The outline of a glyph, in its own units.
#[derive(Debug)]
struct Outline {
    path: BezPath,
    bounds: kurbo::Rect,
}

/// A glyph in one size and, for the larger ones, at one place between the pels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    glyph: u128,
    transform: [u32; 4],
    place: [u8; 2],
}

/// The pels of a glyph.
#[derive(Debug)]
struct Drawn {
    spans: Vec<Span>,
    /// Where the origin of the glyph lies in the spans.
    origin: (i64, i64),
}

impl Glyphs {
    /// The spans of a glyph within `bounds`; false when it is too large for that and is to be filled.
    pub(super) fn spans(
        &mut self,
        filler: &mut Filler,
        (glyph, outline): (u128, impl FnOnce() -> BezPath),
        transform: Affine,
        bounds: Bounds,
        take: impl FnMut(Span),
    ) -> Result<(), BezPath> {
        let outline = self.outline(glyph, outline);
        let [a, b, c, d, x, y] = transform.as_coeffs();
        let size = transform.transform_rect_bbox(outline.bounds).size();
        let fits = size.width < LARGEST && size.height < LARGEST;
        if !(fits && x.abs() < 1e6 && y.abs() < 1e6) {
            return Err(transform * &outline.path);
        }
        let steps = if size.height <= LARGEST_ON_WHOLE_PELS { 1.0 } else { 4.0 };
        let (x, y) = ((x * steps).round(), (y * steps).round());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "below a million, and from 0 to 3"
        )]
        let (whole, place) = (
            ((x / steps).floor() as i64, (y / steps).floor() as i64),
            [x.rem_euclid(steps) as u8, y.rem_euclid(steps) as u8],
        );
        #[expect(clippy::cast_possible_truncation, reason = "precise enough for a glyph")]
        let key = Key { glyph, transform: [a, b, c, d].map(|v| (v as f32).to_bits()), place };
        let drawn = if let Some(drawn) = self.drawn.get(&key) {
            drawn.clone()
        } else {
            let shift = Vec2::new(f64::from(place[0]), f64::from(place[1])) / steps;
            let drawn =
                Rc::new(Drawn::new(filler, &outline, Affine::new([a, b, c, d, 0.0, 0.0]), shift));
            self.remember(key, drawn.clone());
            drawn
        };
        drawn.each(whole, bounds, take);
        Ok(())
    }

    fn outline(&mut self, glyph: u128, outline: impl FnOnce() -> BezPath) -> Rc<Outline> {
        if let Some(outline) = self.outlines.get(&glyph) {
            return outline.clone();
        }
        let path = outline();
        let bounds = path.control_box();
        let outline = Rc::new(Outline { path, bounds });
        if self.outlines.len() >= MAX_GLYPHS {
            self.outlines.clear();
        }
        self.outlines.insert(glyph, outline.clone());
        outline
    }

    fn remember(&mut self, key: Key, drawn: Rc<Drawn>) {
        if self.spans + drawn.spans.len() > MAX_SPANS || self.drawn.len() >= MAX_GLYPHS {
            self.drawn.clear();
            self.outlines.clear();
            self.spans = 0;
        }
        self.spans += drawn.spans.len();
        self.drawn.insert(key, drawn);
    }
}

impl Drawn {
    fn new(filler: &mut Filler, outline: &Outline, transform: Affine, shift: Vec2) -> Self {
        let within = transform.transform_rect_bbox(outline.bounds);
        let origin = (2.0 - within.x0.floor(), 2.0 - within.y0.floor());
        let transform = Affine::translate(shift + Vec2::new(origin.0, origin.1)) * transform;
        let bounds =
            Bounds::around(transform.transform_rect_bbox(outline.bounds).inflate(2.0, 2.0));
        let mut spans = Vec::new();
        filler.spans(&(transform * &outline.path), Rule::NonZero, bounds, |span| spans.push(span));
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
