//! Draws what typst laid out.

use kurbo::{Affine, BezPath, Cap, Join, Point, Rect, Shape as _, Size, Stroke, Vec2};
use ttf_parser::{GlyphId, OutlineBuilder};
use typst::layout::{Abs, Frame, FrameItem, GroupItem, Transform};
use typst::text::TextItem;
use typst::text::color::{glyph_frame, should_outline};
use typst::visualize::{
    Color, Curve, CurveItem, FillRule, FixedStroke, Geometry, Gradient, Image, ImageKind, LineCap,
    LineJoin, Paint, Shape, Tiling,
};
use typst_layout::Page;

use crate::canvas::{Canvas, Ink, Matter};
use crate::fill::Rule;
use crate::paper::Paper;
use crate::picture::Picture;
use crate::typeset::svg;

/// The most pieces of one tiling.
const TILES: f64 = 10_000.0;

/// The most pixels of a gradient or an image, either way.
const SIDE: u32 = 4096;

/// How deep groups may lie in each other; typst itself stops earlier.
const DEPTH: u32 = 256;

/// Draws a page.
pub(crate) fn page(page: &Page, resolution: t4::Resolution) -> t4::Page {
    let size = page.frame.size();
    let paper = Paper::of(Size::new(size.x.to_pt(), size.y.to_pt()), resolution);
    let mut canvas = Canvas::new(paper.width, paper.rows);
    let mut pen = Pen { canvas: &mut canvas, depth: 0 };
    if let Some(paint) = page.fill_or_transparent() {
        let all = Rect::new(0.0, 0.0, size.x.to_pt(), size.y.to_pt()).to_path(0.1);
        pen.fill(&all, Rule::NonZero, &paint, paper.transform, Matter::Area);
    }
    pen.frame(&page.frame, paper.transform);
    canvas.into_page(resolution)
}

/// Whether a PDF is shown as a picture somewhere.
pub(super) fn shows_pdf(frame: &Frame) -> bool {
    frame.items().any(|(_, item)| match item {
        FrameItem::Group(group) => shows_pdf(&group.frame),
        FrameItem::Image(image, ..) => matches!(image.kind(), ImageKind::Pdf(_)),
        _ => false,
    })
}

struct Pen<'a> {
    canvas: &'a mut Canvas,
    depth: u32,
}

