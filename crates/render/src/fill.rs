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

/// Runs that are nearer than that are one, in pels.
const JOINED: f32 = 1e-3;

/// A run that is longer than that, in pels, belongs to something thicker than a hairline.
const THICK: f32 = 2.0;

/// Turns paths into spans; keeps its memory between paths.
#[derive(Debug)]
pub(crate) struct Filler {
    most_crossings: usize,
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

impl Default for Filler {
    fn default() -> Self {
        Self { most_crossings: MAX_CROSSINGS, crossings: Vec::new(), runs: Vec::new() }
    }
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
        let (mut fits, most) = (true, self.most_crossings);
        edges(path, |a, b| {
            if several && crossings.len() > most {
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
                (true, false) => match self.runs.last_mut() {
                    // Where an outline runs back over itself nothing comes in between.
                    Some(last) if last.line == crossing.line && from - last.to < JOINED => {
                        last.to = crossing.at;
                    }
                    _ => self.runs.push(Run { line: crossing.line, from, to: crossing.at }),
                },
                _ => {}
            }
        }
    }

    /// Whether a run that holds no centre ends on one side, and is on the other side joined only to what
    /// is thicker.
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
                    any = true;
                    thick &= other.to - other.from > THICK;
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use kurbo::Shape;
    use proptest::prelude::*;

    use super::*;

    const SIDE: u32 = 60;

    fn drawn(path: &BezPath, rule: Rule) -> BTreeSet<(i64, i64)> {
        let bounds = Bounds { left: 0, top: 0, right: SIDE, bottom: SIDE };
        let mut pels = BTreeSet::new();
        Filler::default().spans(path, rule, bounds, |span| {
            assert!(span.row < SIDE && span.from < span.to && span.to <= SIDE);
            pels.extend((span.from..span.to).map(|x| (i64::from(x), i64::from(span.row))));
        });
        pels
    }

    fn polygon(points: &[(f64, f64)]) -> BezPath {
        let mut path = BezPath::new();
        for (index, point) in points.iter().enumerate() {
            if index == 0 { path.move_to(*point) } else { path.line_to(*point) }
        }
        path.close_path();
        path
    }

    /// The hair between two points.
    fn hair(from: Point, to: Point, thick: f64) -> BezPath {
        let way = (to - from) / (to - from).hypot() * thick / 2.0;
        let aside = kurbo::Vec2::new(-way.y, way.x);
        polygon(&[from + aside, to + aside, to - aside, from - aside].map(|p| (p.x, p.y)))
    }

