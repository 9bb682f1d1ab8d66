//! Raster files of one picture: how they lie, how large they are, and what is refused.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

use std::io::Cursor;
use std::sync::Arc;

use image::{ColorType, DynamicImage, ImageFormat, Luma, LumaA, Rgb};
use render::{BuiltInOnly, Error, Fonts, Options, Pages};
use t4::{Bitmap, Page, Resolution};

#[derive(Default)]
struct Drawn(Vec<Page>);

impl Pages for Drawn {
    fn page(&mut self, page: Page) -> Result<(), Error> {
        self.0.push(page);
        Ok(())
    }
}

fn draw(octets: &[u8]) -> Result<Bitmap, Error> {
    let options = Options { resolution: Resolution::Fine, max_pages: 1, password: String::new() };
    let fonts: Arc<dyn Fonts> = Arc::new(BuiltInOnly);
    let mut drawn = Drawn::default();
    render::document(octets, &options, &fonts, &mut drawn)?;
    Ok(drawn.0[0].to_bitmap().unwrap())
}

fn encode(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Vec::new();
    image.write_to(&mut Cursor::new(&mut out), format).unwrap();
    out
}

/// An F, 64 by 96 pixels, in squares of 8: JPEG keeps them as they are.
fn letter(x: u32, y: u32) -> bool {
    let (x, y) = (x / 8, y / 8);
    (1..3).contains(&x) && (1..11).contains(&y) || (1..7).contains(&x) && matches!(y, 1 | 2 | 5)
}

fn grey() -> DynamicImage {
    image::GrayImage::from_fn(64, 96, |x, y| Luma([if letter(x, y) { 0 } else { 255 }])).into()
}

fn black(page: &Bitmap) -> u32 {
    page.as_packed().iter().map(|octet| octet.count_ones()).sum()
}

/// Pels that are different, in thousandths of those that are black.
fn apart(one: &Bitmap, other: &Bitmap) -> u32 {
    assert_eq!((one.width(), one.rows()), (other.width(), other.rows()));
    let pels = one.as_packed().iter().zip(other.as_packed());
    pels.map(|(a, b)| (a ^ b).count_ones()).sum::<u32>() * 1000 / black(other)
}

#[test]
fn every_format_makes_the_same_page() {
    let page = draw(&encode(&grey(), ImageFormat::Png)).unwrap();
    assert!(black(&page) > 5000);
    let colour = DynamicImage::from(grey().to_rgb8());
    for (image, format) in [
        (grey(), ImageFormat::Jpeg),
        (colour.clone(), ImageFormat::Jpeg),
        (colour.clone(), ImageFormat::Gif),
        (colour.clone(), ImageFormat::Bmp),
        (colour.clone(), ImageFormat::WebP),
        (colour, ImageFormat::Png),
        (grey().to_luma16().into(), ImageFormat::Png),
        (grey().to_rgba16().into(), ImageFormat::Png),
    ] {
        let other = draw(&encode(&image, format)).unwrap();
        assert!(apart(&other, &page) < 20, "{format:?} {:?}", image.color());
    }
}

#[test]
fn what_shows_through_is_white_paper() {
    let ghost = image::GrayAlphaImage::from_fn(64, 96, |x, y| {
        LumaA([0, if letter(x, y) { 255 } else { 0 }])
    });
    let page = draw(&encode(&grey(), ImageFormat::Png)).unwrap();
    assert_eq!(draw(&encode(&ghost.into(), ImageFormat::Png)).unwrap(), page);
}

/// A JPEG with an EXIF segment that holds one number.
fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);
    let len = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &len, &exif, &jpeg[2..]].concat()
}

#[test]
fn photographs_are_set_upright() {
    let upright = draw(&encode(&grey(), ImageFormat::Jpeg)).unwrap();
    for orientation in 1..=8 {
        // The camera was held so that the opposite turn sets it right.
        let held = match orientation {
            2 => grey().fliph(),
            3 => grey().rotate180(),
            4 => grey().flipv(),
            5 => grey().rotate90().fliph(),
            6 => grey().rotate270(),
            7 => grey().rotate270().fliph(),
            8 => grey().rotate90(),
            _ => grey(),
        };
        let file = with_exif(&encode(&held, ImageFormat::Jpeg), orientation);
        let page = draw(&file).unwrap();
        assert!(apart(&page, &upright) < 20, "{orientation}: {}", apart(&page, &upright));
    }
}

#[test]
fn large_pictures_are_fitted_and_small_ones_keep_their_size() {
    let rows = |width, height| {
        let image = DynamicImage::new(width, height, ColorType::L8);
        draw(&encode(&image, ImageFormat::Png)).unwrap().rows()
    };
    // 96 to the inch; the width of A4; its height; the height again, turned; a roll as wide as A4.
    assert_eq!((rows(96, 96), rows(3000, 3000)), (196, 1617));
    assert_eq!((rows(3000, 4500), rows(4500, 3000), rows(1000, 3000)), (2287, 2287, 4851));
}

/// A PNG that says how many of its pixels are a metre, across and down.
fn with_density(png: &[u8], across: u32, down: u32) -> Vec<u8> {
    let mut chunk = b"pHYs".to_vec();
    chunk.extend([across.to_be_bytes(), down.to_be_bytes()].concat());
    chunk.push(1);
    let mut crc = flate2::Crc::new();
    crc.update(&chunk);
    let chunk = [&9_u32.to_be_bytes()[..], &chunk, &crc.sum().to_be_bytes()].concat();
    [&png[..33], &chunk, &png[33..]].concat()
}

