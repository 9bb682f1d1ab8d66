//! Where may be drawn: a rectangle, and within it runs of pels when it is not all of it.

use std::rc::Rc;

use kurbo::Rect;

use crate::fill::Span;

/// A rectangle of pels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The first column.
    pub(crate) left: u32,
    /// The first row.
    pub(crate) top: u32,
    /// The column behind the last.
    pub(crate) right: u32,
    /// The row behind the last.
    pub(crate) bottom: u32,
}

impl Bounds {
    /// Nothing.
    pub(crate) const EMPTY: Self = Self { left: 0, top: 0, right: 0, bottom: 0 };

    /// All pels that a rectangle touches; nothing when it is not a number.
    pub(crate) fn around(rect: Rect) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the cast stays within its bounds; what is negative is 0"
        )]
        let bounds = Self {
            left: rect.x0.floor() as u32,
            top: rect.y0.floor() as u32,
            right: rect.x1.ceil() as u32,
            bottom: rect.y1.ceil() as u32,
        };
        bounds
    }

    /// What is in both.
    pub(crate) fn intersect(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    /// Whether nothing is inside.
    pub(crate) const fn is_empty(self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }

    /// Columns.
    pub(crate) const fn width(self) -> u32 {
        self.right.saturating_sub(self.left)
    }

    /// Rows.
    pub(crate) const fn height(self) -> u32 {
        self.bottom.saturating_sub(self.top)
    }

    /// Pels.
    pub(crate) const fn pels(self) -> usize {
        self.width() as usize * self.height() as usize
    }
}

/// Pels in any shape: runs that do not overlap, by rows.
#[derive(Debug, Default)]
pub(crate) struct Region {
    spans: Vec<Span>,
}

impl Region {
    /// Of spans in any order, which may overlap.
    pub(crate) fn new(mut spans: Vec<Span>) -> Self {
        spans.sort_unstable();
        spans.dedup_by(|next, last| {
            let joins = next.row == last.row && next.from <= last.to;
            if joins {
                last.to = last.to.max(next.to);
            }
            joins
        });
        Self { spans }
    }

    /// The runs, from the top left to the bottom right.
    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The runs alone.
    pub(crate) fn into_spans(self) -> Vec<Span> {
        self.spans
    }

    /// What of `span` is inside.
    fn each(&self, span: Span, take: &mut impl FnMut(Span)) {
        let first = self
            .spans
            .partition_point(|s| s.row < span.row || (s.row == span.row && s.to <= span.from));
        for inside in self.spans.iter().skip(first) {
            if inside.row != span.row || inside.from >= span.to {
                break;
            }
            let (from, to) = (inside.from.max(span.from), inside.to.min(span.to));
            take(Span { row: span.row, from, to });
        }
    }
}

/// Where may be drawn.
#[derive(Debug, Clone)]
pub(crate) struct Clip {
    /// Nothing is drawn outside of this.
    pub(crate) bounds: Bounds,
    /// Nor outside of this.
    pub(crate) region: Option<Rc<Region>>,
}

impl Clip {
    /// A rectangle.
    pub(crate) const fn rectangle(bounds: Bounds) -> Self {
        Self { bounds, region: None }
    }

    /// Whether all of `span` may be drawn for certain.
    pub(crate) const fn holds(&self, span: Span) -> bool {
        let Bounds { left, top, right, bottom } = self.bounds;
        self.region.is_none()
            && span.row >= top
            && span.row < bottom
            && span.from >= left
            && span.to <= right
    }

    /// What of `span` may be drawn.
    pub(crate) fn each(&self, span: Span, mut take: impl FnMut(Span)) {
        let Bounds { left, top, right, bottom } = self.bounds;
        let (from, to) = (span.from.max(left), span.to.min(right));
        if span.row < top || span.row >= bottom || from >= to {
            return;
        }
        let span = Span { row: span.row, from, to };
        match &self.region {
            None => take(span),
            Some(region) => region.each(span, &mut take),
        }
    }

    /// All that may be drawn.
    pub(crate) fn all(&self, mut take: impl FnMut(Span)) {
        let Bounds { left, right, .. } = self.bounds;
        for row in self.bounds.top..self.bounds.bottom {
            self.each(Span { row, from: left, to: right }, &mut take);
        }
    }
}
