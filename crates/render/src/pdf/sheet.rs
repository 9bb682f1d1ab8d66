//! What the instructions of a PDF draw, on a canvas.

use std::rc::Rc;

use hayro_interpret::color::Color;
use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Device, DrawMode, DrawProps, FillRule, Image, ImageDrawProps,
    MaskType, Paint, SoftMask, StrokeProps,
};
use kurbo::{Affine, BezPath, Rect, Stroke};

use super::paint::luminance;
use crate::canvas::{Blend, Bounds, Canvas, Ink, Laying, Mask, Matter, octet};
use crate::fill::Rule;

/// Soft masks and patterns are drawn that deep within each other; what is deeper stays away.
pub(super) const MAX_DEPTH: u32 = 6;

/// The most soft masks that are remembered.
const MAX_MASKS: usize = 4;

/// What is narrower than that, in pels, is a line and not an area.
const WIDEST_LINE: f64 = 12.0;

/// A canvas that takes the instructions of a PDF.
pub(super) struct Sheet {
    pub(super) canvas: Canvas,
    /// How many soft masks and patterns it is in.
    pub(super) depth: u32,
    /// How many glyphs that are drawings it is in.
    glyphs: u32,
    masks: Vec<((u128, Bounds), Rc<Mask>)>,
    /// The soft mask that the glyphs which are drawings are mixed with: it goes for them all together.
    mask_of_glyphs: Option<u128>,
    /// The first thing that was too large to be drawn.
    pub(super) too_large: Option<String>,
    /// Whether an image could not be drawn.
    pub(super) lost_image: bool,
}

impl Sheet {
    pub(super) const fn new(canvas: Canvas) -> Self {
        Self {
            canvas,
            depth: 0,
            glyphs: 0,
            masks: Vec::new(),
            mask_of_glyphs: None,
            too_large: None,
            lost_image: false,
        }
    }