    /// Whether every pel can be reached from every other, over corners too.
    fn is_connected(pels: &BTreeSet<(i64, i64)>) -> bool {
        let Some(first) = pels.first() else { return false };
        let (mut reached, mut open) = (BTreeSet::from([*first]), vec![*first]);
        while let Some((x, y)) = open.pop() {
            for next in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy))) {
                if pels.contains(&next) && reached.insert(next) {
                    open.push(next);
                }
            }
        }
        reached.len() == pels.len()
    }

    fn coordinate() -> impl Strategy<Value = f64> {
        prop_oneof![
            8 => -20.0..80.0,
            1 => -1e12..1e12,
            1 => prop_oneof![
                Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(f64::MAX)
            ],
        ]
    }

    proptest! {
        #[test]
        fn a_pel_whose_centre_is_inside_is_drawn(
            points in prop::collection::vec((-10.0..70.0, -10.0..70.0), 3..12),
        ) {
            let path = polygon(&points);
            let (some, odd) = (drawn(&path, Rule::NonZero), drawn(&path, Rule::EvenOdd));
            for (x, y) in (0..i64::from(SIDE)).flat_map(|x| (0..i64::from(SIDE)).map(move |y| (x, y))) {
                let centre = Point::new(x as f64 + 0.5, y as f64 + 0.5);
                // Too near an edge to be told with certainty.
                let edge = path.segments().any(|edge| {
                    use kurbo::ParamCurveNearest;
                    edge.nearest(centre, 1e-6).distance_sq < 1e-6
                });
                let winding = path.winding(centre);
                prop_assert!(edge || winding == 0 || some.contains(&(x, y)), "{x} {y} of {path:?}");
                prop_assert!(edge || winding % 2 == 0 || odd.contains(&(x, y)), "{x} {y} odd");
            }
        }

        #[test]
        fn nothing_is_drawn_farther_than_a_pel_away(
            points in prop::collection::vec((-10.0..70.0, -10.0..70.0), 3..8),
        ) {
            let path = polygon(&points);
            for (x, y) in drawn(&path, Rule::NonZero) {
                let centre = Point::new(x as f64 + 0.5, y as f64 + 0.5);
                let near = path.winding(centre) != 0 || path.segments().any(|edge| {
                    use kurbo::ParamCurveNearest;
                    edge.nearest(centre, 1e-6).distance_sq <= 1.0
                });
                prop_assert!(near, "{x} {y}");
            }
        }

        #[test]
        fn a_hairline_is_connected_from_end_to_end(
            x0 in 2.0..58.0f64, y0 in 2.0..58.0f64, x1 in 2.0..58.0f64, y1 in 2.0..58.0f64,
            thick in 0.01..1.0f64,
        ) {
            let (from, to) = (Point::new(x0, y0), Point::new(x1, y1));
            prop_assume!(from.distance(to) > 3.0);
            let pels = drawn(&hair(from, to, thick), Rule::NonZero);
            prop_assert!(is_connected(&pels), "{pels:?}");
            for end in [from, to] {
                let reaches = pels
                    .iter()
                    .any(|(x, y)| Point::new(*x as f64 + 0.5, *y as f64 + 0.5).distance(end) < 1.6);
                prop_assert!(reaches, "{end:?} of {pels:?}");
            }
        }

        #[test]
        fn no_coordinate_is_too_much(
            points in prop::collection::vec((coordinate(), coordinate()), 1..20),
        ) {
            let mut path = BezPath::new();
            path.move_to((1.0, 1.0));
            for three in points.chunks(3) {
                match *three {
                    [a] => path.line_to(a),
                    [a, b] => path.quad_to(a, b),
                    [a, b, c] => path.curve_to(a, b, c),
                    _ => {}
                }
            }
            drawn(&path, Rule::NonZero);
        }
    }

    #[test]
    fn a_circle_has_no_warts() {
        for shift in 0..20 {
            let centre = Point::new(30.0 + f64::from(shift) / 20.0, 30.3);
            let pels = drawn(&kurbo::Circle::new(centre, 10.3).to_path(0.01), Rule::NonZero);
            for (x, y) in &pels {
                let at = Point::new(*x as f64 + 0.5, *y as f64 + 0.5);
                assert!(at.distance(centre) < 10.4, "{x} {y}");
            }
        }
    }

    #[test]
    fn more_crossings_than_fit_are_taken_in_turns() {
        let path = |teeth: u32| {
            let mut path = polygon(&[(0.0, -1.0), (30.0, -1.0)]);
            path.pop();
            for _ in 0..teeth {
                path.line_to((30.0, 61.0));
                path.line_to((30.0, -1.0));
            }
            path.line_to((30.0, 61.0));
            path.line_to((0.0, 61.0));
            path.close_path();
            path
        };
        let mut filler = Filler { most_crossings: 1000, ..Filler::default() };
        let bounds = Bounds { left: 0, top: 0, right: SIDE, bottom: SIDE };
        for teeth in [0, 10, 100, 10_000] {
            let mut pels = 0;
            filler.spans(&path(teeth), Rule::NonZero, bounds, |span| pels += span.to - span.from);
            assert_eq!(pels, 30 * SIDE, "{teeth} teeth");
        }
    }
}
