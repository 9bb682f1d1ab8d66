//! A page while it is drawn.
//!
//! Grey, 0 black to 255 white, one octet a pel of the fax; and beside it what the pel is made of, which
//! decides how it becomes black or white. Coordinates are pels, from the top left corner.
//!
//! What is drawn goes to the topmost layer. The lowest is the page; a group is a layer of its own, and is
//! laid onto the one below it when it ends. Clips go for all layers that are begun within them.

mod blend;
mod clip;
mod glyphs;
mod layer;
mod pen;

use std::rc::Rc;

use kurbo::{Affine, BezPath, PathEl, Rect, Stroke};
use t4::Resolution;

pub(crate) use blend::{Blend, octet};
pub(crate) use clip::Bounds;
pub(crate) use glyphs::Glyphs;
pub(crate) use layer::{Laying, Mask, times};

use crate::fill::{Filler, Rule, Span};
use crate::picture::Picture;
use crate::tone;
use clip::{Clip, Region};
use layer::Layer;

/// All layers together have at most that many pels: some ten pages.
const MAX_PELS_OF_LAYERS: usize = 128_000_000;

/// All clips together have at most that many runs, 12 octets each; those beyond are rectangles.
const MAX_CLIP_SPANS: usize = 8_000_000;

/// How much a clip may reach into a pel that is outside all the same.
const CLIP_SLACK: f64 = 0.02;

/// A stroke up to that thick is a line, a thicker one is an area. In pels.
const THICKEST_LINE: f64 = 6.0;

/// What a pel was last drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub(crate) enum Matter {
    /// Nothing yet, or a plain area: a pattern when it is neither dark nor light.
    #[default]
    Area,
    /// Text or a line: black unless it is light.
    Line,
    /// A picture in shades of grey: halftoned.
    Picture,
}

/// With what something is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ink {
    /// 0 black to 255 white.
    pub(crate) grey: u8,
    /// 0 nothing to 255 everything of what is below is hidden.
    pub(crate) alpha: u8,
    /// What the pels are made of.
    pub(crate) matter: Matter,
}

/// The canvas.
#[derive(Debug)]
pub(crate) struct Canvas {
    width: u32,
    height: u32,
    layer: Layer,
    groups: Vec<Group>,
    clips: Vec<Clip>,
    filler: Filler,
    glyphs: Glyphs,
    /// The last rectangle, and its pels.
    rule: Option<(Rect, Rect)>,
}

/// A group that was begun and has not ended.
#[derive(Debug)]
struct Group {
    /// How it is laid onto what is below it, and that; `None` when it is drawn straight onto it.
    below: Option<(Laying, Layer)>,
    /// How many clips there were.
    clips: usize,
}

impl Canvas {
    /// A white canvas; `width` and `height` are in pels.
    pub(crate) fn new(width: u32, height: u32) -> Self {
        let bounds = Bounds { left: 0, top: 0, right: width, bottom: height };
        Self::on(Layer::page(bounds), (width, height))
    }

    /// A canvas with nothing on it, which shows through.
    pub(crate) fn clear(width: u32, height: u32) -> Self {
        let bounds = Bounds { left: 0, top: 0, right: width, bottom: height };
        Self::on(Layer::clear(bounds), (width, height))
    }

    /// A canvas with the same coordinates as this one, with nothing on it, and only within `bounds`.
    pub(crate) fn apart(&self, bounds: Bounds) -> Self {
        Self::on(Layer::clear(bounds), self.size())
    }

    fn on(layer: Layer, (width, height): (u32, u32)) -> Self {
        Self {
            width,
            height,
            clips: vec![Clip::rectangle(layer.bounds)],
            layer,
            groups: Vec::new(),
            filler: Filler::default(),
            glyphs: Glyphs::default(),
            rule: None,
        }
    }

    /// The size in pels.
    pub(crate) const fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The rectangle outside of which nothing is drawn now.
    pub(crate) fn bounds(&self) -> Bounds {
        self.clips.last().map_or(Bounds::EMPTY, |clip| clip.bounds)
    }

    /// Takes over the glyphs that another canvas has drawn, so that they need not be drawn again.
    pub(crate) fn set_glyphs(&mut self, glyphs: Glyphs) {
        self.glyphs = glyphs;
    }

    /// Gives away the glyphs drawn so far, for another canvas.
    pub(crate) fn take_glyphs(&mut self) -> Glyphs {
        std::mem::take(&mut self.glyphs)
    }

    /// Fills a path that is in pels.
    pub(crate) fn fill(&mut self, path: &BezPath, rule: Rule, ink: Ink) {
        if let Some(rect) = as_rectangle(path) {
            self.rectangle(rect, ink);
            return;
        }
        let bounds = self.bounds();
        let mut filler = std::mem::take(&mut self.filler);
        if ink.alpha == 255 {
            filler.spans(path, rule, bounds, |span| self.span(span, ink));
        } else {
            let mut spans = Vec::new();
            filler.spans(path, rule, bounds, |span| spans.push(span));
            for span in Region::new(spans).spans() {
                self.span(*span, ink);
            }
        }
        self.filler = filler;
    }

