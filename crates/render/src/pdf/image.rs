//! Images and stencils. ISO 32000-1 8.9.

use hayro_interpret::{Image, ImageData, LumaData, Paint};
use kurbo::{Affine, Rect, Shape};

use super::paint::luminance;
use super::sheet::{Sheet, ink};
use crate::canvas::{Ink, Matter};
use crate::fill::Rule;
use crate::picture::{Picture, black_or_white};

/// The most pixels of an image: an A3 page at 600 dots an inch.
const MAX_PIXELS: u64 = 100_000_000;

/// A mask with that many times more pixels than what it shows is text over a coloured ground.
const FINE_MASK: usize = 4;

impl Sheet {
    /// Draws an image; `transform` takes its pixels to pels.
    pub(super) fn image(&mut self, image: &Image<'_, '_>, transform: Affine) {
        let (width, height) = (image.width(), image.height());
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            let why = format!("an image on it has {width} by {height} pixels, which is too many");
            self.too_large.get_or_insert(why);
            return;
        }
        let [a, b, c, d, _, _] = transform.as_coeffs();
        // Not more pixels are needed than there are pels; some formats can give fewer.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let pels = |pixels: u32, x: f64, y: f64| (f64::from(pixels) * x.hypot(y)).ceil() as u32;
        let wanted = Some((pels(width, a, b).max(1), pels(height, c, d).max(1)));
        let mut drawn = false;
        match image {
            Image::Raster(raster) => raster.with_rgba(
                |data, alpha| {
                    let (x, y) = data.scale_factors();
                    let at = transform * Affine::scale_non_uniform(f64::from(x), f64::from(y));
                    if let Some((picture, at)) = picture(data, alpha, at) {
                        self.canvas.picture(&picture, at);
                        drawn = true;
                    }
                },
                wanted,
            ),
            Image::Stencil(stencil) => stencil.with_stencil(
                |data, paint| {
                    let (x, y) = data.scale_factors;
                    let at = transform * Affine::scale_non_uniform(f64::from(x), f64::from(y));
                    self.stencil(data, paint, at);
                    drawn = true;
                },
                wanted,
            ),
        }
        self.lost_image |= !drawn;
    }

    fn stencil(&mut self, data: LumaData, paint: &Paint<'_>, at: Affine) {
        let LumaData { data: alpha, width, height, .. } = data;
        match paint {
            Paint::Color(color) => {
                let Ink { grey, alpha: opacity, .. } = ink(color, Matter::Line);
                let alpha = if opacity == 255 {
                    alpha
                } else {
                    alpha.iter().map(|alpha| crate::canvas::times(*alpha, opacity)).collect()
                };
                let grey = vec![grey; alpha.len()];
                self.canvas.picture(&Picture { width, height, grey, alpha, bilevel: true }, at);
            }
            Paint::Pattern(pattern) => {
                let all = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
                self.canvas.push_clip(&(at * all.to_path(0.1)), Rule::NonZero);
                let mut mask = self.canvas.apart(self.canvas.bounds());
                let grey = vec![0; alpha.len()];
                mask.picture(&Picture { width, height, grey, alpha, bilevel: true }, at);
                let mask = std::rc::Rc::new(mask.into_mask(None, |_| {}));
                let laying = crate::canvas::Laying {
                    alpha: 255,
                    blend: crate::canvas::Blend::Normal,
                    mask: Some(mask),
                };
                self.canvas.push_group(laying);
                self.pattern(pattern, false);
                self.canvas.pop_group();
                self.canvas.pop_clip();
            }
        }
    }
}

/// An image in shades of grey; and its transform, when it got the size of its mask.
fn picture(data: ImageData, alpha: Option<LumaData>, at: Affine) -> Option<(Picture, Affine)> {
    let (width, height) = (data.width(), data.height());
    let grey = match data {
        ImageData::Luma(luma) => luma.data,
        ImageData::Rgb(rgb) => {
            let pixels = rgb.data.as_chunks::<3>().0.iter();
            pixels
                .map(|[r, g, b]| luminance([*r, *g, *b, 0].map(|v| f32::from(v) / 255.0)))
                .collect()
        }
    };
    let Some(mask) = alpha else {
        let bilevel = black_or_white(&grey);
        return Some((Picture { width, height, grey, alpha: Vec::new(), bilevel }, at));
    };
    let text = mask.data.len() >= FINE_MASK * grey.len() && black_or_white(&mask.data);
    let bilevel = text || (black_or_white(&grey) && black_or_white(&mask.data));
    if mask.data.len() > grey.len() {
        let size = (mask.width, mask.height);
        let at = at
            * Affine::scale_non_uniform(
                f64::from(width) / f64::from(mask.width),
                f64::from(height) / f64::from(mask.height),
            );
        let grey = stretched(&grey, (width, height), size)?;
        Some((Picture { width: size.0, height: size.1, grey, alpha: mask.data, bilevel }, at))
    } else {
        let alpha = stretched(&mask.data, (mask.width, mask.height), (width, height))?;
        Some((Picture { width, height, grey, alpha, bilevel }, at))
    }
}

/// The same in another size, by the nearest pixels.
fn stretched(octets: &[u8], from: (u32, u32), to: (u32, u32)) -> Option<Vec<u8>> {
    if from == to {
        return Some(octets.to_vec());
    }
    let place =
        |at: u32, from: u32, to: u32| (u64::from(at) * u64::from(from) / u64::from(to)) as usize;
    let columns: Vec<usize> = (0..to.0).map(|x| place(x, from.0, to.0)).collect();
    let mut stretched = Vec::with_capacity(to.0 as usize * to.1 as usize);
    for y in 0..to.1 {
        let start = place(y, from.1, to.1) * from.0 as usize;
        let row = octets.get(start..start + from.0 as usize)?;
        stretched.extend(columns.iter().filter_map(|x| row.get(*x)));
    }
    Some(stretched)
}
