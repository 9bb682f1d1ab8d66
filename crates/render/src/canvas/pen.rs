//! Strokes and rules with an even thickness.
//!
//! A line of 1.4 pels would be one pel thick here and two there, by where it happens to lie. So the
//! thickness is rounded first, to one pel at least, and then the line is moved by less than a pel to where
//! that many pels are. Only what lies along the pels is moved. ISO 32000-1 10.6.5.

use kurbo::{Affine, BezPath, Cap, PathEl, Point, Rect, Stroke, StrokeOpts, Vec2};

/// The tolerance of a stroke's outline, in pels.
const TOLERANCE: f64 = 0.1;

/// What is at most that thick is a rule, if it is long: its thickness matters more than its place. In pels.
const THICKEST_RULE: f64 = 5.0;

/// A rule is at least that many times longer than thick.
const RULE_ASPECT: f64 = 4.0;

/// Rectangles that are nearer than that touch, in pels.
const TOUCH: f64 = 0.05;

/// How far a line may lean and still count as along the pels: in pels, and in pels of its length.
const LEAN: (f64, f64) = (0.05, 0.001);

/// A stroke has at most that many dashes; with more of them it would look grey at best.
const MAX_DASHES: f64 = 50_000.0;

/// A stroke is drawn when it is at most that far from the corner, in pels.
const FARTHEST: f64 = 1e6;

/// The outline in pels of a path that is stroked in its own units, and then transformed into pels; and how
/// thick it is. `None` when there is nothing to draw.
pub(super) fn outline(
    path: &BezPath,
    stroke: &Stroke,
    transform: Affine,
) -> Option<(BezPath, f64)> {
    let [a, b, c, d, _, _] = transform.as_coeffs();
    let width = if stroke.width.is_finite() { stroke.width.abs() } else { 0.0 };
    // The pen is a circle; in pels it is an ellipse, and this is the box around it.
    let (across, down) = (width * a.hypot(c), width * b.hypot(d));
    let scale = transform.determinant().abs().sqrt();
    if !(scale.is_finite() && scale > 0.0 && across < FARTHEST && down < FARTHEST) {
        return None;
    }
    let dashed = dashes(path, stroke);
    let mut pels = transform * dashed.as_ref().unwrap_or(path);
    if !pels.elements().iter().all(in_reach) {
        return None;
    }
    // How much the ellipse leans: not at all, unless the units are skewed.
    let leans = (a * b + c * d).abs() > 1e-3 * (a.hypot(c) * b.hypot(d));
    let pen = if leans {
        let least = (1.0 / across.min(down).max(1e-9)).max(1.0);
        transform * Affine::scale(width.max(1e-9) * least)
    } else if straighten(&mut pels, across, down) {
        Affine::scale_non_uniform(across.round().max(1.0), down.round().max(1.0))
    } else {
        Affine::scale_non_uniform(across.max(1.0), down.max(1.0))
    };
    let thick = across.max(down);
    if let Some(line) = straight(&pels, stroke, pen.as_coeffs()) {
        return Some((line, thick));
    }
    let [a, b, c, d, _, _] = pen.as_coeffs();
    let pen = Affine::new([a, b, c, d, 0.0, 0.0]);
    let unit = Stroke { width: 1.0, dash_pattern: kurbo::Dashes::default(), ..stroke.clone() };
    let tolerance = TOLERANCE / pen.determinant().abs().sqrt().max(1e-6);
    let path = pen.inverse() * pels;
    Some((pen * kurbo::stroke(path, &unit, &StrokeOpts::default(), tolerance), thick))
}

/// The pels of an axis-parallel rectangle: rules evenly thick, everything else by the nearest edges of
/// pels, and at least one pel each way.
pub(super) fn rectangle(rect: Rect) -> Rect {
    let (width, height) = (rect.width(), rect.height());
    let is_rule =
        |thick: f64, long: f64| thick <= THICKEST_RULE && long >= RULE_ASPECT * thick.max(1.0);
    let (x0, x1) = side(rect.x0, rect.x1, is_rule(width, height));
    let (y0, y1) = side(rect.y0, rect.y1, is_rule(height, width));
    Rect::new(x0, y0, x1, y1)
}

/// The pels of a rectangle, with no gap to the last one when the two touch: what is painted in strips
/// stays whole.
pub(super) fn joined((rect, mut pels): (Rect, Rect), (last, last_pels): (Rect, Rect)) -> Rect {
    let touch = |a: f64, b: f64| (a - b).abs() < TOUCH;
    if rect.y0 < last.y1 && last.y0 < rect.y1 {
        if touch(rect.x0, last.x1) {
            pels.x0 = pels.x0.min(last_pels.x1);
        } else if touch(rect.x1, last.x0) {
            pels.x1 = pels.x1.max(last_pels.x0);
        }
    }
    if rect.x0 < last.x1 && last.x0 < rect.x1 {
        if touch(rect.y0, last.y1) {
            pels.y0 = pels.y0.min(last_pels.y1);
        } else if touch(rect.y1, last.y0) {
            pels.y1 = pels.y1.max(last_pels.y0);
        }
    }
    pels
}