    /// Lets `draw` draw on another canvas, unless that is too deep; gives it back.
    pub(super) fn apart(
        &mut self,
        mut canvas: Canvas,
        draw: impl FnOnce(&mut Self),
    ) -> Option<Canvas> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        canvas.set_glyphs(self.canvas.take_glyphs());
        let mut sheet = Self::new(canvas);
        sheet.depth = self.depth + 1;
        draw(&mut sheet);
        self.canvas.set_glyphs(sheet.canvas.take_glyphs());
        self.too_large = self.too_large.take().or(sheet.too_large);
        self.lost_image |= sheet.lost_image;
        Some(sheet.canvas)
    }

    /// Lets `draw` draw, and then mixes it with what is there; it reaches not further than `reach`.
    fn mixed(
        &mut self,
        mask: Option<&SoftMask<'_>>,
        blend: BlendMode,
        reach: Rect,
        draw: impl FnOnce(&mut Self),
    ) {
        let mask = mask.filter(|mask| self.mask_of_glyphs != Some(mask.cache_key()));
        if mask.is_none() && blend == BlendMode::Normal {
            draw(self);
            return;
        }
        self.canvas.push_clip_rectangle(reach.inflate(1.0, 1.0));
        let mask = mask.and_then(|mask| self.mask(mask));
        self.canvas.push_group(Laying { alpha: 255, blend: mode(blend), mask });
        draw(self);
        self.canvas.pop_group();
        self.canvas.pop_clip();
    }

    /// A soft mask within the clip. ISO 32000-1 11.5.
    fn mask(&mut self, mask: &SoftMask<'_>) -> Option<Rc<Mask>> {
        let bounds = self.canvas.bounds();
        let key = (mask.cache_key(), bounds);
        if let Some((_, drawn)) = self.masks.iter().find(|(known, _)| *known == key) {
            return Some(drawn.clone());
        }
        let drawn = self.apart(self.canvas.apart(bounds), |sheet| mask.interpret(sheet))?;
        let background = match mask.mask_type() {
            MaskType::Luminosity => Some(luminance(mask.background_color().to_rgba().components())),
            MaskType::Alpha => None,
        };
        let drawn = Rc::new(drawn.into_mask(background, |shades| {
            if let Some(transfer) = mask.transfer_function() {
                transfer.apply_to(shades);
            }
        }));
        if self.masks.len() >= MAX_MASKS {
            self.masks.remove(0);
        }
        self.masks.push((key, drawn.clone()));
        Some(drawn)
    }

    fn fill(&mut self, path: BezPath, rule: Rule, paint: &Paint<'_>) {
        match paint {
            Paint::Color(color) => {
                let size = path.control_box().size();
                let ink = ink(color, self.matter(size.min_side()));
                self.canvas.fill(&path, rule, ink);
            }
            Paint::Pattern(pattern) => {
                self.canvas.push_clip(&path, rule);
                self.pattern(pattern, false);
                self.canvas.pop_clip();
            }
        }
    }

    fn stroke(&mut self, path: &BezPath, props: &StrokeProps, at: Affine, paint: &Paint<'_>) {
        let stroke = stroke(props);
        match paint {
            Paint::Color(color) => {
                self.canvas.stroke(path, &stroke, at, ink(color, Matter::Line));
            }
            Paint::Pattern(pattern) => {
                self.canvas.push_clip_stroke(path, &stroke, at);
                self.pattern(pattern, true);
                self.canvas.pop_clip();
            }
        }
    }

    /// What something is made of that is at least so wide, in pels.
    fn matter(&self, width: f64) -> Matter {
        if self.glyphs > 0 || width < WIDEST_LINE { Matter::Line } else { Matter::Area }
    }

    fn fill_run(&mut self, run: &GlyphRun<'_, '_>, props: &DrawProps<'_>) {
        let mut shape = BezPath::new();
        for glyph in run.glyphs() {
            let Glyph::Outline(outline) = &**glyph else { continue };
            let at = props.transform * glyph.transform();
            match &props.paint {
                Paint::Color(color) => {
                    let key = outline.identifier().cache_key();
                    self.canvas.glyph(key, || outline.outline(), at, ink(color, Matter::Line));
                }
                Paint::Pattern(_) => shape.extend(at * outline.outline()),
            }
        }
        if !shape.is_empty() {
            self.fill(shape, Rule::NonZero, &props.paint);
        }
    }

    fn stroke_run(&mut self, run: &GlyphRun<'_, '_>, stroke: &StrokeProps, props: &DrawProps<'_>) {
        for glyph in run.glyphs() {
            if let Glyph::Outline(outline) = &**glyph {
                let path = glyph.transform() * outline.outline();
                self.stroke(&path, stroke, props.transform, &props.paint);
            }
        }
    }

    /// Draws the glyphs that bring their own instructions. These have the soft mask of the text, too, but
    /// for stencils: it goes once for all of the run.
    fn drawings<'a>(&mut self, run: &GlyphRun<'_, 'a>, props: &DrawProps<'a>) {
        let mask = props.soft_mask.as_ref().map(CacheKey::cache_key);
        let before = std::mem::replace(&mut self.mask_of_glyphs, mask);
        self.glyphs += 1;
        for glyph in run.glyphs() {
            if let Glyph::Type3(drawing) = &**glyph {
                drawing.interpret(self, props.transform, glyph.transform(), &props.paint);
            }
        }
        self.glyphs -= 1;
        self.mask_of_glyphs = before;
    }

    fn reach(&self) -> Rect {
        let Bounds { left, top, right, bottom } = self.canvas.bounds();
        Rect::new(f64::from(left), f64::from(top), f64::from(right), f64::from(bottom))
    }
}