impl Pen<'_> {
    /// Draws a frame; `to_pels` takes its points to pels.
    fn frame(&mut self, frame: &Frame, to_pels: Affine) {
        if self.depth == DEPTH {
            return;
        }
        self.depth += 1;
        for (at, item) in frame.items() {
            let to_pels = to_pels * Affine::translate(Vec2::new(at.x.to_pt(), at.y.to_pt()));
            match item {
                FrameItem::Group(group) => self.group(group, to_pels),
                FrameItem::Text(text) => self.text(text, to_pels),
                FrameItem::Shape(shape, _) => self.shape(shape, to_pels),
                FrameItem::Image(image, size, _) => {
                    let size = Size::new(size.x.to_pt(), size.y.to_pt());
                    self.image(image, size, to_pels);
                }
                FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
        }
        self.depth -= 1;
    }

    fn group(&mut self, group: &GroupItem, to_pels: Affine) {
        let to_pels = to_pels * affine(group.transform);
        if let Some(clip) = &group.clip {
            self.canvas.push_clip(&(to_pels * path(clip)), Rule::NonZero);
            self.frame(&group.frame, to_pels);
            self.canvas.pop_clip();
        } else {
            self.frame(&group.frame, to_pels);
        }
    }

    fn text(&mut self, text: &TextItem, to_pels: Affine) {
        let font = &text.font;
        let scale = text.size.to_pt() / font.units_per_em();
        let mut pen = Vec2::ZERO;
        for glyph in &text.glyphs {
            let at = pen
                + Vec2::new(
                    glyph.x_offset.at(text.size).to_pt(),
                    -glyph.y_offset.at(text.size).to_pt(),
                );
            let place = to_pels * Affine::translate(at);
            let id = GlyphId(glyph.id);
            if should_outline(font, id) {
                let units = place * Affine::scale_non_uniform(scale, -scale);
                let mut outline = outline(font.ttf(), id);
                if glyph.id == 0 && outline.elements().is_empty() {
                    outline =
                        missing(glyph.x_advance.get() * font.units_per_em(), font.units_per_em());
                }
                self.fill(&outline, Rule::NonZero, &text.fill, units, Matter::Line);
                if let Some(pen) = &text.stroke {
                    let pen = FixedStroke { thickness: pen.thickness / scale, ..pen.clone() };
                    self.stroke(&outline, &pen, units);
                }
            } else if let Some(drawn) = glyph_frame(font, glyph.id) {
                // Its frame is in the units of the font, with the base line at the bottom.
                let up = Affine::translate(Vec2::new(0.0, -text.size.to_pt()));
                self.frame(&drawn.into(), place * up * Affine::scale(scale));
            }
            pen.x += glyph.x_advance.at(text.size).to_pt();
            pen.y -= glyph.y_advance.at(text.size).to_pt();
        }
    }

    fn shape(&mut self, shape: &Shape, to_pels: Affine) {
        let outline = match &shape.geometry {
            Geometry::Line(to) => {
                let mut line = BezPath::new();
                line.move_to(Point::ZERO);
                line.line_to(Point::new(to.x.to_pt(), to.y.to_pt()));
                line
            }
            Geometry::Rect(size) => {
                Rect::new(0.0, 0.0, size.x.to_pt(), size.y.to_pt()).to_path(0.1)
            }
            Geometry::Curve(curve) => path(curve),
        };
        if let Some(paint) = &shape.fill {
            let rule = match shape.fill_rule {
                FillRule::NonZero => Rule::NonZero,
                FillRule::EvenOdd => Rule::EvenOdd,
            };
            self.fill(&outline, rule, paint, to_pels, Matter::Area);
        }
        if let Some(stroke) = &shape.stroke {
            self.stroke(&outline, stroke, to_pels);
        }
    }

    fn fill(&mut self, path: &BezPath, rule: Rule, paint: &Paint, to_pels: Affine, matter: Matter) {
        match paint {
            Paint::Solid(color) => {
                self.canvas.fill(&(to_pels * path), rule, ink(color, matter));
            }
            Paint::Gradient(gradient) => {
                self.canvas.push_clip(&(to_pels * path), rule);
                self.gradient(gradient, path.bounding_box(), to_pels);
                self.canvas.pop_clip();
            }
            Paint::Tiling(tiling) => {
                self.canvas.push_clip(&(to_pels * path), rule);
                self.tiling(tiling, path.bounding_box(), to_pels);
                self.canvas.pop_clip();
            }
        }
    }

    fn stroke(&mut self, path: &BezPath, stroke: &FixedStroke, to_pels: Affine) {
        let mut pen = Stroke::new(stroke.thickness.to_pt())
            .with_caps(match stroke.cap {
                LineCap::Butt => Cap::Butt,
                LineCap::Round => Cap::Round,
                LineCap::Square => Cap::Square,
            })
            .with_join(match stroke.join {
                LineJoin::Miter => Join::Miter,
                LineJoin::Round => Join::Round,
                LineJoin::Bevel => Join::Bevel,
            })
            .with_miter_limit(stroke.miter_limit.get());
        if let Some(dash) = &stroke.dash
            && dash.array.iter().any(|length| length.to_pt() > 0.0)
        {
            pen = pen.with_dashes(dash.phase.to_pt(), dash.array.iter().copied().map(Abs::to_pt));
        }
        self.canvas.stroke(path, &pen, to_pels, ink(&solid(&stroke.paint), Matter::Line));
    }

    fn gradient(&mut self, gradient: &Gradient, within: Rect, to_pels: Affine) {
        let pels = to_pels.transform_rect_bbox(within);
        let (width, height) = (side(pels.width()), side(pels.height()));
        let all = (width as f32, height as f32);
        let mut picture = Picture { width, height, ..Picture::default() };
        for row in 0..height {
            for column in 0..width {
                let at = (column as f32 + 0.5, row as f32 + 0.5);
                let ink = ink(&gradient.sample_at(at, all), Matter::Picture);
                picture.grey.push(ink.grey);
                picture.alpha.push(ink.alpha);
            }
        }
        self.picture(&picture, within, to_pels);
    }

    fn tiling(&mut self, tiling: &Tiling, within: Rect, to_pels: Affine) {
        let step = tiling.size() + tiling.spacing();
        let step = Vec2::new(step.x.to_pt(), step.y.to_pt());
        let (across, down) = ((within.width() / step.x).ceil(), (within.height() / step.y).ceil());
        if !(across * down <= TILES && across >= 1.0 && down >= 1.0) {
            return;
        }
        for row in 0..down as u32 {
            for column in 0..across as u32 {
                let at = Vec2::new(f64::from(column) * step.x, f64::from(row) * step.y);
                let at = Affine::translate(within.origin().to_vec2() + at);
                self.frame(tiling.frame(), to_pels * at);
            }
        }
    }

    fn image(&mut self, image: &Image, size: Size, to_pels: Affine) {
        let within = Rect::from_origin_size(Point::ZERO, size);
        match image.kind() {
            ImageKind::Raster(raster) => {
                let picture = Picture::from(&**raster.dynamic());
                self.picture(&picture, within, to_pels);
            }
            ImageKind::Svg(drawing) => {
                let scale = Affine::scale_non_uniform(
                    size.width / drawing.width(),
                    size.height / drawing.height(),
                );
                svg::draw(self.canvas, drawing.tree().root(), to_pels * scale);
            }
            // A template with one is refused: `shows_pdf`.
            ImageKind::Pdf(_) => {}
        }
    }

    fn picture(&mut self, picture: &Picture, within: Rect, to_pels: Affine) {
        let pixels = Affine::translate(within.origin().to_vec2())
            * Affine::scale_non_uniform(
                within.width() / f64::from(picture.width.max(1)),
                within.height() / f64::from(picture.height.max(1)),
            );
        self.canvas.picture(picture, to_pels * pixels);
    }
}

