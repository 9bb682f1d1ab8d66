//! One sheet of pels: the page itself, or a group that is drawn apart and then laid onto it.

use std::rc::Rc;

use super::blend::{Blend, Pel, over};
use super::{Bounds, Ink, Matter};
use crate::fill::Span;

/// A run of at most that many pels is written pel by pel: text is full of them.
const SHORT: usize = 8;

/// A sheet of pels.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) bounds: Bounds,
    pub(super) grey: Vec<u8>,
    pub(super) matter: Vec<Matter>,
    /// Empty when nothing shows through: the page.
    alpha: Vec<u8>,
    /// The rows that were drawn on; `top` is above `bottom` when there are none.
    touched: (u32, u32),
}

/// How a group is laid onto what is below it.
#[derive(Debug, Clone)]
pub(crate) struct Laying {
    /// 0 nothing to 255 all of it.
    pub(crate) alpha: u8,
    /// How it mixes.
    pub(crate) blend: Blend,
    /// How much of which pel.
    pub(crate) mask: Option<Rc<Mask>>,
}

impl Laying {
    /// Whether the group could as well be drawn directly.
    pub(crate) fn is_plain(&self) -> bool {
        self.alpha == 255 && self.blend == Blend::Normal && self.mask.is_none()
    }
}

/// How much of which pel shows. ISO 32000-1 11.5.
#[derive(Debug)]
pub(crate) struct Mask {
    /// Where `pels` are.
    pub(crate) bounds: Bounds,
    /// One octet a pel.
    pub(crate) pels: Vec<u8>,
    /// How much shows elsewhere.
    pub(crate) elsewhere: u8,
}

impl Mask {
    fn at(&self, row: u32, column: u32) -> u8 {
        let Bounds { left, top, right, bottom } = self.bounds;
        if row < top || row >= bottom || column < left || column >= right {
            return self.elsewhere;
        }
        let index = (row - top) as usize * self.bounds.width() as usize + (column - left) as usize;
        self.pels.get(index).copied().unwrap_or(self.elsewhere)
    }
}

impl Layer {
    /// White and opaque.
    pub(super) fn page(bounds: Bounds) -> Self {
        Self::filled(bounds, 255, Vec::new())
    }

    /// With nothing on it.
    pub(super) fn clear(bounds: Bounds) -> Self {
        Self::filled(bounds, 0, vec![0; bounds.pels()])
    }

    fn filled(bounds: Bounds, grey: u8, alpha: Vec<u8>) -> Self {
        let pels = bounds.pels();
        Self {
            bounds,
            grey: vec![grey; pels],
            matter: vec![Matter::Area; pels],
            alpha,
            touched: (u32::MAX, 0),
        }
    }

    /// Draws a run; `span` is within the bounds.
    pub(super) fn draw(&mut self, span: Span, ink: Ink) {
        self.touch(span.row);
        let Some(run) = self.run(span) else { return };
        if ink.alpha == 255 && run.len() <= SHORT && self.alpha.is_empty() {
            for index in run {
                self.grey[index] = ink.grey;
                self.matter[index] = ink.matter;
            }
            return;
        }
        if ink.alpha == 255 {
            self.grey[run.clone()].fill(ink.grey);
            self.matter[run.clone()].fill(ink.matter);
            if !self.alpha.is_empty() {
                self.alpha[run].fill(255);
            }
            return;
        }
        for index in run {
            self.mix(index, ink, Blend::Normal);
        }
    }

    /// Draws a run, each pel with an ink of its own.
    pub(super) fn draw_each(&mut self, span: Span, mut ink: impl FnMut(u32) -> Option<Ink>) {
        self.touch(span.row);
        let Some(run) = self.run(span) else { return };
        for (index, column) in run.zip(span.from..) {
            if let Some(ink) = ink(column) {
                self.mix(index, ink, Blend::Normal);
            }
        }
    }

    /// Lays another layer, which lies within this one's bounds, onto this one.
    pub(super) fn lay(&mut self, above: &Self, how: &Laying) {
        let Bounds { left, right, .. } = above.bounds.intersect(self.bounds);
        let (top, bottom) = above.touched;
        for row in top..bottom {
            let span = Span { row, from: left, to: right };
            let (Some(from), Some(to)) = (above.run(span), self.run(span)) else { continue };
            self.touch(row);
            for ((from, to), column) in from.zip(to).zip(left..) {
                let pel = above.pel(from);
                let share = how.mask.as_ref().map_or(255, |mask| mask.at(row, column));
                let alpha = times(times(pel.alpha, how.alpha), share);
                self.mix(to, Ink { grey: pel.grey, alpha, matter: pel.matter }, how.blend);
            }
        }
    }

    /// The pel in that row and column, when it is inside.
    pub(super) fn at(&self, row: u32, column: u32) -> Option<Ink> {
        let index = self.run(Span { row, from: column, to: column + 1 })?.start;
        let Pel { grey, alpha, matter } = self.pel(index);
        Some(Ink { grey, alpha, matter })
    }

    /// Each pel's shade over `below`, and how opaque it is.
    pub(super) fn shades(&self, below: u8) -> impl Iterator<Item = (u8, u8)> {
        (0..self.grey.len()).map(move |index| {
            let pel = self.pel(index);
            let (alpha, clear) = (u32::from(pel.alpha), u32::from(255 - pel.alpha));
            let sum = u32::from(pel.grey) * alpha + u32::from(below) * clear + 127;
            (u8::try_from(sum / 255).unwrap_or(255), pel.alpha)
        })
    }

    fn pel(&self, index: usize) -> Pel {
        Pel {
            grey: self.grey[index],
            alpha: self.alpha.get(index).copied().unwrap_or(255),
            matter: self.matter[index],
        }
    }

    fn mix(&mut self, index: usize, ink: Ink, blend: Blend) {
        let pel = over(self.pel(index), ink, blend);
        self.grey[index] = pel.grey;
        self.matter[index] = pel.matter;
        if let Some(alpha) = self.alpha.get_mut(index) {
            *alpha = pel.alpha;
        }
    }

    /// Where a run of pels lies, when it is inside.
    fn run(&self, span: Span) -> Option<std::ops::Range<usize>> {
        let Bounds { left, top, right, bottom } = self.bounds;
        let inside = (top..bottom).contains(&span.row) && left <= span.from && span.to <= right;
        let start = span.row.checked_sub(top)? as usize * self.bounds.width() as usize;
        inside.then(|| start + (span.from - left) as usize..start + (span.to - left) as usize)
    }

    fn touch(&mut self, row: u32) {
        self.touched = (self.touched.0.min(row), self.touched.1.max(row + 1));
    }
}

/// The product of two shares of 255.
pub(crate) fn times(a: u8, b: u8) -> u8 {
    let product = u32::from(a) * u32::from(b) + 127;
    u8::try_from(product / 255).unwrap_or(255)
}