impl<'a> Device<'a> for Sheet {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, draw_mode: &DrawMode) {
        let DrawProps { transform, paint, soft_mask, blend_mode } = props;
        let (fill, strokes) = match draw_mode {
            DrawMode::Fill(rule) => (Some(*rule), None),
            DrawMode::Stroke(props) => (None, Some(props)),
            DrawMode::FillAndStroke(rule, props) => (Some(*rule), Some(props)),
            DrawMode::Invisible => return,
        };
        let reach = match strokes {
            None => transform.transform_rect_bbox(path.control_box()),
            Some(_) => self.reach(),
        };
        self.mixed(soft_mask.as_ref(), blend_mode, reach, |sheet| {
            if let Some(fill) = fill {
                sheet.fill(transform * path, rule(fill), &paint);
            }
            if let Some(props) = strokes {
                sheet.stroke(path, props, transform, &paint);
            }
        });
    }

    fn draw_glyph_run(
        &mut self,
        glyph_run: &GlyphRun<'_, 'a>,
        props: DrawProps<'a>,
        draw_mode: &DrawMode,
    ) {
        let (fills, strokes) = match draw_mode {
            DrawMode::Fill(_) => (true, None),
            DrawMode::Stroke(stroke) => (false, Some(stroke)),
            DrawMode::FillAndStroke(_, stroke) => (true, Some(stroke)),
            DrawMode::Invisible => return,
        };
        let reach = self.reach();
        self.mixed(props.soft_mask.as_ref(), props.blend_mode, reach, |sheet| {
            if fills {
                sheet.fill_run(glyph_run, &props);
            }
            if let Some(stroke) = strokes {
                sheet.stroke_run(glyph_run, stroke, &props);
            }
            sheet.drawings(glyph_run, &props);
        });
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let size = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let reach = props.transform.transform_rect_bbox(size);
        if Bounds::around(reach).intersect(self.canvas.bounds()).is_empty() {
            return;
        }
        self.mixed(props.soft_mask.as_ref(), props.blend_mode, reach, |sheet| {
            sheet.image(&image, props.transform);
        });
    }

    fn push_clip_path(&mut self, clip_path: &ClipPath) {
        self.canvas.push_clip(&clip_path.path, rule(clip_path.fill));
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        self.canvas.push_clip_rectangle(*rect);
    }

    fn pop_clip(&mut self) {
        self.canvas.pop_clip();
    }

    fn push_transparency_group(
        &mut self,
        opacity: f32,
        mask: Option<SoftMask<'a>>,
        blend_mode: BlendMode,
    ) {
        let mask = mask.filter(|mask| self.mask_of_glyphs != Some(mask.cache_key()));
        let mask = mask.and_then(|mask| self.mask(&mask));
        self.canvas.push_group(Laying { alpha: octet(opacity), blend: mode(blend_mode), mask });
    }

    fn pop_transparency_group(&mut self) {
        self.canvas.pop_group();
    }
}

pub(super) fn ink(color: &Color, matter: Matter) -> Ink {
    let color = color.to_rgba().components();
    Ink { grey: luminance(color), alpha: octet(color[3]), matter }
}

const fn rule(rule: FillRule) -> Rule {
    match rule {
        FillRule::NonZero => Rule::NonZero,
        FillRule::EvenOdd => Rule::EvenOdd,
    }
}

fn stroke(props: &StrokeProps) -> Stroke {
    let mut stroke = Stroke::new(f64::from(props.line_width))
        .with_caps(props.line_cap)
        .with_join(props.line_join)
        .with_miter_limit(f64::from(props.miter_limit));
    stroke.dash_pattern = props.dash_array.iter().map(|dash| f64::from(*dash)).collect();
    stroke.dash_offset = f64::from(props.dash_offset);
    stroke
}

const fn mode(mode: BlendMode) -> Blend {
    match mode {
        BlendMode::Normal | BlendMode::Luminosity => Blend::Normal,
        BlendMode::Multiply => Blend::Multiply,
        BlendMode::Screen => Blend::Screen,
        BlendMode::Overlay => Blend::Overlay,
        BlendMode::Darken => Blend::Darken,
        BlendMode::Lighten => Blend::Lighten,
        BlendMode::ColorDodge => Blend::ColorDodge,
        BlendMode::ColorBurn => Blend::ColorBurn,
        BlendMode::HardLight => Blend::HardLight,
        BlendMode::SoftLight => Blend::SoftLight,
        BlendMode::Difference => Blend::Difference,
        BlendMode::Exclusion => Blend::Exclusion,
        BlendMode::Hue | BlendMode::Saturation | BlendMode::Color => Blend::Backdrop,
    }
}