/// Black and white that changes with every pel.
fn specks(width: u32, height: u32) -> DynamicImage {
    let pel = |x: u32, y: u32| (x ^ y.wrapping_mul(0x9e37_79b9) >> 7).count_ones() % 2;
    image::GrayImage::from_fn(width, height, |x, y| Luma([if pel(x, y) == 1 { 0 } else { 255 }]))
        .into()
}

#[test]
fn a_fax_page_in_a_picture_comes_back_pel_for_pel() {
    let image = specks(1728, 400);
    let png = encode(&image, ImageFormat::Png);
    // As it stands there, and with the pels of standard, fine and superfine.
    for file in [png.clone()]
        .into_iter()
        .chain([3850, 7700, 15_400].map(|rows| with_density(&png, 8037, rows)))
    {
        let page = draw(&file).unwrap();
        assert_eq!((page.width(), page.rows()), (1728, 400));
        let wanted = image.as_luma8().unwrap();
        assert!(wanted.enumerate_pixels().all(|(x, y, pixel)| page.pel(x, y) == (pixel.0[0] == 0)));
    }
}

#[test]
fn a_scan_that_lies_across_is_turned_at_every_density() {
    let page = |across, down, per_metre| {
        let png = encode(&specks(across, down), ImageFormat::Png);
        let page = draw(&with_density(&png, per_metre, per_metre)).unwrap();
        (page.width(), page.rows())
    };
    // A4 at 200 and at 300 to the inch.
    assert_eq!((page(2338, 1654, 7874), page(3508, 2480, 11_811)), ((1728, 2286), (1728, 2287)));
    // Half a page is not turned, nor is what is as wide as a fax page.
    assert_eq!((page(1654, 1000, 7874), page(2432, 1654, 7874)), ((1728, 1000), (2432, 1654)));
}

#[test]
fn a_film_behind_a_photograph_does_not_matter() {
    let jpeg = encode(&grey(), ImageFormat::Jpeg);
    let page = draw(&jpeg).unwrap();
    for behind in [&b"\0\0\0\x18ftypmp42 \xff\xda \xff\xd8"[..], &jpeg[..jpeg.len() - 20]] {
        assert_eq!(draw(&[&jpeg, behind].concat()).unwrap(), page);
    }
    // The end of a picture inside of a header is not its own.
    let inside = [&jpeg[..2], b"\xff\xe2\0\x06\xff\xda\xff\xd9", &jpeg[2..]].concat();
    assert_eq!(draw(&inside).unwrap(), page);
    refused(&inside[..inside.len() - 20], "the JPEG image ends in the middle of its data");
}

#[test]
fn the_density_of_a_file_counts() {
    let file = with_density(&encode(&grey(), ImageFormat::Png), 11_811, 11_811);
    // 96 rows at 300 to the inch: 8.1 mm.
    assert_eq!(draw(&file).unwrap().rows(), 63);
    let mut jpeg = encode(&grey(), ImageFormat::Jpeg);
    assert_eq!(&jpeg[6..11], b"JFIF\0");
    jpeg[13..18].copy_from_slice(&[2, 0, 118, 0, 118]);
    assert_eq!(draw(&jpeg).unwrap().rows(), 63);
}

#[track_caller]
fn refused(octets: &[u8], expected: &str) {
    let error = draw(octets).expect_err("it cannot be drawn").to_string();
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn what_is_too_large_or_damaged_is_named() {
    let jpeg = encode(&grey(), ImageFormat::Jpeg);
    refused(&jpeg[..jpeg.len() - 20], "the JPEG image ends in the middle of its data");
    let png = encode(&grey(), ImageFormat::Png);
    refused(&png[..png.len() / 2], "the PNG image is damaged");
    let mut large = png;
    large[16..24].copy_from_slice(&[0, 0, 0x80, 0, 0, 0, 0x80, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(&large[12..29]);
    large[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    refused(&large, "page 1: 32768 x 32768 pixels are more than 120 million");
    refused(b"GIF89a", "the GIF image is damaged");
    refused(b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "the BMP image is damaged");
}

#[test]
fn a_page_in_a_picture_is_cut_out_and_its_photograph_is_not() {
    // Uneven light from left to right, lines of "text", a photograph below.
    let image = image::RgbImage::from_fn(1240, 1754, |x, y| {
        let light = 250 - x / 12;
        let text = (100..1100).contains(&x) && (100..900).contains(&y);
        let ink = text && y % 30 < 8 && x % 24 < 9;
        let photo = (300..900).contains(&x) && (1100..1500).contains(&y);
        let shade = if ink {
            light / 5
        } else if photo {
            (60 + (x - 300) / 6 + (y - 1100) / 8) * light / 256
        } else {
            light
        };
        Rgb([u8::try_from(shade).unwrap(); 3])
    });
    let page = draw(&encode(&image.into(), ImageFormat::Png)).unwrap();
    let across = |pixels: u32| pixels * 1728 / 1240;
    let along = |pixels: u32| pixels * 2287 / 1754;
    let share = |left: u32, top: u32, wide: u32, high: u32| {
        let pels = (0..along(high)).flat_map(|y| (0..across(wide)).map(move |x| (x, y)));
        let black = pels.filter(|(x, y)| page.pel(across(left) + x, along(top) + y)).count();
        black * 100 / (across(wide) * along(high)) as usize
    };
    assert_eq!(share(1110, 20, 120, 1700), 0, "the dark side of the paper is white");
    assert_eq!(share(20, 950, 1200, 100), 0, "paper");
    assert!((8..14).contains(&share(120, 120, 900, 700)), "text: {}", share(120, 120, 900, 700));
    let dots = share(350, 1150, 500, 300);
    assert!((40..75).contains(&dots), "photograph: {dots}");
}
