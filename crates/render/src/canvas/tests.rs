use kurbo::{Cap, Join};
use proptest::prelude::*;

use super::*;

const BLACK: Ink = Ink { grey: 0, alpha: 255, matter: Matter::Line };

fn dark(canvas: &Canvas, x: u32, y: u32) -> bool {
    canvas.at(x, y).is_some_and(|ink| ink.alpha > 0 && ink.grey < 128)
}

/// How many pels a column has, from the top to the bottom.
fn rows_in(canvas: &Canvas, x: u32) -> usize {
    (0..canvas.size().1).filter(|y| dark(canvas, x, *y)).count()
}

fn columns_in(canvas: &Canvas, y: u32) -> usize {
    (0..canvas.size().0).filter(|x| dark(canvas, *x, y)).count()
}

fn all(canvas: &Canvas) -> usize {
    (0..canvas.size().1).map(|y| columns_in(canvas, y)).sum()
}

fn grey(canvas: &Canvas, x: u32, y: u32) -> u8 {
    canvas.at(x, y).map_or(0, |ink| ink.grey)
}

fn line(from: (f64, f64), to: (f64, f64)) -> BezPath {
    let mut path = BezPath::new();
    path.move_to(from);
    path.line_to(to);
    path
}

fn plain(grey: u8) -> Ink {
    Ink { grey, alpha: 255, matter: Matter::Area }
}

fn box_of(x0: f64, y0: f64, x1: f64, y1: f64) -> BezPath {
    use kurbo::Shape;
    Rect::new(x0, y0, x1, y1).to_path(0.1)
}

proptest! {
    /// At 204 by 98, where a row is twice as high as a column is wide.
    #[test]
    fn lines_along_the_pels_are_evenly_thick_wherever_they_lie(
        at in 5.0..15.0f64, width in 0.0..3.0f64,
    ) {
        let scale = Affine::scale_non_uniform(2.83, 1.36);
        let pels = |scale: f64| (width * scale).round().max(1.0) as usize;
        let mut canvas = Canvas::new(64, 64);
        canvas.stroke(&line((2.0, at), (20.0, at)), &Stroke::new(width), scale, BLACK);
        prop_assert_eq!(rows_in(&canvas, 30), pels(1.36));
        let mut canvas = Canvas::new(64, 64);
        canvas.stroke(&line((at, 2.0), (at, 40.0)), &Stroke::new(width), scale, BLACK);
        prop_assert_eq!(columns_in(&canvas, 30), pels(2.83));
    }

    #[test]
    fn rules_that_are_rectangles_are_evenly_thick_too(at in 5.0..50.0f64, thick in 0.01..4.0f64) {
        let mut canvas = Canvas::new(64, 64);
        canvas.fill(&box_of(2.0, at, 62.0, at + thick), Rule::NonZero, BLACK);
        prop_assert_eq!(rows_in(&canvas, 30), thick.round().max(1.0) as usize);
    }

    #[test]
    fn strips_leave_no_gap(
        steps in prop::collection::vec(0.1..6.0f64, 2..15), start in 0.0..4.0f64, down: bool,
    ) {
        let mut canvas = Canvas::new(100, 100);
        let mut edges = vec![start];
        for step in &steps {
            edges.push(edges[edges.len() - 1] + step);
        }
        let mut strips: Vec<_> = edges.windows(2).map(|edge| (edge[0], edge[1])).collect();
        if down {
            strips.reverse();
        }
        for (top, bottom) in strips {
            canvas.fill(&box_of(2.0, top, 90.0, bottom), Rule::NonZero, BLACK);
        }
        let rows: Vec<_> = (0..100).filter(|y| dark(&canvas, 50, *y)).collect();
        let (first, last) = (rows[0], rows[rows.len() - 1]);
        prop_assert_eq!(rows.len() as u32, last - first + 1);
        prop_assert!((f64::from(last + 1) - edges[edges.len() - 1]).abs() <= 1.1);
    }

    #[test]
    fn nothing_is_too_odd_to_be_drawn(
        numbers in prop::collection::vec(prop_oneof![
            -1e3..1e3f64, -1e300..1e300f64, Just(f64::NAN), Just(f64::INFINITY), Just(0.0),
        ], 12),
    ) {
        let mut canvas = Canvas::new(32, 32);
        let [a, b, c, d, e, f, x, y, z, w, u, v] = numbers[..] else { return Ok(()) };
        let transform = Affine::new([a, b, c, d, e, f]);
        let mut path = line((x, y), (z, w));
        path.curve_to((u, v), (x, w), (1.0, 1.0));
        let stroke = Stroke::new(u).with_dashes(v, [w.abs(), 1.0]).with_caps(Cap::Round);
        canvas.push_clip(&path, Rule::EvenOdd);
        canvas.push_group(Laying { alpha: 100, blend: Blend::Screen, mask: None });
        canvas.fill(&path, Rule::NonZero, BLACK);
        canvas.stroke(&path, &stroke, transform, BLACK);
        canvas.glyph(1, || path.clone(), transform, BLACK);
        canvas.rectangle(Rect::new(x, y, z, w), BLACK);
        canvas.push_clip_rectangle(Rect::new(x, y, z, w));
        canvas.pop_group();
        canvas.pop_clip();
        prop_assert_eq!(canvas.bounds(), Canvas::new(32, 32).bounds());
    }
}

