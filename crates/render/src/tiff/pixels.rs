//! The pixels of a TIFF picture, as grey on white paper.

use super::chunk::Chunk;
use super::layout::{Format, Layout, Meaning};
use crate::picture::{Picture, black_or_white};
use crate::raster::{grey, luma, on_white};

/// A colour that looks less bright than this is dark.
const DARK_BELOW: u8 = 128;

impl Layout<'_> {
    /// The whole picture.
    pub(super) fn picture(&self) -> Result<Picture, String> {
        let (across, down) = self.grid();
        let (width, height) = (self.width as usize, self.height as usize);
        let mut picture = Picture {
            width: self.width,
            height: self.height,
            grey: vec![255; width * height],
            alpha: Vec::new(),
            bilevel: self.shades().is_some_and(|shades| black_or_white(&shades)),
        };
        for index in 0..across * down {
            let top = index / across * self.chunk.1;
            let left = (index % across * self.chunk.0) as usize;
            // Tiles are whole, strips end with the picture.
            let rows = if across == 1 && self.chunk.0 == self.width {
                self.chunk.1.min(self.height - top)
            } else {
                self.chunk.1
            };
            let name = |error: String| format!("strip or tile {}: {error}", index + 1);
            let made =
                self.chunk_grey(index as usize, (across * down) as usize, rows).map_err(name)?;
            let wide = (width - left).min(self.chunk.0 as usize);
            let below = picture.grey[top as usize * width..].chunks_mut(width);
            for (to, from) in below.zip(made.chunks_exact(self.chunk.0 as usize)) {
                to[left..left + wide].copy_from_slice(&from[..wide]);
            }
        }
        Ok(picture)
    }

    /// The grey of one strip or tile, of all planes.
    fn chunk_grey(&self, index: usize, planes_apart: usize, rows: u32) -> Result<Vec<u8>, String> {
        let planes = if self.planar { self.samples as usize } else { 1 };
        let mut parts = Vec::new();
        for plane in 0..planes {
            let data = self.chunks.get(index + plane * planes_apart).copied().unwrap_or_default();
            match self.unpack(data, rows)? {
                Chunk::Samples(octets) => parts.push(octets),
                Chunk::Image(image) if planes == 1 => return Ok(self.of_image(image)),
                Chunk::Image(image) => parts.push(image.into_luma8().into_raw()),
            }
        }
        if let (Meaning::Ycbcr(h, v), false) = (&self.meaning, self.planar) {
            return Ok(self.brightness(&parts[0], *h, *v, rows));
        }
        let wide = self.chunk.0 as usize;
        let mut made = Vec::with_capacity(wide * rows as usize);
        if let Some([clear, set]) = self.shades() {
            for row in parts[0].chunks_exact(self.row_octets(self.chunk.0)) {
                let bit = |x: usize| row[x / 8] << (x % 8) & 0x80 != 0;
                made.extend((0..wide).map(|x| if bit(x) { set } else { clear }));
            }
            return Ok(made);
        }
        let stride = self.row_octets(self.chunk.0);
        let mut lines = vec![Vec::new(); planes];
        let mut pixel = vec![0; self.samples as usize];
        for row in 0..rows as usize {
            for (line, part) in lines.iter_mut().zip(&parts) {
                let octets = part.get(row * stride..(row + 1) * stride).unwrap_or_default();
                self.samples_of(octets, line);
            }
            let apart = if self.planar { 1 } else { self.samples as usize };
            for x in 0..wide {
                for (number, sample) in pixel.iter_mut().enumerate() {
                    let (line, at) =
                        if self.planar { (number, x) } else { (0, x * apart + number) };
                    *sample = lines[line].get(at).copied().unwrap_or(0);
                }
                made.push(self.pixel(&pixel));
            }
        }
        Ok(made)
    }

    /// How bright the two values of a picture of one bit look. Two colours of which one is dark and one is
    /// light are black and white.
    fn shades(&self) -> Option<[u8; 2]> {
        if self.bits * self.samples != 1 {
            return None;
        }
        Some(match &self.meaning {
            Meaning::Light => [0, 255],
            Meaning::Palette(colours) => {
                let shades = [0, 1].map(|at| colours.get(at).copied().unwrap_or(0));
                match shades.map(|shade| shade >= DARK_BELOW) {
                    [true, false] => [255, 0],
                    [false, true] => [0, 255],
                    _ => shades,
                }
            }
            _ => [255, 0],
        })
    }

    /// The samples of a row, as they are written; what has more than 16 bits is cut to them.
    fn samples_of(&self, octets: &[u8], line: &mut Vec<u16>) {
        line.clear();
        match (self.bits, self.format) {
            (8, _) => line.extend(octets.iter().map(|octet| u16::from(*octet))),
            (16, _) => line.extend(octets.chunks_exact(2).map(|two| self.two(two[0], two[1]))),
            (_, Format::Float) => line.extend(octets.chunks_exact(4).map(|four| {
                let four = [four[0], four[1], four[2], four[3]];
                let value = if self.big_endian {
                    f32::from_be_bytes(four)
                } else {
                    f32::from_le_bytes(four)
                };
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "within 16 bits"
                )]
                let value = (value.clamp(0.0, 1.0) * 65535.0) as u16;
                value
            })),
            (32, _) => line.extend(octets.chunks_exact(4).map(|four| {
                if self.big_endian {
                    self.two(four[0], four[1])
                } else {
                    self.two(four[2], four[3])
                }
            })),
            (bits, _) => {
                let (mut held, mut count) = (0_u32, 0);
                for octet in octets {
                    held = held << 8 | u32::from(*octet);
                    count += 8;
                    while count >= bits {
                        count -= bits;
                        let sample = held >> count & ((1 << bits) - 1);
                        line.push(u16::try_from(sample).unwrap_or(u16::MAX));
                    }
                    held &= (1 << count) - 1;
                }
            }
        }
    }

    /// One pixel.
    fn pixel(&self, samples: &[u16]) -> u8 {
        let most = (1_u32 << self.bits.min(16)) - 1;
        let part = |at: u32| {
            let sample = u32::from(samples.get(at as usize).copied().unwrap_or(0)).min(most);
            u8::try_from((sample * 255 + most / 2) / most).unwrap_or(255)
        };
        let seen = match &self.meaning {
            Meaning::Cover => 255 - part(0),
            Meaning::Light | Meaning::Ycbcr(..) => part(0),
            Meaning::Palette(colours) => {
                let number = usize::from(samples.first().copied().unwrap_or(0));
                colours.get(number).copied().unwrap_or(0)
            }
            Meaning::Rgb => luma([part(0), part(1), part(2)]),
            Meaning::Cmyk => {
                let left = |at| u32::from(255 - part(at)) * u32::from(255 - part(3)) / 255;
                luma([0, 1, 2].map(|at| u8::try_from(left(at)).unwrap_or(255)))
            }
        };
        match self.alpha {
            None => seen,
            Some((at, false)) => on_white(seen, part(at)),
            Some((at, true)) => seen.saturating_add(255 - part(at)),
        }
    }

    /// Of units of brightness and two differences only the brightness. TIFF 6.0 section 21.
    fn brightness(&self, octets: &[u8], h: u32, v: u32, rows: u32) -> Vec<u8> {
        let (wide, h, v) = (self.chunk.0 as usize, h as usize, v as usize);
        let across = wide.div_ceil(h);
        let mut made = vec![255; wide * rows as usize];
        for (number, unit) in octets.chunks_exact(h * v + 2).enumerate() {
            let (left, top) = (number % across * h, number / across * v);
            for (at, grey) in unit[..h * v].iter().enumerate() {
                let (x, y) = (left + at % h, top + at / h);
                if x < wide && y < rows as usize {
                    made[y * wide + x] = *grey;
                }
            }
        }
        made
    }

    fn of_image(&self, image: image::DynamicImage) -> Vec<u8> {
        let mut made = grey(image).grey;
        if self.meaning == Meaning::Cover {
            made.iter_mut().for_each(|grey| *grey = !*grey);
        }
        made
    }
}
