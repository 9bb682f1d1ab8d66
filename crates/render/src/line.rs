//! One line of text: which characters stand where, from left to right, in which fonts.
//!
//! Runs of one direction come from `unicode-bidi`, their glyphs from `rustybuzz`.

use std::ops::Range;

use kurbo::{Affine, BezPath};
use rustybuzz::{Direction, UnicodeBuffer};
use ttf_parser::GlyphId;
use typst::layout::Abs;
use typst::text::{Font, FontInstance, FontVariant, FontVariations};
use unicode_bidi::{BidiInfo, Level};

use crate::sheet::{Key, PLACES, Patterns, Sheet};
use crate::typeface;
use crate::typeset::{missing, outline};

/// Fonts that are ready to shape with: the first that has a character shows it.
#[derive(Debug)]
pub(crate) struct Fonts(Vec<FontInstance>);

/// A part of a line in one direction and one font, in the order from left to right.
#[derive(Debug)]
pub(crate) struct Run {
    /// Index of the font.
    pub(crate) font: usize,
    /// Its octets in the text of the line.
    pub(crate) range: Range<usize>,
    /// The glyphs, from left to right.
    pub(crate) glyphs: Vec<Glyph>,
    /// How wide it is, in ems.
    pub(crate) width: f64,
}

/// A glyph of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glyph {
    id: u16,
    /// From the beginning of the run to its origin, in ems; upwards is positive.
    x: f64,
    y: f64,
    advance: f64,
}

/// How large glyphs are drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Pels of an em, across.
    pub(crate) across: f64,
    /// Rows of an em.
    pub(crate) down: f64,
}

impl Fonts {
    /// Of these fonts, the first the most liked.
    pub(crate) fn new(fonts: impl IntoIterator<Item = Font>) -> Self {
        let ready = |font: Font| {
            let plain =
                FontVariations::resolve(&font.info().axes, FontVariant::default(), Abs::pt(10.0));
            font.instantiate(FontVariant::default(), Abs::pt(10.0), &plain)
        };
        Self(fonts.into_iter().map(ready).collect())
    }

    /// The font that shows a character; the first when none has it.
    pub(crate) fn of(&self, c: char) -> usize {
        self.0.iter().position(|font| font.ttf().glyph_index(c).is_some()).unwrap_or(0)
    }

    /// The runs of a line, from left to right; the line as a whole reads from right to left when `rtl` says
    /// so, or when it says nothing and its first letter does.
    pub(crate) fn runs(&self, text: &str, rtl: Option<bool>) -> Vec<Run> {
        let level = rtl.map(|rtl| if rtl { Level::rtl() } else { Level::ltr() });
        let bidi = BidiInfo::new(text, level);
        let Some(paragraph) = bidi.paragraphs.first() else { return Vec::new() };
        let (levels, directed) = bidi.visual_runs(paragraph, paragraph.range.clone());
        let mut runs = Vec::new();
        for range in directed {
            let rtl = levels.get(range.start).is_some_and(Level::is_rtl);
            let mut parts = self.parts(text, range);
            if rtl {
                parts.reverse();
            }
            for (font, range) in parts {
                runs.push(self.shape(text, font, range, rtl));
            }
        }
        runs
    }

    /// The parts of a range that one font shows.
    fn parts(&self, text: &str, range: Range<usize>) -> Vec<(usize, Range<usize>)> {
        let mut parts: Vec<(usize, Range<usize>)> = Vec::new();
        for (at, c) in text[range.clone()].char_indices() {
            let at = range.start + at;
            let end = at + c.len_utf8();
            match parts.last_mut() {
                // Spaces and marks stay with what is before them if they can.
                Some((font, part)) if !typeface::is_visible(c) || self.fits(*font, c) => {
                    part.end = end;
                }
                _ => parts.push((self.of(c), at..end)),
            }
        }
        parts
    }

    /// Whether a character may stay in the font of the one before it.
    fn fits(&self, font: usize, c: char) -> bool {
        self.of(c) == font
            || unicode_width::UnicodeWidthChar::width(c) == Some(0)
                && self.0.get(font).is_some_and(|font| font.ttf().glyph_index(c).is_some())
    }

    fn shape(&self, text: &str, font: usize, range: Range<usize>, rtl: bool) -> Run {
        let face = &self.0[font];
        let em = face.units_per_em();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text[range.clone()]);
        buffer.guess_segment_properties();
        buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        let shaped = rustybuzz::shape(face.rusty(), &[], buffer);
        let mut pen = 0.0;
        let mut glyphs = Vec::with_capacity(shaped.len());
        for (info, place) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let advance = f64::from(place.x_advance) / em;
            glyphs.push(Glyph {
                id: u16::try_from(info.glyph_id).unwrap_or(0),
                x: pen + f64::from(place.x_offset) / em,
                y: f64::from(place.y_offset) / em,
                advance,
            });
            pen += advance;
        }
        Run { font, range, glyphs, width: pen }
    }

    /// The glyph of a character that stands alone, with its width in ems.
    pub(crate) fn single(&self, font: usize, c: char) -> Glyph {
        let face = &self.0[font];
        let id = face.ttf().glyph_index(c).unwrap_or_default();
        let advance = face.ttf().glyph_hor_advance(id).map_or(1.0, f64::from);
        Glyph { id: id.0, x: 0.0, y: 0.0, advance: advance / face.units_per_em() }
    }

    /// Draws the glyphs of a run, whose left end is at `left` and whose base line is at `row`.
    pub(crate) fn draw(
        &self,
        (font, glyphs): (usize, &[Glyph]),
        (left, row): (f64, f64),
        size: Size,
        patterns: &mut Patterns,
        sheet: &mut Sheet,
    ) {
        let face = &self.0[font];
        let em = face.units_per_em();
        let to_pels = Affine::scale_non_uniform(size.across / em, -size.down / em);
        for glyph in glyphs {
            let at = ((left + glyph.x * size.across) * f64::from(PLACES)).round() as i64;
            let row = (row - glyph.y * size.down).round() as i64;
            let places = i64::from(PLACES);
            let place = at.rem_euclid(places) as u32;
            let key = Key { font, glyph: glyph.id, size: size.key(), place };
            let pattern = patterns.get(key, to_pels, || shown(face, *glyph));
            sheet.stamp(pattern, at.div_euclid(places), row);
        }
    }
}

impl Glyph {
    /// How wide it is, in ems.
    pub(crate) const fn advance(&self) -> f64 {
        self.advance
    }
}

impl Size {
    /// Sizes that look alike have the same.
    fn key(self) -> [u32; 2] {
        [self.across, self.down].map(|pels| (pels * 64.0) as u32)
    }
}

/// What is drawn for a glyph, in the units of its font.
fn shown(face: &FontInstance, glyph: Glyph) -> BezPath {
    let drawn = outline(face.ttf(), GlyphId(glyph.id));
    if glyph.id == 0 && drawn.elements().is_empty() {
        return missing(glyph.advance * face.units_per_em(), face.units_per_em());
    }
    drawn
}