#[test]
fn a_frame_is_as_thick_on_each_side() {
    let mut canvas = Canvas::new(64, 64);
    let stroke = Stroke::new(2.0).with_join(Join::Miter);
    canvas.stroke(&box_of(10.3, 10.4, 40.1, 50.8), &stroke, Affine::IDENTITY, BLACK);
    assert_eq!((columns_in(&canvas, 30), rows_in(&canvas, 25)), (4, 4));
}

#[test]
fn a_circle_clips_what_is_drawn_and_rectangles_need_no_runs() {
    let mut canvas = Canvas::new(100, 100);
    canvas.push_clip(&box_of(10.0, 10.0, 90.0, 90.0), Rule::NonZero);
    assert!(canvas.clips.iter().all(|clip| clip.region.is_none()));
    use kurbo::Shape;
    canvas.push_clip(&kurbo::Circle::new((50.0, 50.0), 20.0).to_path(0.01), Rule::NonZero);
    canvas.fill(&box_of(0.0, 0.0, 100.0, 100.0), Rule::NonZero, BLACK);
    let area = std::f64::consts::PI * 400.0;
    assert!((all(&canvas) as f64 - area).abs() < 25.0);
    canvas.pop_clip();
    canvas.fill(&box_of(0.0, 0.0, 100.0, 100.0), Rule::NonZero, BLACK);
    assert_eq!(all(&canvas), 80 * 80);
}

#[test]
fn a_veil_is_laid_once_even_where_its_outline_crosses_itself() {
    let mut canvas = Canvas::new(60, 60);
    let mut star = BezPath::new();
    star.move_to((30.0, 2.0));
    for point in [(45.0, 55.0), (3.0, 20.0), (57.0, 20.0), (15.0, 55.0)] {
        star.line_to(point);
    }
    star.close_path();
    canvas.fill(&star, Rule::NonZero, Ink { grey: 0, alpha: 128, matter: Matter::Area });
    let greys: std::collections::BTreeSet<u8> = (0..60)
        .flat_map(|y| (0..60).map(move |x| (x, y)))
        .map(|(x, y)| grey(&canvas, x, y))
        .collect();
    assert_eq!(greys.into_iter().collect::<Vec<_>>(), [127, 255]);
}

#[test]
fn a_group_is_laid_as_a_whole() {
    let mut canvas = Canvas::new(20, 20);
    canvas.push_group(Laying { alpha: 128, blend: Blend::Normal, mask: None });
    canvas.fill(&box_of(0.0, 0.0, 12.0, 20.0), Rule::NonZero, plain(0));
    canvas.fill(&box_of(8.0, 0.0, 20.0, 20.0), Rule::NonZero, plain(0));
    canvas.pop_group();
    assert_eq!([2, 10, 18].map(|x| grey(&canvas, x, 5)), [127; 3]);
}

#[test]
fn a_group_that_changes_nothing_has_no_layer() {
    let mut canvas = Canvas::new(20, 20);
    canvas.push_group(Laying { alpha: 255, blend: Blend::Normal, mask: None });
    assert!(canvas.groups.iter().all(|group| group.below.is_none()));
}

#[test]
fn more_layers_than_allowed_are_drawn_straight_through() {
    let mut canvas = Canvas::new(5000, 5000);
    for _ in 0..10 {
        canvas.push_group(Laying { alpha: 128, blend: Blend::Normal, mask: None });
    }
    let layers = canvas.groups.iter().filter(|group| group.below.is_some()).count();
    assert_eq!(layers, MAX_PELS_OF_LAYERS / 25_000_000 - 1);
}

