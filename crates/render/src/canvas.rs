//! A page while it is drawn.
//!
//! Grey, 0 black to 255 white, one octet a pel of the fax; and beside it what the pel is made of, which
//! decides how it becomes black or white. Coordinates are pels, from the top left corner.

use kurbo::{Affine, BezPath, Rect, Shape, Stroke, StrokeOpts};
use t4::Resolution;

use crate::fill::{Filler, Rule, Span};
use crate::picture::Picture;
use crate::tone;

/// The tolerance of a stroke's outline, in pels.
const TOLERANCE: f64 = 0.1;

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
    clips: Vec<Clip>,
    filler: Filler,
}

/// One sheet of pels.
#[derive(Debug)]
struct Layer {
    grey: Vec<u8>,
    matter: Vec<Matter>,
}

/// Where may be drawn.
#[derive(Debug, Clone)]
struct Clip {
    /// Left, top, right and bottom; the latter two are outside.
    bounds: [u32; 4],
    /// One octet a pel of the whole canvas, 0 outside; `None` when all within the bounds is inside.
    mask: Option<std::rc::Rc<Vec<u8>>>,
}

impl Canvas {
    /// A white canvas; `width` and `height` are in pels.
    pub(crate) fn new(width: u32, height: u32) -> Self {
        let pels = width as usize * height as usize;
        Self {
            width,
            height,
            layer: Layer { grey: vec![255; pels], matter: vec![Matter::Area; pels] },
            clips: vec![Clip { bounds: [0, 0, width, height], mask: None }],
            filler: Filler::default(),
        }
    }

    /// The size in pels.
    pub(crate) const fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Fills a path that is in pels.
    pub(crate) fn fill(&mut self, path: &BezPath, rule: Rule, ink: Ink) {
        let clip = self.clip();
        let mut filler = std::mem::take(&mut self.filler);
        filler.spans(path, rule, (self.width, self.height), |span| self.span(&clip, span, ink));
        self.filler = filler;
    }

    /// Strokes a path: its outline is made in the path's own units, and then `transform`ed into pels. A
    /// stroke is never thinner than a pel.
    pub(crate) fn stroke(&mut self, path: &BezPath, stroke: &Stroke, transform: Affine, ink: Ink) {
        let scale = transform.determinant().abs().sqrt();
        let mut stroke = stroke.clone();
        if scale > 0.0 {
            stroke.width = stroke.width.max(1.0 / scale);
        }
        let tolerance = TOLERANCE / scale.max(1e-6);
        let outline = kurbo::stroke(path.iter(), &stroke, &StrokeOpts::default(), tolerance);
        self.fill(&(transform * outline), Rule::NonZero, ink);
    }

    /// Draws a picture; `transform` takes its pixels to pels.
    pub(crate) fn picture(&mut self, picture: &Picture, transform: Affine) {
        let clip = self.clip();
        let [left, top, right, bottom] = clip.bounds;
        let corners = transform.transform_rect_bbox(Rect::new(
            0.0,
            0.0,
            f64::from(picture.width),
            f64::from(picture.height),
        ));
        if transform.determinant() == 0.0 {
            return;
        }
        let inverse = transform.inverse();
        let first_row = (corners.y0.floor().max(f64::from(top))) as u32;
        let end_row = (corners.y1.ceil().clamp(0.0, f64::from(bottom))) as u32;
        let first = (corners.x0.floor().max(f64::from(left))) as u32;
        let end = (corners.x1.ceil().clamp(0.0, f64::from(right))) as u32;
        for row in first_row..end_row {
            for column in first..end {
                let at = inverse * kurbo::Point::new(f64::from(column) + 0.5, f64::from(row) + 0.5);
                if let Some(ink) = picture.sample(at) {
                    self.span(&clip, Span { row, from: column, to: column + 1 }, ink);
                }
            }
        }
    }

    /// From here on only what is inside this path too is drawn.
    pub(crate) fn push_clip(&mut self, path: &BezPath, rule: Rule) {
        let outer = self.clip();
        let within = path.bounding_box();
        let bounds = [
            outer.bounds[0].max(within.x0.floor().max(0.0) as u32),
            outer.bounds[1].max(within.y0.floor().max(0.0) as u32),
            outer.bounds[2].min(within.x1.ceil().max(0.0) as u32),
            outer.bounds[3].min(within.y1.ceil().max(0.0) as u32),
        ];
        let mut mask = vec![0; self.layer.grey.len()];
        let width = self.width as usize;
        let mut filler = std::mem::take(&mut self.filler);
        filler.spans(path, rule, (self.width, self.height), |span| {
            let start = span.row as usize * width;
            let run = start + span.from as usize..start + span.to as usize;
            match &outer.mask {
                None => mask[run].fill(255),
                Some(outer) => mask[run.clone()].copy_from_slice(&outer[run]),
            }
        });
        self.filler = filler;
        self.clips.push(Clip { bounds, mask: Some(std::rc::Rc::new(mask)) });
    }

    /// What the last path cut away may be drawn on again.
    pub(crate) fn pop_clip(&mut self) {
        if self.clips.len() > 1 {
            self.clips.pop();
        }
    }

    /// The page in black and white.
    pub(crate) fn into_page(self, resolution: Resolution) -> t4::Page {
        tone::page(self.width, self.height, &self.layer.grey, &self.layer.matter, resolution)
    }

    fn clip(&self) -> Clip {
        self.clips.last().cloned().unwrap_or(Clip { bounds: [0; 4], mask: None })
    }

    fn span(&mut self, clip: &Clip, span: Span, ink: Ink) {
        let [left, top, right, bottom] = clip.bounds;
        if span.row < top || span.row >= bottom {
            return;
        }
        let (from, to) = (span.from.max(left), span.to.min(right));
        if from >= to {
            return;
        }
        let start = span.row as usize * self.width as usize;
        let run = start + from as usize..start + to as usize;
        let mask = clip.mask.as_deref().map(|mask| &mask[run.clone()]);
        let (grey, matter) = (&mut self.layer.grey[run.clone()], &mut self.layer.matter[run]);
        match mask {
            None if ink.alpha == 255 => {
                grey.fill(ink.grey);
                matter.fill(ink.matter);
            }
            mask => {
                for (index, (grey, matter)) in grey.iter_mut().zip(matter).enumerate() {
                    if mask.is_none_or(|mask| mask[index] != 0) {
                        *grey = blend(*grey, ink);
                        *matter = ink.matter;
                    }
                }
            }
        }
    }
}

fn blend(below: u8, ink: Ink) -> u8 {
    let (below, grey, alpha) = (u32::from(below), u32::from(ink.grey), u32::from(ink.alpha));
    let sum = below * (255 - alpha) + grey * alpha;
    u8::try_from((sum + 127) / 255).unwrap_or(255)
}