/// The outline of a glyph in the units of its font, upwards.
pub(crate) fn outline(face: &ttf_parser::Face<'_>, glyph: GlyphId) -> BezPath {
    let mut outline = Outline(BezPath::new());
    face.outline_glyph(glyph, &mut outline);
    outline.0
}

/// The box of a character that no font has, in the units of a font.
pub(crate) fn missing(advance: f64, em: f64) -> BezPath {
    let outer = Rect::new(advance * 0.12, 0.0, advance * 0.88, em * 0.7);
    let mut outline = outer.to_path(0.1);
    outline.extend(outer.inset(-em / 16.0).to_path(0.1).reverse_subpaths());
    outline
}

struct Outline(BezPath);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(point(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(point(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(point(x1, y1), point(x, y));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.curve_to(point(x1, y1), point(x2, y2), point(x, y));
    }

    fn close(&mut self) {
        self.0.close_path();
    }
}

fn point(x: f32, y: f32) -> Point {
    Point::new(f64::from(x), f64::from(y))
}

fn path(curve: &Curve) -> BezPath {
    let at = |p: typst::layout::Point| Point::new(p.x.to_pt(), p.y.to_pt());
    let mut path = BezPath::new();
    for item in &curve.0 {
        match *item {
            CurveItem::Move(to) => path.move_to(at(to)),
            // A path has to begin with a move.
            _ if path.elements().is_empty() => {}
            CurveItem::Line(to) => path.line_to(at(to)),
            CurveItem::Cubic(one, two, to) => path.curve_to(at(one), at(two), at(to)),
            CurveItem::Close => path.close_path(),
        }
    }
    path
}

fn affine(t: Transform) -> Affine {
    Affine::new([t.sx.get(), t.ky.get(), t.kx.get(), t.sy.get(), t.tx.to_pt(), t.ty.to_pt()])
}

/// One color in place of a gradient or a tiling.
fn solid(paint: &Paint) -> Color {
    match paint {
        Paint::Solid(color) => color.clone(),
        Paint::Gradient(gradient) => gradient.sample_at((0.5, 0.5), (1.0, 1.0)),
        Paint::Tiling(_) => Color::BLACK,
    }
}

impl From<&image::DynamicImage> for Picture {
    fn from(image: &image::DynamicImage) -> Self {
        let pixels = image.to_luma_alpha8();
        let grey: Vec<u8> = pixels.pixels().map(|p| p.0[0]).collect();
        let bilevel = grey.iter().all(|grey| matches!(grey, 0 | 255));
        let alpha = pixels.pixels().map(|p| p.0[1]).collect();
        Self { width: pixels.width(), height: pixels.height(), grey, alpha, bilevel }
    }
}

/// How bright a color looks.
fn ink(color: &Color, matter: Matter) -> Ink {
    let rgb = color.to_rgb();
    let bright = 0.299 * rgb.red + 0.587 * rgb.green + 0.114 * rgb.blue;
    Ink { grey: octet(bright), alpha: octet(rgb.alpha), matter }
}

fn octet(part: f32) -> u8 {
    (part.clamp(0.0, 1.0) * 255.0).round() as u8
}

fn side(pels: f64) -> u32 {
    (pels.ceil().clamp(1.0, f64::from(SIDE))) as u32
}
