//! Patterns: shadings and tiles. ISO 32000-1 8.7.

use std::ops::RangeInclusive;

use hayro_interpret::encode::EncodedShadingType;
use hayro_interpret::pattern::{Pattern, ShadingPattern, TilingPattern};
use kurbo::{Affine, Point, Rect};

use super::sheet::Sheet;
use crate::canvas::{Blend, Bounds, Canvas, Ink, Laying, Matter, octet, times};

/// Up to that many tiles are drawn each by itself; of more, one is drawn and copied.
const MAX_TILES: f64 = 40.0;

/// A tile that is copied has at most that many pels each way.
const LARGEST_TILE: f64 = 2048.0;

/// A tile that is larger than its step overlaps at most that many others each way.
const MAX_OVERLAP: f64 = 8.0;

impl Sheet {
    /// Draws a pattern all over the clip.
    pub(super) fn pattern(&mut self, pattern: &Pattern<'_>, is_stroke: bool) {
        match pattern {
            Pattern::Shading(shading) => self.shading(shading),
            Pattern::Tiling(tiling) => self.tiling(tiling, is_stroke),
        }
    }

    /// Shades change slowly: one value for two pels each way is enough.
    fn shading(&mut self, shading: &ShadingPattern) {
        let clip = shading.shading.clip_path.as_ref();
        if let Some(clip) = clip {
            self.canvas.push_clip(clip, crate::fill::Rule::NonZero);
        }
        let encoded = shading.encode();
        let step =
            if matches!(encoded.shading_type, EncodedShadingType::Sampled(_)) { 1 } else { 2 };
        let bounds = self.canvas.bounds();
        let mut row: Vec<Option<Ink>> = vec![None; bounds.width() as usize / step as usize + 2];
        let mut row_is = u32::MAX;
        self.canvas.shade(|x, y| {
            if y / step != row_is {
                row_is = y / step;
                row.fill(None);
            }
            let index = (x / step).saturating_sub(bounds.left / step);
            let known = row.get_mut(index as usize)?;
            Some(*known.get_or_insert_with(|| {
                let half = f64::from(step) / 2.0;
                let at = |x: u32| f64::from(x / step * step) + half;
                let color = encoded.sample(encoded.base_transform * Point::new(at(x), at(y)));
                Ink { grey: luminance(color), alpha: octet(color[3]), matter: Matter::Picture }
            }))
        });
        if clip.is_some() {
            self.canvas.pop_clip();
        }
    }

    fn tiling(&mut self, tiling: &TilingPattern<'_>, is_stroke: bool) {
        let Bounds { left, top, right, bottom } = self.canvas.bounds();
        let area = Rect::new(f64::from(left), f64::from(top), f64::from(right), f64::from(bottom));
        let (step_x, step_y) = (f64::from(tiling.x_step.abs()), f64::from(tiling.y_step.abs()));
        let turned = tiling.matrix.determinant();
        if area.is_zero_area() || !(turned.is_finite() && turned != 0.0 && step_x * step_y > 0.0) {
            return;
        }
        let area = tiling.matrix.inverse().transform_rect_bbox(area);
        let columns = ((area.x0 - tiling.bbox.x1) / step_x, (area.x1 - tiling.bbox.x0) / step_x);
        let rows = ((area.y0 - tiling.bbox.y1) / step_y, (area.y1 - tiling.bbox.y0) / step_y);
        let (across, down) = (columns.1 - columns.0, rows.1 - rows.0);
        if across.is_nan() || down.is_nan() {
            return;
        }
        if across.max(1.0) * down.max(1.0) > MAX_TILES {
            self.copied_tiles(tiling, (step_x, step_y), is_stroke);
            return;
        }
        let laying = Laying { alpha: octet(tiling.opacity), blend: Blend::Normal, mask: None };
        self.canvas.push_group(laying);
        self.depth += 1;
        for row in whole(rows.0.ceil(), rows.1.floor()) {
            for column in whole(columns.0.ceil(), columns.1.floor()) {
                let moved = (f64::from(column) * step_x, f64::from(row) * step_y);
                if self.depth <= super::sheet::MAX_DEPTH {
                    tiling.interpret(self, tiling.matrix * Affine::translate(moved), is_stroke);
                }
            }
        }
        self.depth -= 1;
        self.canvas.pop_group();
    }

    /// Draws one tile in whole pels, and copies it.
    fn copied_tiles(&mut self, tiling: &TilingPattern<'_>, step: (f64, f64), is_stroke: bool) {
        let [a, b, c, d, _, _] = tiling.matrix.as_coeffs();
        let pels = |step: f64, scale: f64| (step * scale).round().clamp(1.0, LARGEST_TILE);
        let (wide, high) = (pels(step.0, a.hypot(b)), pels(step.1, c.hypot(d)));
        let bbox = tiling.bbox;
        let to_tile = Affine::scale_non_uniform(wide / step.0, high / step.1)
            * Affine::translate((-bbox.x0, -bbox.y0));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "up to 2048")]
        let (width, height) = (wide as u32, high as u32);
        let overlap = |size: f64, step: f64| 1.0 - (size / step).ceil().clamp(1.0, MAX_OVERLAP);
        let drawn = self.apart(Canvas::clear(width, height), |sheet| {
            for row in whole(overlap(bbox.height(), step.1), 0.0) {
                for column in whole(overlap(bbox.width(), step.0), 0.0) {
                    let moved = (f64::from(column) * step.0, f64::from(row) * step.1);
                    tiling.interpret(sheet, to_tile * Affine::translate(moved), is_stroke);
                }
            }
        });
        let Some(tile) = drawn else { return };
        let from_pels = to_tile * tiling.matrix.inverse();
        let alpha = octet(tiling.opacity);
        self.canvas.shade(|x, y| {
            let at = from_pels * Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in it")]
            let (x, y) = (at.x.rem_euclid(wide) as u32, at.y.rem_euclid(high) as u32);
            let ink = tile.at(x.min(width - 1), y.min(height - 1))?;
            Some(Ink { alpha: times(ink.alpha, alpha), ..ink })
        });
    }
}

/// The whole numbers from one to the other.
fn whole(from: f64, to: f64) -> RangeInclusive<i32> {
    #[expect(clippy::cast_possible_truncation, reason = "the cast stays within its bounds")]
    let range = from as i32..=to as i32;
    range
}

/// How light a colour is, 0 black to 255 white. ITU-R BT.601.
pub(super) fn luminance([red, green, blue, _]: [f32; 4]) -> u8 {
    octet(0.299 * red + 0.587 * green + 0.114 * blue)
}
