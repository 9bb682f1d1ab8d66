//! Which pels a shape covers.
//!
//! A pel is black when its centre lies inside the shape; and where the shape is thinner than a pel, so
//! that no centre lies inside, the pel that its middle falls into is black all the same, across as well as
//! along. So edges are sharp, strokes keep their weight, and a hairline never breaks.

use kurbo::{BezPath, PathEl, Point};

/// How far a straight line may be from its curve, in pels.
const TOLERANCE: f64 = 0.1;

/// What is inside a path that crosses itself. ISO 32000-1 8.5.3.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Where the crossings do not cancel out.
    NonZero,
    /// Where their number is odd.
    EvenOdd,
}

/// A run of pels of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// Row, from the top.
    pub(crate) row: u32,
    /// First pel.
    pub(crate) from: u32,
    /// The pel behind the last.
    pub(crate) to: u32,
}

/// Turns paths into spans; keeps its memory between paths.
#[derive(Debug, Default)]
pub(crate) struct Filler {
    crossings: Vec<Crossing>,
}

/// Where an edge crosses the middle of a line of pels.
#[derive(Debug, Clone, Copy)]
struct Crossing {
    line: u32,
    at: f32,
    /// Downwards 1, upwards -1.
    turn: i32,
}

impl Filler {
    /// The spans of `path`, which is in pels, within `width` times `height`; some may overlap.
    pub(crate) fn spans(
        &mut self,
        path: &BezPath,
        rule: Rule,
        (width, height): (u32, u32),
        mut take: impl FnMut(Span),
    ) {
        self.cross(path, height, |p| p);
        self.runs(rule, |line, from, to| {
            let (first, end) = centres(from, to);
            if first < end {
                let (from, to) = (clamp(first, width), clamp(end, width));
                if from < to {
                    take(Span { row: line, from, to });
                }
            } else if let Some(at) = middle(from, to, width) {
                take(Span { row: line, from: at, to: at + 1 });
            }
        });
        // The same from the side: only what is thinner than a row is still missing.
        self.cross(path, width, |p| Point::new(p.y, p.x));
        self.runs(rule, |line, from, to| {
            let (first, end) = centres(from, to);
            if first >= end
                && let Some(row) = middle(from, to, height)
            {
                take(Span { row, from: line, to: line + 1 });
            }
        });
    }

    /// Collects where the path crosses the middles of `lines` lines.
    fn cross(&mut self, path: &BezPath, lines: u32, turned: impl Fn(Point) -> Point) {
        self.crossings.clear();
        let mut start = Point::ZERO;
        let mut last = Point::ZERO;
        let crossings = &mut self.crossings;
        kurbo::flatten(path.iter(), TOLERANCE, |element| match element {
            PathEl::MoveTo(p) => {
                edge(crossings, turned(last), turned(start), lines);
                (start, last) = (p, p);
            }
            PathEl::LineTo(p) => {
                edge(crossings, turned(last), turned(p), lines);
                last = p;
            }
            PathEl::ClosePath => {
                edge(crossings, turned(last), turned(start), lines);
                last = start;
            }
            // Flattened: there are no curves any more.
            PathEl::QuadTo(..) | PathEl::CurveTo(..) => {}
        });
        edge(crossings, turned(last), turned(start), lines);
        crossings.sort_unstable_by(|a, b| a.line.cmp(&b.line).then(a.at.total_cmp(&b.at)));
    }

    /// Gives each run that is inside: its line, where it begins and where it ends.
    fn runs(&self, rule: Rule, mut take: impl FnMut(u32, f32, f32)) {
        let mut winding = 0;
        let mut begin = 0.0;
        let mut line = None;
        for crossing in &self.crossings {
            if line != Some(crossing.line) {
                (line, winding) = (Some(crossing.line), 0);
            }
            let was_inside = inside(rule, winding);
            winding += crossing.turn;
            match (was_inside, inside(rule, winding)) {
                (false, true) => begin = crossing.at,
                (true, false) => take(crossing.line, begin, crossing.at),
                _ => {}
            }
        }
    }
}

const fn inside(rule: Rule, winding: i32) -> bool {
    match rule {
        Rule::NonZero => winding != 0,
        Rule::EvenOdd => winding & 1 != 0,
    }
}

/// The crossings of one straight edge with the middles of the lines.
fn edge(crossings: &mut Vec<Crossing>, a: Point, b: Point, lines: u32) {
    let finite = a.x.is_finite() && a.y.is_finite() && b.x.is_finite() && b.y.is_finite();
    if a.y == b.y || !finite {
        return;
    }
    let (top, bottom, turn) = if a.y < b.y { (a, b, 1) } else { (b, a, -1) };
    let first = clamp(centre_from(top.y), lines);
    let end = clamp(centre_from(bottom.y), lines);
    let slope = (bottom.x - top.x) / (bottom.y - top.y);
    for line in first..end {
        let y = f64::from(line) + 0.5;
        let at = top.x + (y - top.y) * slope;
        #[expect(clippy::cast_possible_truncation, reason = "pels; no page has 16 million")]
        crossings.push(Crossing { line, at: at as f32, turn });
    }
}

/// The first number whose centre is at or behind `at`.
fn centre_from(at: f64) -> f64 {
    (at - 0.5).ceil()
}

/// The centres from `from` up to `to`: the first, and the one behind the last.
fn centres(from: f32, to: f32) -> (f64, f64) {
    (centre_from(f64::from(from)), centre_from(f64::from(to)))
}

/// The pel in the middle of a run that holds no centre.
fn middle(from: f32, to: f32, most: u32) -> Option<u32> {
    let at = (f64::from(from) + f64::from(to)) / 2.0;
    (at >= 0.0 && at < f64::from(most)).then(|| clamp(at.floor(), most))
}

fn clamp(at: f64, most: u32) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within 0 and most, and a number"
    )]
    let at = at.clamp(0.0, f64::from(most)) as u32;
    at
}
