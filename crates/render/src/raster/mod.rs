//! Raster files of one picture: PNG, JPEG, GIF, BMP and WebP.
//!
//! What shows through shows white paper. Colours become grey by how bright they look (BT.601). How large
//! the page becomes stands at [`sheet`]; of an animation the first picture is taken.

pub(crate) mod density;
pub(crate) mod sheet;

use std::io::Cursor;

use image::error::LimitErrorKind;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use self::density::Density;
use self::sheet::Sheet;
use crate::picture::{Picture, black_or_white};
use crate::{Error, Kind, Options, Pages};

/// The most pixels of a picture in shades or colours: more than any camera has.
pub(crate) const MAX_PIXELS: u64 = 120_000_000;

/// The most octets of a decoded picture.
const MAX_OCTETS: u64 = 400_000_000;

/// The most octets that a decoder may use.
const MAX_ALLOC: u64 = 600_000_000;

/// Gives the page of a picture.
pub(crate) fn draw(
    octets: &[u8],
    kind: Kind,
    options: &Options,
    pages: &mut dyn Pages,
) -> Result<u32, Error> {
    let format = match kind {
        Kind::Png => ImageFormat::Png,
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Gif => ImageFormat::Gif,
        Kind::Bmp => ImageFormat::Bmp,
        Kind::WebP => ImageFormat::WebP,
        other => return Err(Error::Unsupported(other.words().to_owned())),
    };
    let name = kind.words().trim_start_matches("a ");
    if kind == Kind::Jpeg && !jpeg_is_whole(octets) {
        return Err(Error::Unreadable(format!("the {name} ends in the middle of its data")));
    }
    let sheet = sheet(octets, format).map_err(|error| refusal(error, name))?;
    pages.page(sheet.page(1, options)?)?;
    Ok(1)
}

fn sheet(octets: &[u8], format: ImageFormat) -> Result<Sheet, Refused> {
    let mut reader = ImageReader::with_format(Cursor::new(octets), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS || decoder.total_bytes() > MAX_OCTETS {
        return Err(Refused::TooLarge(width, height));
    }
    let orientation = decoder.orientation().map_or(1, image::metadata::Orientation::to_exif);
    let exif = decoder.exif_metadata().ok().flatten();
    let density = match format {
        ImageFormat::Png => Density::of_png(octets),
        ImageFormat::Jpeg => Density::of_jfif(octets),
        ImageFormat::Bmp => Density::of_bmp(octets),
        _ => None,
    };
    let density = match density {
        Some(Density::Dpi(..)) => density,
        other => exif.as_deref().and_then(Density::of_exif).or(other),
    };
    let picture = grey(DynamicImage::from_decoder(decoder)?);
    Ok(Sheet { picture, orientation, density })
}

/// Whether a JPEG has its end: a decoder fills what is missing with grey. What comes behind it does not
/// matter: some cameras append a film, or a second picture. ITU-T T.81 B.1.1
pub(crate) fn jpeg_is_whole(octets: &[u8]) -> bool {
    let mut rest = octets;
    let mut scans = false;
    loop {
        // A marker cannot occur in coded data, but in the segments that have a length.
        rest = match rest {
            [0xff, 0xd9, ..] if scans => return true,
            [0xff, 0x01 | 0xd0..=0xd9, rest @ ..] => rest,
            [0xff, marker @ 0x02..=0xfe, high, low, ..] => {
                scans |= *marker == 0xda;
                let len = 2 + usize::from(u16::from_be_bytes([*high, *low]));
                rest.get(len..).unwrap_or_default()
            }
            [_, rest @ ..] => rest,
            [] => return false,
        };
    }
}

/// A picture on white paper.
pub(crate) fn grey(image: DynamicImage) -> Picture {
    let (width, height) = (image.width(), image.height());
    let grey = match image {
        DynamicImage::ImageLuma8(image) => image.into_raw(),
        DynamicImage::ImageLumaA8(image) => {
            image.pixels().map(|pixel| on_white(pixel.0[0], pixel.0[1])).collect()
        }
        DynamicImage::ImageRgb8(image) => image.pixels().map(|pixel| luma(pixel.0)).collect(),
        DynamicImage::ImageLuma16(_) => image.into_luma8().into_raw(),
        other => {
            let image = other.into_rgba8();
            let one = |[r, g, b, a]: [u8; 4]| on_white(luma([r, g, b]), a);
            image.pixels().map(|pixel| one(pixel.0)).collect()
        }
    };
    let bilevel = black_or_white(&grey);
    Picture { width, height, grey, alpha: Vec::new(), bilevel }
}

/// How bright a colour looks, by BT.601.
pub(crate) fn luma([r, g, b]: [u8; 3]) -> u8 {
    let sum = 77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b);
    u8::try_from((sum + 128) >> 8).unwrap_or(255)
}

/// What is seen of a grey that covers white paper by so much.
pub(crate) fn on_white(grey: u8, alpha: u8) -> u8 {
    let (grey, alpha) = (u32::from(grey), u32::from(alpha));
    u8::try_from((grey * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(255)
}

/// Why a picture is not drawn.
#[derive(Debug)]
enum Refused {
    TooLarge(u32, u32),
    Image(ImageError),
}

impl From<ImageError> for Refused {
    fn from(error: ImageError) -> Self {
        Self::Image(error)
    }
}

fn refusal(refused: Refused, name: &str) -> Error {
    let error = match refused {
        Refused::TooLarge(width, height) => return too_large(1, width, height, MAX_PIXELS),
        Refused::Image(error) => error,
    };
    match error {
        ImageError::Limits(limit) if limit.kind() == LimitErrorKind::InsufficientMemory => {
            let why = format!("it needs more than {} MB to be decoded", MAX_ALLOC / 1_000_000);
            Error::TooLarge { page: 1, why }
        }
        ImageError::Limits(limit) => Error::TooLarge { page: 1, why: limit.to_string() },
        ImageError::Unsupported(error) => {
            Error::Unreadable(format!("the {name} is of a kind that is not read: {error}"))
        }
        error => Error::Unreadable(format!("the {name} is damaged: {error}")),
    }
}

/// Too many pixels.
pub(crate) fn too_large(page: u32, width: u32, height: u32, most: u64) -> Error {
    let most = most / 1_000_000;
    let why = format!("{width} x {height} pixels are more than {most} million");
    Error::TooLarge { page, why }
}