    /// Fills a rectangle that is in pels; one that is thin is a rule, and evenly thick.
    pub(crate) fn rectangle(&mut self, rect: Rect, ink: Ink) {
        if rect.is_nan() {
            return;
        }
        let rect = rect.abs();
        let mut pels = pen::rectangle(rect);
        if let Some((last, last_pels)) = self.rule {
            pels = pen::joined((rect, pels), (last, last_pels));
        }
        self.rule = Some((rect, pels));
        let Bounds { left, top, right, bottom } = Bounds::around(pels).intersect(self.bounds());
        for row in top..bottom {
            self.span(Span { row, from: left, to: right }, ink);
        }
    }

    /// Strokes a path: its outline is made in the path's own units, and then `transform`ed into pels. A
    /// stroke is never thinner than a pel, and what lies along the pels is evenly thick.
    pub(crate) fn stroke(&mut self, path: &BezPath, stroke: &Stroke, transform: Affine, ink: Ink) {
        if let Some((outline, thick)) = pen::outline(path, stroke, transform) {
            let is_area = ink.matter == Matter::Line && thick > THICKEST_LINE;
            let matter = if is_area { Matter::Area } else { ink.matter };
            self.fill(&outline, Rule::NonZero, Ink { matter, ..ink });
        }
    }

    /// Draws a glyph. `key` says which it is, in all documents that this canvas meets; `outline` gives its
    /// outline, when it was not drawn before, and `transform` takes that to pels.
    pub(crate) fn glyph(
        &mut self,
        key: u128,
        outline: impl FnOnce() -> BezPath,
        transform: Affine,
        ink: Ink,
    ) {
        let bounds = self.bounds();
        let mut glyphs = std::mem::take(&mut self.glyphs);
        let mut filler = std::mem::take(&mut self.filler);
        let drawn = glyphs.spans(&mut filler, (key, outline), transform, bounds, |span| {
            self.span(span, ink);
        });
        (self.glyphs, self.filler) = (glyphs, filler);
        if let Err(path) = drawn {
            self.fill(&path, Rule::NonZero, ink);
        }
    }

    /// Draws a picture; `transform` takes its pixels to pels.
    pub(crate) fn picture(&mut self, picture: &Picture, transform: Affine) {
        let all = self.bounds();
        if all.is_empty() {
            return;
        }
        let bounds = [all.left, all.top, all.right, all.bottom];
        let Some(patch) = picture.patch(transform, bounds) else { return };
        let [left, top, right, bottom] = patch.bounds();
        self.shade_within(Bounds { left, top, right, bottom }, |column, row| patch.at(column, row));
    }

    /// Draws on every pel where may be drawn, each with an ink of its own: by column and row.
    pub(crate) fn shade(&mut self, ink: impl FnMut(u32, u32) -> Option<Ink>) {
        self.shade_within(self.bounds(), ink);
    }

    fn shade_within(&mut self, within: Bounds, mut ink: impl FnMut(u32, u32) -> Option<Ink>) {
        let Some(mut clip) = self.clips.last().cloned() else { return };
        clip.bounds = clip.bounds.intersect(within);
        let layer = &mut self.layer;
        clip.all(|span| layer.draw_each(span, |column| ink(column, span.row)));
    }

    /// From here on only what is inside this path too is drawn.
    pub(crate) fn push_clip(&mut self, path: &BezPath, rule: Rule) {
        if let Some(rect) = as_rectangle(path) {
            self.push_clip_rectangle(rect);
            return;
        }
        let Some(outer) = self.clips.last().cloned() else { return };
        let around = Bounds::around(path.control_box().inflate(1.0, 1.0));
        let bounds = outer.bounds.intersect(around);
        let mut spans = Vec::new();
        let mut filler = std::mem::take(&mut self.filler);
        filler.spans(path, rule, bounds, |span| outer.each(span, |span| spans.push(span)));
        self.filler = filler;
        let held: usize = self
            .clips
            .iter()
            .filter_map(|clip| clip.region.as_ref())
            .map(|region| region.spans().len())
            .sum();
        let region = (held + spans.len() <= MAX_CLIP_SPANS)
            .then(|| Rc::new(Region::new(spans)))
            .or(outer.region);
        self.clips.push(Clip { bounds, region });
    }

    /// From here on only what is inside this rectangle too is drawn: the pels that it touches.
    pub(crate) fn push_clip_rectangle(&mut self, rect: Rect) {
        let Some(outer) = self.clips.last().cloned() else { return };
        let rect = if rect.is_nan() { Rect::ZERO } else { rect.abs() };
        let inset = |thick: f64| CLIP_SLACK.min(thick / 2.0);
        let touched = Bounds::around(rect.inset((-inset(rect.width()), -inset(rect.height()))));
        self.clips.push(Clip { bounds: outer.bounds.intersect(touched), region: outer.region });
    }

