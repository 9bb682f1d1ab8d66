//! What the tags of a TIFF picture say about where its pixels lie.

use super::directory::{Directory, File};
use crate::Error;
use crate::raster::{MAX_PIXELS, too_large};

/// The most pixels of a picture in black and white: A0 at 400 pixels per inch is 243 million.
pub(crate) const MAX_BILEVEL_PIXELS: u64 = 250_000_000;

/// The most samples of a pixel.
const MAX_SAMPLES: u64 = 16;

pub(super) mod tag {
    pub(in crate::tiff) const NEW_SUBFILE_TYPE: u16 = 254;
    pub(in crate::tiff) const WIDTH: u16 = 256;
    pub(in crate::tiff) const LENGTH: u16 = 257;
    pub(in crate::tiff) const BITS: u16 = 258;
    pub(in crate::tiff) const COMPRESSION: u16 = 259;
    pub(in crate::tiff) const PHOTOMETRIC: u16 = 262;
    pub(in crate::tiff) const FILL_ORDER: u16 = 266;
    pub(in crate::tiff) const STRIP_OFFSETS: u16 = 273;
    pub(in crate::tiff) const ORIENTATION: u16 = 274;
    pub(in crate::tiff) const SAMPLES: u16 = 277;
    pub(in crate::tiff) const ROWS_PER_STRIP: u16 = 278;
    pub(in crate::tiff) const STRIP_COUNTS: u16 = 279;
    pub(in crate::tiff) const PLANAR: u16 = 284;
    pub(in crate::tiff) const T4_OPTIONS: u16 = 292;
    pub(in crate::tiff) const PREDICTOR: u16 = 317;
    pub(in crate::tiff) const COLOUR_MAP: u16 = 320;
    pub(in crate::tiff) const TILE_WIDTH: u16 = 322;
    pub(in crate::tiff) const TILE_LENGTH: u16 = 323;
    pub(in crate::tiff) const TILE_OFFSETS: u16 = 324;
    pub(in crate::tiff) const TILE_COUNTS: u16 = 325;
    pub(in crate::tiff) const EXTRA_SAMPLES: u16 = 338;
    pub(in crate::tiff) const SAMPLE_FORMAT: u16 = 339;
    pub(in crate::tiff) const JPEG_TABLES: u16 = 347;
    pub(in crate::tiff) const SUBSAMPLING: u16 = 530;
}

/// What the numbers of a pixel mean. TIFF 6.0 section 8, PhotometricInterpretation.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meaning {
    /// 0 is white.
    Cover,
    /// 0 is black.
    Light,
    /// Red, green and blue.
    Rgb,
    /// The number of a colour, and how bright each looks.
    Palette(Vec<u8>),
    /// Cyan, magenta, yellow and black.
    Cmyk,
    /// Brightness and two differences, which do not matter here; a unit has so many pixels across and
    /// down.
    Ycbcr(u32, u32),
}

/// How samples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Whole,
    Float,
}

/// A picture that is not decoded yet.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Pixels of a strip or tile.
    pub(super) chunk: (u32, u32),
    /// The octets of the chunks, those of each plane from the left and the top.
    pub(super) chunks: Vec<&'a [u8]>,
    pub(super) meaning: Meaning,
    pub(super) bits: u32,
    pub(super) format: Format,
    /// Samples of a pixel.
    pub(super) samples: u32,
    /// Which of them says what shows through, and whether the colours are multiplied by it already.
    pub(super) alpha: Option<(u32, bool)>,
    /// Each sample has chunks of its own.
    pub(super) planar: bool,
    pub(super) compression: u64,
    pub(super) mr: bool,
    pub(super) lsb_first: bool,
    pub(super) predictor: u64,
    pub(super) big_endian: bool,
    pub(super) jpeg_tables: Option<&'a [u8]>,
}

impl<'a> Layout<'a> {
    /// What a directory describes; `page` counts from 1.
    pub(super) fn read(
        file: File<'a>,
        directory: &Directory<'a>,
        page: u32,
    ) -> Result<Self, Error> {
        let wrong = |what: &str| Error::Unreadable(format!("page {page}: {what}"));
        let number = |tag, or| directory.number(tag).unwrap_or(or);
        let size = |tag| u32::try_from(number(tag, 0)).unwrap_or(u32::MAX);
        let (width, height) = (size(tag::WIDTH), size(tag::LENGTH));
        if width == 0 || height == 0 {
            return Err(wrong("it has no width or no length"));
        }
        let bits = match directory.numbers(tag::BITS) {
            Some(bits) if bits.windows(2).any(|pair| pair[0] != pair[1]) => {
                return Err(wrong("its samples have different sizes, which is not read"));
            }
            Some(bits) => bits.first().copied().unwrap_or(1),
            None => 1,
        };
        let samples = number(tag::SAMPLES, 1);
        let format = match number(tag::SAMPLE_FORMAT, 1) {
            1 | 4 => Format::Whole,
            3 if bits == 32 => Format::Float,
            _ => return Err(wrong("its samples are signed or half numbers, which are not read")),
        };
        if !matches!(bits, 1..=16 | 32) || !(1..=MAX_SAMPLES).contains(&samples) {
            return Err(wrong(&format!("{samples} samples of {bits} bits are not read")));
        }
        let pixels = u64::from(width) * u64::from(height);
        let most = if bits * samples == 1 { MAX_BILEVEL_PIXELS } else { MAX_PIXELS };
        let chunk = if directory.has(tag::TILE_WIDTH) {
            (size(tag::TILE_WIDTH), size(tag::TILE_LENGTH))
        } else {
            let rows = number(tag::ROWS_PER_STRIP, u64::from(height)).clamp(1, u64::from(height));
            (width, u32::try_from(rows).unwrap_or(height))
        };
        let chunk_pixels = u64::from(chunk.0) * u64::from(chunk.1);
        if pixels > most || chunk_pixels > most {
            let (width, height) = if pixels > most { (width, height) } else { chunk };
            return Err(too_large(page, width, height, most));
        }
        if chunk_pixels == 0 {
            return Err(wrong("its tiles have no width or no length"));
        }
        let meaning = meaning(directory, u32::try_from(samples).unwrap_or(1)).ok_or_else(|| {
            wrong("what its samples mean (PhotometricInterpretation) is not read")
        })?;
        let mut layout = Self {
            width,
            height,
            chunk,
            chunks: Vec::new(),
            bits: u32::try_from(bits).unwrap_or(1),
            format,
            samples: u32::try_from(samples).unwrap_or(1),
            alpha: None,
            planar: samples > 1 && number(tag::PLANAR, 1) == 2,
            compression: number(tag::COMPRESSION, 1),
            mr: number(tag::T4_OPTIONS, 0) & 1 != 0,
            lsb_first: number(tag::FILL_ORDER, 1) == 2,
            predictor: number(tag::PREDICTOR, 1),
            big_endian: file.is_big_endian(),
            jpeg_tables: directory.octets(tag::JPEG_TABLES),
            meaning,
        };
        layout.alpha = layout.alpha(directory);
        layout.chunks = layout.find(file, directory).map_err(|what| wrong(&what))?;
        Ok(layout)
    }