fn side(from: f64, to: f64, is_rule: bool) -> (f64, f64) {
    if is_rule {
        let thick = (to - from).round().max(1.0);
        let start = (f64::midpoint(from, to) - thick / 2.0).round();
        return (start, start + thick);
    }
    let (start, end) = (from.round(), to.round());
    if start < end {
        (start, end)
    } else {
        (f64::midpoint(from, to).floor(), f64::midpoint(from, to).floor() + 1.0)
    }
}

/// The path in dashes, when there are any to see.
fn dashes(path: &BezPath, stroke: &Stroke) -> Option<BezPath> {
    let dashes = &stroke.dash_pattern;
    let sum: f64 = dashes.iter().sum();
    let fine = dashes.iter().all(|dash| dash.is_finite() && *dash >= 0.0)
        && sum > 0.0
        && stroke.dash_offset.is_finite();
    let length: f64 = path.segments().map(|segment| chord(&segment)).sum();
    if !fine || length.is_nan() || length / sum * dashes.len() as f64 > MAX_DASHES {
        return None;
    }
    // A long way to the first dash is walked dash by dash.
    let offset = stroke.dash_offset.rem_euclid(2.0 * sum);
    Some(kurbo::dash(path.iter(), offset, dashes).collect())
}

/// At least the length of a segment.
fn chord(segment: &kurbo::PathSeg) -> f64 {
    match segment {
        kurbo::PathSeg::Line(l) => l.p0.distance(l.p1),
        kurbo::PathSeg::Quad(q) => q.p0.distance(q.p1) + q.p1.distance(q.p2),
        kurbo::PathSeg::Cubic(c) => c.p0.distance(c.p1) + c.p1.distance(c.p2) + c.p2.distance(c.p3),
    }
}

fn in_reach(element: &PathEl) -> bool {
    let reach = |p: Point| p.x.abs() < FARTHEST && p.y.abs() < FARTHEST;
    match *element {
        PathEl::MoveTo(p) | PathEl::LineTo(p) => reach(p),
        PathEl::QuadTo(a, p) => reach(a) && reach(p),
        PathEl::CurveTo(a, b, p) => reach(a) && reach(b) && reach(p),
        PathEl::ClosePath => true,
    }
}

/// Moves the lines that lie along the pels to where a stroke so thick covers whole pels; whether there
/// were any.
fn straighten(path: &mut BezPath, across: f64, down: f64) -> bool {
    let mut any = false;
    let mut start = 0;
    let elements = path.elements_mut();
    for index in 0..elements.len() {
        match elements[index] {
            PathEl::MoveTo(_) => start = index,
            PathEl::LineTo(_) => any |= straighten_line(elements, index - 1, index, across, down),
            PathEl::ClosePath if index > start + 1 => {
                any |= straighten_line(elements, index - 1, start, across, down);
            }
            PathEl::ClosePath | PathEl::QuadTo(..) | PathEl::CurveTo(..) => {}
        }
    }
    any
}

/// The same for the line between the ends of two elements.
fn straighten_line(
    elements: &mut [PathEl],
    from: usize,
    to: usize,
    across: f64,
    down: f64,
) -> bool {
    let (Some(a), Some(b)) = (elements[from].end_point(), elements[to].end_point()) else {
        return false;
    };
    let way = b - a;
    let least = |long: f64| LEAN.0.min(LEAN.1 * long.abs());
    if way.x.abs() <= least(way.y) {
        let x = centre(f64::midpoint(a.x, b.x), across);
        set_end(&mut elements[from], Point::new(x, a.y));
        set_end(&mut elements[to], Point::new(x, b.y));
        true
    } else if way.y.abs() <= least(way.x) {
        let y = centre(f64::midpoint(a.y, b.y), down);
        set_end(&mut elements[from], Point::new(a.x, y));
        set_end(&mut elements[to], Point::new(b.x, y));
        true
    } else {
        false
    }
}

/// The middle of a line whose edges are edges of pels.
fn centre(at: f64, thick: f64) -> f64 {
    let half = thick.round().max(1.0) / 2.0;
    (at - half).round() + half
}

fn set_end(element: &mut PathEl, at: Point) {
    match element {
        PathEl::MoveTo(p) | PathEl::LineTo(p) | PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => {
            *p = at;
        }
        PathEl::ClosePath => {}
    }
}

/// The outline of a single straight line, which needs no joins.
fn straight(path: &BezPath, stroke: &Stroke, pen: [f64; 6]) -> Option<BezPath> {
    let &[PathEl::MoveTo(from), PathEl::LineTo(to)] = path.elements() else { return None };
    let [across, 0.0, 0.0, down, _, _] = pen else { return None };
    if stroke.start_cap == Cap::Round || stroke.end_cap == Cap::Round {
        return None;
    }
    let way = Vec2::new((to.x - from.x) / across, (to.y - from.y) / down);
    let length = way.hypot();
    if length < 1e-9 {
        return None;
    }
    let ahead = Vec2::new(way.x * across, way.y * down) / (2.0 * length);
    let aside = Vec2::new(-way.y * across, way.x * down) / (2.0 * length);
    let from = if stroke.start_cap == Cap::Square { from - ahead } else { from };
    let to = if stroke.end_cap == Cap::Square { to + ahead } else { to };
    let mut outline = BezPath::with_capacity(5);
    outline.move_to(from + aside);
    outline.line_to(to + aside);
    outline.line_to(to - aside);
    outline.line_to(from - aside);
    outline.close_path();
    Some(outline)
}
