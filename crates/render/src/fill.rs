//! Which pels a shape covers.
//!
//! A pel is black when its centre lies inside the shape; and where the shape is thinner than a pel, so
//! that no centre lies inside, the pel that its middle falls into is black all the same, across as well as
//! along. So edges are sharp, strokes keep their weight, and a hairline never breaks. Only where a shape
//! that is thicker ends in a point, the point stays away: it would be a wart.

use std::ops::Range;

use kurbo::{BezPath, PathEl, Point};

use crate::canvas::Bounds;

/// How far a straight line may be from its curve, in pels.
const TOLERANCE: f64 = 0.1;

/// The most straight lines that a curve becomes.
const MAX_LINES_OF_CURVE: f64 = 256.0;

/// Coordinates are at most that far from the corner, in pels; what is farther is moved there.
const FARTHEST: f64 = 1e7;

/// The most crossings that are held at a time, as long as they are of more than one line: 96 MB.
const MAX_CROSSINGS: usize = 8_000_000;

/// What is inside a path that crosses itself. ISO 32000-1 8.5.3.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Where the crossings do not cancel out.
    NonZero,
    /// Where their number is odd.
    EvenOdd,
}

/// A run of pels of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    runs: Vec<Run>,
}

/// Where an edge crosses the middle of a line of pels.
#[derive(Debug, Clone, Copy)]
struct Crossing {
    line: u32,
    at: f32,
    /// Downwards 1, upwards -1.
    turn: i32,
}

/// What of the middle of a line of pels is inside.
#[derive(Debug, Clone, Copy)]
struct Run {
    line: u32,
    from: f32,
    to: f32,
}

/// Which way the lines of pels lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Along {
    Rows,
    Columns,
}

impl Filler {
    /// The spans of `path`, which is in pels, within `bounds`; some may overlap.
    pub(crate) fn spans(
        &mut self,
        path: &BezPath,
        rule: Rule,
        bounds: Bounds,
        mut take: impl FnMut(Span),
    ) {
        let within = bounds.intersect(Bounds::around(path.control_box().inflate(1.0, 1.0)));
        if within.is_empty() {
            return;
        }
        let Bounds { left, top, right, bottom } = within;
        self.pass(path, rule, Along::Rows, top..bottom, |run, is_stub| {
            let (first, end) = centres(run);
            if first < end {
                let (from, to) = (clamp(first, left, right), clamp(end, left, right));
                if from < to {
                    take(Span { row: run.line, from, to });
                }
            } else if let Some(at) = middle(run, left..right)
                && !is_stub()
            {
                take(Span { row: run.line, from: at, to: at + 1 });
            }
        });
        // The same from the side: only what is thinner than a row is still missing.
        self.pass(path, rule, Along::Columns, left..right, |run, is_stub| {
            let (first, end) = centres(run);
            if first >= end
                && let Some(row) = middle(run, top..bottom)
                && !is_stub()
            {
                take(Span { row, from: run.line, to: run.line + 1 });
            }
        });
    }

    /// Gives each run of `lines`, and a way to ask whether it is only the point of something thicker. As
    /// many lines at a time as memory allows.
    fn pass(
        &mut self,
        path: &BezPath,
        rule: Rule,
        along: Along,
        lines: Range<u32>,
        mut take: impl FnMut(Run, &dyn Fn() -> bool),
    ) {
        let mut start = lines.start;
        let mut step = lines.end - lines.start;
        while start < lines.end {
            let end = start.saturating_add(step).min(lines.end);
            // One line more on each side: whether a run goes on is seen there.
            let seen = start.saturating_sub(1)..end + 1;
            if !self.cross(path, along, seen) && step > 1 {
                step = (step / 2).max(1);
                continue;
            }
            self.join(rule);
            for (index, run) in self.runs.iter().enumerate() {
                if (start..end).contains(&run.line) {
                    take(*run, &|| self.is_stub(index));
                }
            }
            start = end;
        }
    }

    /// Collects where the path crosses the middles of `lines`; false when there are too many.
    fn cross(&mut self, path: &BezPath, along: Along, lines: Range<u32>) -> bool {
        self.crossings.clear();
        let crossings = &mut self.crossings;
        let several = lines.end - lines.start > 3;
        let mut fits = true;
        edges(path, |a, b| {
            if several && crossings.len() > MAX_CROSSINGS {
                fits = false;
            } else {
                let turned = |p: Point| if along == Along::Rows { p } else { Point::new(p.y, p.x) };
                cross_edge(crossings, turned(a), turned(b), &lines);
            }
        });
        crossings.sort_unstable_by(|a, b| a.line.cmp(&b.line).then(a.at.total_cmp(&b.at)));
        fits
    }