    /// Chunks across and down.
    pub(super) const fn grid(&self) -> (u32, u32) {
        (self.width.div_ceil(self.chunk.0), self.height.div_ceil(self.chunk.1))
    }

    /// Samples of a pixel that are colours.
    pub(super) const fn colours(&self) -> u32 {
        match self.meaning {
            Meaning::Cover | Meaning::Light | Meaning::Palette(_) => 1,
            Meaning::Rgb | Meaning::Ycbcr(..) => 3,
            Meaning::Cmyk => 4,
        }
    }

    fn alpha(&self, directory: &Directory<'_>) -> Option<(u32, bool)> {
        let extra = directory.numbers(tag::EXTRA_SAMPLES)?;
        let place = extra.iter().position(|kind| matches!(kind, 1 | 2))?;
        let multiplied = extra.get(place) == Some(&1);
        let sample = self.colours() + u32::try_from(place).ok()?;
        (sample < self.samples).then_some((sample, multiplied))
    }

    /// The octets of each chunk. The only one may come without its length: it then goes to the end of
    /// the file.
    fn find(&self, file: File<'a>, directory: &Directory<'_>) -> Result<Vec<&'a [u8]>, String> {
        let (across, down) = self.grid();
        let planes = if self.planar { u64::from(self.samples) } else { 1 };
        let needs = u64::from(across) * u64::from(down) * planes;
        let (offsets, counts, name) = if directory.has(tag::TILE_WIDTH) {
            (tag::TILE_OFFSETS, tag::TILE_COUNTS, "tiles")
        } else {
            (tag::STRIP_OFFSETS, tag::STRIP_COUNTS, "strips")
        };
        // Old files have the offsets of their tiles in the tag of the strips.
        let offsets = directory.numbers(offsets).or_else(|| directory.numbers(tag::STRIP_OFFSETS));
        let counts = directory.numbers(counts).or_else(|| directory.numbers(tag::STRIP_COUNTS));
        let offsets = offsets.ok_or_else(|| format!("where its {name} lie is missing"))?;
        let counts = match counts {
            Some(counts) => counts,
            None if needs == 1 => {
                offsets.iter().map(|at| (file.len() as u64).saturating_sub(*at)).collect()
            }
            None => return Err(format!("how long its {name} are is missing")),
        };
        let has = offsets.len().min(counts.len()) as u64;
        if has < needs {
            return Err(format!("{has} {name} where {needs} are needed"));
        }
        (1..=needs)
            .zip(offsets.iter().zip(&counts))
            .map(|(number, (at, len))| {
                file.octets(*at, *len).ok_or_else(|| {
                    format!(
                        "{} {number} reaches past the end of the file",
                        name.trim_end_matches('s')
                    )
                })
            })
            .collect()
    }
}

fn meaning(directory: &Directory<'_>, samples: u32) -> Option<Meaning> {
    Some(match directory.number(tag::PHOTOMETRIC).unwrap_or(0) {
        0 => Meaning::Cover,
        // The first sample of CIE L*a*b* is about as bright as grey looks.
        1 | 8 => Meaning::Light,
        2 if samples >= 3 => Meaning::Rgb,
        3 => {
            let map = directory.numbers(tag::COLOUR_MAP)?;
            let colours = map.len() / 3;
            // Some programs write 8 bits where 16 belong.
            let shift = if map.iter().any(|part| *part > 255) { 8 } else { 0 };
            let part =
                |at: usize| u8::try_from(map.get(at).copied().unwrap_or(0) >> shift).unwrap_or(255);
            let one =
                |at| crate::raster::luma([part(at), part(at + colours), part(at + 2 * colours)]);
            Meaning::Palette((0..colours).map(one).collect())
        }
        5 if samples >= 4 => Meaning::Cmyk,
        6 if samples >= 3 => {
            let units = directory.numbers(tag::SUBSAMPLING).unwrap_or_else(|| vec![2, 2]);
            let unit = |at: usize| units.get(at).copied().filter(|unit| matches!(unit, 1 | 2 | 4));
            Meaning::Ycbcr(u32::try_from(unit(0)?).ok()?, u32::try_from(unit(1)?).ok()?)
        }
        _ => return None,
    })
}
