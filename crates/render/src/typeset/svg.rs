//! Draws an SVG: its paths, which its texts have become as well, and its pictures. Filters and masks are
//! left out: nothing of them is left in black and white.

use kurbo::{Affine, BezPath, Cap, Join, Point, Stroke};
use usvg::tiny_skia_path::PathSegment;
use usvg::{Group, ImageKind, LineCap, LineJoin, Node, Paint};

use crate::canvas::{Blend, Canvas, Ink, Laying, Matter, octet};
use crate::fill::Rule;
use crate::picture::Picture;

/// Draws a group; `to_pels` takes the units of the whole drawing to pels.
pub(super) fn draw(canvas: &mut Canvas, group: &Group, to_pels: Affine) {
    let clip = group.clip_path().map(|clip| {
        let mut outline = BezPath::new();
        let place = affine(group.abs_transform()) * affine(clip.transform());
        outlines(clip.root(), place, &mut outline);
        to_pels * outline
    });
    if let Some(clip) = &clip {
        canvas.push_clip(clip, Rule::NonZero);
    }
    let opacity = group.opacity().get();
    if opacity < 1.0 {
        canvas.push_group(Laying { alpha: octet(opacity), blend: Blend::Normal, mask: None });
    }
    for node in group.children() {
        match node {
            Node::Group(group) => draw(canvas, group, to_pels),
            Node::Path(path) if path.is_visible() => self::path(canvas, path, to_pels),
            Node::Path(_) => {}
            Node::Image(image) => picture(canvas, image, to_pels),
            Node::Text(text) => draw(canvas, text.flattened(), to_pels),
        }
    }
    if opacity < 1.0 {
        canvas.pop_group();
    }
    if clip.is_some() {
        canvas.pop_clip();
    }
}

fn path(canvas: &mut Canvas, path: &usvg::Path, to_pels: Affine) {
    let to_pels = to_pels * affine(path.abs_transform());
    let outline = outline(path);
    if let Some(fill) = path.fill() {
        let rule = match fill.rule() {
            usvg::FillRule::NonZero => Rule::NonZero,
            usvg::FillRule::EvenOdd => Rule::EvenOdd,
        };
        let ink = ink(fill.paint(), fill.opacity().get(), Matter::Area);
        canvas.fill(&(to_pels * &outline), rule, ink);
    }
    if let Some(stroke) = path.stroke() {
        let mut pen = Stroke::new(f64::from(stroke.width().get()))
            .with_caps(match stroke.linecap() {
                LineCap::Butt => Cap::Butt,
                LineCap::Round => Cap::Round,
                LineCap::Square => Cap::Square,
            })
            .with_join(match stroke.linejoin() {
                LineJoin::Miter | LineJoin::MiterClip => Join::Miter,
                LineJoin::Round => Join::Round,
                LineJoin::Bevel => Join::Bevel,
            })
            .with_miter_limit(f64::from(stroke.miterlimit().get()));
        if let Some(dashes) = stroke.dasharray() {
            let dashes = dashes.iter().copied().map(f64::from);
            pen = pen.with_dashes(f64::from(stroke.dashoffset()), dashes);
        }
        let ink = ink(stroke.paint(), stroke.opacity().get(), Matter::Line);
        canvas.stroke(&outline, &pen, to_pels, ink);
    }
}

fn picture(canvas: &mut Canvas, image: &usvg::Image, to_pels: Affine) {
    match image.kind() {
        ImageKind::JPEG(octets)
        | ImageKind::PNG(octets)
        | ImageKind::GIF(octets)
        | ImageKind::WEBP(octets) => {
            let Ok(decoded) = image::load_from_memory(octets) else { return };
            let picture = Picture::from(&decoded);
            let size = image.size();
            let scale = Affine::scale_non_uniform(
                f64::from(size.width()) / f64::from(picture.width.max(1)),
                f64::from(size.height()) / f64::from(picture.height.max(1)),
            );
            canvas.picture(&picture, to_pels * affine(image.abs_transform()) * scale);
        }
        // Its units are its own, and how they lie in the whole is known to the group around it.
        ImageKind::SVG(tree) => {
            draw(canvas, tree.root(), to_pels * affine(image.abs_transform()));
        }
    }
}

/// All paths of a group in one.
fn outlines(group: &Group, place: Affine, into: &mut BezPath) {
    for node in group.children() {
        match node {
            Node::Group(group) => outlines(group, place, into),
            Node::Path(path) => into.extend(place * affine(path.abs_transform()) * outline(path)),
            Node::Text(text) => outlines(text.flattened(), place, into),
            Node::Image(_) => {}
        }
    }
}

fn outline(path: &usvg::Path) -> BezPath {
    let at = |p: usvg::tiny_skia_path::Point| Point::new(f64::from(p.x), f64::from(p.y));
    let mut outline = BezPath::new();
    for segment in path.data().segments() {
        match segment {
            PathSegment::MoveTo(to) => outline.move_to(at(to)),
            PathSegment::LineTo(to) => outline.line_to(at(to)),
            PathSegment::QuadTo(one, to) => outline.quad_to(at(one), at(to)),
            PathSegment::CubicTo(one, two, to) => outline.curve_to(at(one), at(two), at(to)),
            PathSegment::Close => outline.close_path(),
        }
    }
    outline
}

fn affine(t: usvg::Transform) -> Affine {
    Affine::new([t.sx, t.ky, t.kx, t.sy, t.tx, t.ty].map(f64::from))
}

/// What a paint becomes; a gradient the mean of its stops, a pattern black.
fn ink(paint: &Paint, opacity: f32, matter: Matter) -> Ink {
    let grey = |color: usvg::Color| {
        0.299 * f32::from(color.red)
            + 0.587 * f32::from(color.green)
            + 0.114 * f32::from(color.blue)
    };
    let mean = |stops: &[usvg::Stop]| {
        stops.iter().map(|stop| grey(stop.color())).sum::<f32>() / stops.len().max(1) as f32
    };
    let bright = match paint {
        Paint::Color(color) => grey(*color),
        Paint::LinearGradient(gradient) => mean(gradient.stops()),
        Paint::RadialGradient(gradient) => mean(gradient.stops()),
        Paint::Pattern(_) => 0.0,
    };
    Ink { grey: bright.round() as u8, alpha: (opacity * 255.0).round() as u8, matter }
}