    /// Makes runs of the crossings.
    fn join(&mut self, rule: Rule) {
        self.runs.clear();
        let mut winding = 0;
        let mut from = 0.0;
        let mut line = None;
        for crossing in &self.crossings {
            if line != Some(crossing.line) {
                (line, winding) = (Some(crossing.line), 0);
            }
            let was_inside = inside(rule, winding);
            winding += crossing.turn;
            match (was_inside, inside(rule, winding)) {
                (false, true) => from = crossing.at,
                (true, false) => {
                    self.runs.push(Run { line: crossing.line, from, to: crossing.at });
                }
                _ => {}
            }
        }
    }

    /// Whether a run that holds no centre ends on one side, and is on the other side joined only to what
    /// is black by its centres anyhow.
    fn is_stub(&self, index: usize) -> bool {
        let Some(run) = self.runs.get(index) else { return false };
        let touching = |line: Option<u32>| {
            let first = line.map_or(0, |line| self.runs.partition_point(|r| r.line < line));
            let (mut any, mut thick) = (false, true);
            for other in self.runs.iter().skip(first) {
                if Some(other.line) != line || other.from > run.to + 1.0 {
                    break;
                }
                if other.to >= run.from - 1.0 {
                    let (first, end) = centres(*other);
                    any = true;
                    thick &= first < end;
                }
            }
            (any, thick)
        };
        match (touching(run.line.checked_sub(1)), touching(run.line.checked_add(1))) {
            ((true, thick), (false, _)) | ((false, _), (true, thick)) => thick,
            _ => false,
        }
    }
}

const fn inside(rule: Rule, winding: i32) -> bool {
    match rule {
        Rule::NonZero => winding != 0,
        Rule::EvenOdd => winding & 1 != 0,
    }
}

/// The straight edges of a path; open ones are closed, what is not a number is left out.
fn edges(path: &BezPath, mut take: impl FnMut(Point, Point)) {
    let mut start = Point::ZERO;
    let mut last = Point::ZERO;
    for element in path {
        match element {
            PathEl::MoveTo(p) => {
                take(last, start);
                start = near(p, last);
                last = start;
            }
            PathEl::LineTo(p) => {
                let p = near(p, last);
                take(last, p);
                last = p;
            }
            PathEl::QuadTo(a, p) => {
                let (a, p) = (near(a, last), near(p, last));
                let bend = (last.to_vec2() - 2.0 * a.to_vec2() + p.to_vec2()).hypot();
                let curve = kurbo::QuadBez::new(last, a, p);
                lines_of(&curve, (0.25 * bend / TOLERANCE).sqrt(), &mut take);
                last = p;
            }
            PathEl::CurveTo(a, b, p) => {
                let (a, b, p) = (near(a, last), near(b, last), near(p, last));
                let bend = (last.to_vec2() - 2.0 * a.to_vec2() + b.to_vec2())
                    .hypot()
                    .max((a.to_vec2() - 2.0 * b.to_vec2() + p.to_vec2()).hypot());
                let curve = kurbo::CubicBez::new(last, a, b, p);
                lines_of(&curve, (0.75 * bend / TOLERANCE).sqrt(), &mut take);
                last = p;
            }
            PathEl::ClosePath => {
                take(last, start);
                last = start;
            }
        }
    }
    take(last, start);
}

/// A curve as about `count` straight lines.
fn lines_of(curve: &impl kurbo::ParamCurve, count: f64, take: &mut impl FnMut(Point, Point)) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 1 to MAX_LINES_OF_CURVE"
    )]
    let count = count.ceil().clamp(1.0, MAX_LINES_OF_CURVE) as u32;
    let mut last = curve.start();
    for step in 1..count {
        let next = curve.eval(f64::from(step) / f64::from(count));
        take(last, next);
        last = next;
    }
    take(last, curve.end());
}

/// The point, within what can be counted; `last` for what is not a number.
fn near(p: Point, last: Point) -> Point {
    if p.x.is_nan() || p.y.is_nan() {
        return last;
    }
    Point::new(p.x.clamp(-FARTHEST, FARTHEST), p.y.clamp(-FARTHEST, FARTHEST))
}

/// The crossings of one straight edge with the middles of the lines.
fn cross_edge(crossings: &mut Vec<Crossing>, a: Point, b: Point, lines: &Range<u32>) {
    let (top, bottom, turn) = if a.y < b.y { (a, b, 1) } else { (b, a, -1) };
    let first = clamp(centre_from(top.y), lines.start, lines.end);
    let end = clamp(centre_from(bottom.y), lines.start, lines.end);
    if first >= end {
        return;
    }
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

/// The centres of a run: the first, and the one behind the last.
fn centres(run: Run) -> (f64, f64) {
    (centre_from(f64::from(run.from)), centre_from(f64::from(run.to)))
}

/// The pel in the middle of a run that holds no centre.
fn middle(run: Run, within: Range<u32>) -> Option<u32> {
    let at = f64::midpoint(f64::from(run.from), f64::from(run.to));
    (at >= f64::from(within.start) && at < f64::from(within.end))
        .then(|| clamp(at, within.start, within.end))
}

fn clamp(at: f64, least: u32, most: u32) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within least and most, and a number"
    )]
    let at = at.clamp(f64::from(least), f64::from(most)) as u32;
    at
}