#[test]
fn blend_modes_mix_as_the_standard_says() {
    let check = |blend: Blend, below: u8, above: u8, expected: u8| {
        let mut canvas = Canvas::new(4, 4);
        canvas.fill(&box_of(0.0, 0.0, 4.0, 4.0), Rule::NonZero, plain(below));
        canvas.push_group(Laying { alpha: 255, blend, mask: None });
        canvas.fill(&box_of(0.0, 0.0, 4.0, 4.0), Rule::NonZero, plain(above));
        canvas.pop_group();
        assert_eq!(grey(&canvas, 1, 1), expected, "{blend:?}");
    };
    check(Blend::Normal, 200, 100, 100);
    check(Blend::Multiply, 200, 100, 78);
    check(Blend::Screen, 200, 100, 222);
    check(Blend::Overlay, 200, 100, 188);
    check(Blend::Darken, 200, 100, 100);
    check(Blend::Lighten, 200, 100, 200);
    check(Blend::ColorDodge, 100, 100, 165);
    check(Blend::ColorBurn, 200, 100, 115);
    check(Blend::HardLight, 200, 100, 157);
    check(Blend::SoftLight, 200, 255, 226);
    check(Blend::Difference, 200, 100, 100);
    check(Blend::Exclusion, 200, 100, 143);
    check(Blend::Backdrop, 200, 100, 200);
}

#[test]
fn a_mask_lets_through_what_it_says() {
    let mut canvas = Canvas::new(20, 20);
    let mut light = canvas.apart(canvas.bounds());
    light.fill(&box_of(0.0, 0.0, 10.0, 20.0), Rule::NonZero, plain(255));
    let mask = light.into_mask(Some(0), |_| {});
    canvas.push_group(Laying { alpha: 255, blend: Blend::Normal, mask: Some(Rc::new(mask)) });
    canvas.fill(&box_of(0.0, 0.0, 20.0, 20.0), Rule::NonZero, plain(0));
    canvas.pop_group();
    assert_eq!([2, 18].map(|x| grey(&canvas, x, 5)), [0, 255]);
}

#[test]
fn a_glyph_is_asked_for_once_and_looks_the_same_everywhere() {
    let mut canvas = Canvas::new(200, 40);
    let shape = kurbo::Circle::new((500.0, -300.0), 250.0);
    let mut asked = 0;
    for place in [3.2, 43.7, 83.45, 123.9] {
        let transform = Affine::new([0.02, 0.0, 0.0, 0.02, place, 20.3]);
        let outline = || {
            use kurbo::Shape;
            asked += 1;
            shape.to_path(0.1)
        };
        canvas.glyph(7, outline, transform, BLACK);
    }
    let copy = |left: u32| -> Vec<bool> {
        (0..40)
            .flat_map(|y| (0..30).map(move |x| (x, y)))
            .map(|(x, y)| dark(&canvas, left + x, y))
            .collect()
    };
    let first = copy(3);
    assert!(first.contains(&true));
    assert!([44, 83, 124].into_iter().all(|left| copy(left) == first));
    assert_eq!(asked, 1);
}

#[test]
fn glyphs_that_were_drawn_are_forgotten_before_they_are_too_many() {
    let mut canvas = Canvas::new(20, 20);
    for key in 0..60_000 {
        canvas.glyph(key, || box_of(0.0, 0.0, 3.0, 3.0), Affine::IDENTITY, BLACK);
    }
    assert!(canvas.glyphs.len() <= 50_001);
}

#[test]
fn nothing_of_a_picture_is_drawn_where_nothing_may_be() {
    let picture =
        Picture { width: 4, height: 4, grey: vec![0; 16], alpha: Vec::new(), bilevel: false };
    for angle in [0.0, 0.5, std::f64::consts::FRAC_PI_2] {
        let mut canvas = Canvas::new(64, 64);
        canvas.push_clip_rectangle(Rect::new(40.0, 40.0, 50.0, 50.0));
        canvas.push_clip_rectangle(Rect::new(10.0, 10.0, 20.0, 20.0));
        canvas.picture(&picture, Affine::translate((32.0, 32.0)) * Affine::rotate(angle));
        assert_eq!(all(&canvas), 0);
    }
}