    /// From here on only what is inside a stroke too is drawn; see [`Self::stroke`].
    pub(crate) fn push_clip_stroke(&mut self, path: &BezPath, stroke: &Stroke, transform: Affine) {
        let outline = pen::outline(path, stroke, transform);
        self.push_clip(&outline.map(|(outline, _)| outline).unwrap_or_default(), Rule::NonZero);
    }

    /// What the last path cut away may be drawn on again.
    pub(crate) fn pop_clip(&mut self) {
        let least = self.groups.last().map_or(1, |group| group.clips);
        if self.clips.len() > least {
            self.clips.pop();
        }
    }

    /// From here on everything goes to a layer of its own, until [`Self::pop_group`]. It reaches as far as
    /// the clip does now.
    pub(crate) fn push_group(&mut self, laying: Laying) {
        let bounds = self.bounds();
        let held: usize = self
            .groups
            .iter()
            .filter_map(|group| group.below.as_ref())
            .map(|(_, layer)| layer.bounds.pels())
            .sum();
        let fits = held + self.layer.bounds.pels() + bounds.pels() <= MAX_PELS_OF_LAYERS;
        let below = (fits && !laying.is_plain()).then(|| {
            let layer = std::mem::replace(&mut self.layer, Layer::clear(bounds));
            (laying, layer)
        });
        self.groups.push(Group { below, clips: self.clips.len() });
    }

    /// Lays the last group onto what is below it.
    pub(crate) fn pop_group(&mut self) {
        let Some(group) = self.groups.pop() else { return };
        self.clips.truncate(group.clips);
        if let Some((laying, below)) = group.below {
            let above = std::mem::replace(&mut self.layer, below);
            self.layer.lay(&above, &laying);
        }
    }

    /// The pel in that column and row, as far as it was drawn.
    pub(crate) fn at(&self, column: u32, row: u32) -> Option<Ink> {
        self.layer.at(row, column)
    }

    /// What was drawn as a mask: by its light over a background, or by how opaque it is; then through a
    /// table.
    pub(crate) fn into_mask(
        mut self,
        background: Option<u8>,
        transfer: impl Fn(&mut [u8]),
    ) -> Mask {
        while !self.groups.is_empty() {
            self.pop_group();
        }
        let mut elsewhere = [background.unwrap_or(0)];
        transfer(&mut elsewhere);
        let shades = self.layer.shades(background.unwrap_or(0));
        let mut pels: Vec<u8> = match background {
            Some(_) => shades.map(|(grey, _)| grey).collect(),
            None => shades.map(|(_, alpha)| alpha).collect(),
        };
        transfer(&mut pels);
        Mask { bounds: self.layer.bounds, pels, elsewhere: elsewhere[0] }
    }

    /// The page in black and white.
    pub(crate) fn into_page(mut self, resolution: Resolution) -> t4::Page {
        while !self.groups.is_empty() {
            self.pop_group();
        }
        let Layer { grey, matter, .. } = &self.layer;
        tone::page(self.width, self.height, grey, matter, resolution)
    }

    fn span(&mut self, span: Span, ink: Ink) {
        let Some(clip) = self.clips.last() else { return };
        let layer = &mut self.layer;
        if clip.holds(span) {
            layer.draw(span, ink);
        } else {
            clip.each(span, |span| layer.draw(span, ink));
        }
    }
}

/// The rectangle that a path is, when it lies along the pels.
fn as_rectangle(path: &BezPath) -> Option<Rect> {
    let (a, b, c, d) = match *path.elements() {
        [PathEl::MoveTo(a), PathEl::LineTo(b), PathEl::LineTo(c), PathEl::LineTo(d)]
        | [
            PathEl::MoveTo(a),
            PathEl::LineTo(b),
            PathEl::LineTo(c),
            PathEl::LineTo(d),
            PathEl::ClosePath,
        ] => (a, b, c, d),
        [
            PathEl::MoveTo(a),
            PathEl::LineTo(b),
            PathEl::LineTo(c),
            PathEl::LineTo(d),
            PathEl::LineTo(e),
        ]
        | [
            PathEl::MoveTo(a),
            PathEl::LineTo(b),
            PathEl::LineTo(c),
            PathEl::LineTo(d),
            PathEl::LineTo(e),
            PathEl::ClosePath,
        ] if a == e => (a, b, c, d),
        _ => return None,
    };
    let same = |a: f64, b: f64| (a - b).abs() < 1e-3;
    let along = same(a.y, b.y) && same(b.x, c.x) && same(c.y, d.y) && same(d.x, a.x);
    let across = same(a.x, b.x) && same(b.y, c.y) && same(c.x, d.x) && same(d.y, a.y);
    (along || across).then(|| Rect::from_points(a, c))
}

#[cfg(test)]
mod tests;
