//! Documents of pictures: scans in every coding of fax, photographs, stamps, masks.

use t4::{Bitmap, Page, Resolution};

use super::file::{File, deflated};
use super::words::{Random, paragraph};
use super::{A4, Made, Photo, letters};

/// Points of a page of 1728 pels and 2287 lines.
const OWN_PELS: (f64, f64) = (215.0 / 25.4 * 72.0, 2287.0 / 7.7 / 25.4 * 72.0);

pub(super) fn all() -> Vec<Made> {
    vec![
        Made::line("scan, CCITT, 200 dpi", scan(Coding::Ccitt, 1654, 2339)),
        Made::line("scan, JBIG2, 200 dpi", scan(Coding::Jbig2, 1654, 2339)),
        Made::line("scan, Flate, 300 dpi", scan(Coding::Flate, 2480, 3508)),
        Made::line("stencil mask", scan(Coding::Mask, 1240, 1754)),
        Made::line("scan at the fax's own pels", own_pels()).sized(OWN_PELS),
        Made::grey("photo, DCT, grey", photo(false)),
        Made::grey("photo, DCT, colour", photo(true)),
        Made::grey("photo and text", mixed()),
        Made::grey("palette of 16", palette()),
        Made::grey("picture with transparency", stamp()),
        Made::grey("16 bits and CMYK", deep()),
        Made::grey("small picture, much enlarged", enlarged()),
        Made::grey("turned picture", turned()),
        Made::grey("scan in grey", grey_scan()),
    ]
}

#[derive(Clone, Copy)]
enum Coding {
    Ccitt,
    Jbig2,
    Flate,
    Mask,
}

/// A page as a scanner sees it: lines of marks as high as letters, rules, a signature.
fn scanned(width: u32, height: u32) -> Bitmap {
    let mut page = Bitmap::new(width, height).expect("within the bounds");
    let mut random = Random(31);
    let unit = width / 200;
    for line in 6..50 {
        let top = line * height / 55;
        let mut x = width / 10;
        while x < width * 9 / 10 {
            let (wide, high) =
                (unit * 2 + u32::try_from(random.below(4)).expect("small"), unit * 4);
            mark(&mut page, (x, top), (wide, high), random.below(5));
            x += wide + unit + if random.below(6) == 0 { unit * 3 } else { 0 };
        }
    }
    for x in width / 10..width * 9 / 10 {
        let swing = (f64::from(x) / f64::from(unit) / 6.0).sin() * f64::from(unit) * 6.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "on the page")]
        let y = (f64::from(height) * 0.95 + swing) as u32;
        for dy in 0..unit / 2 {
            page.set(x, y + dy, true);
        }
    }
    page
}

/// Something like a letter: two stems and what joins them.
fn mark(page: &mut Bitmap, (left, top): (u32, u32), (wide, high): (u32, u32), form: usize) {
    let stem = (wide / 4).max(1);
    for y in 0..high {
        for x in 0..wide {
            let sides = x < stem || (x >= wide - stem && form != 1);
            let bar = match form {
                0 => y < stem,
                1 => y + stem >= high,
                2 => (y + stem / 2).abs_diff(high / 2) < stem,
                3 => y < stem || y + stem >= high,
                _ => (x * high).abs_diff(y * wide) < high * stem / 2,
            };
            if sides || bar {
                page.set(left + x, top + y, true);
            }
        }
    }
}

fn scan(coding: Coding, width: u32, height: u32) -> Vec<u8> {
    let bitmap = scanned(width, height);
    image_page(coding, &bitmap, A4)
}

/// A page of which each pixel is a pel of the fax at fine resolution.
fn own_pels() -> Vec<u8> {
    let bitmap = scanned(1728, 2287);
    image_page(Coding::Ccitt, &bitmap, OWN_PELS)
}

fn image_page(coding: Coding, bitmap: &Bitmap, size: (f64, f64)) -> Vec<u8> {
    let (width, height) = (bitmap.width(), bitmap.rows());
    let mut file = File::new();
    let common = format!(
        "/Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 1"
    );
    let white_is_zero: Vec<u8> = bitmap.as_packed().to_vec();
    let inverted: Vec<u8> = white_is_zero.iter().map(|octet| !octet).collect();
    let mmr = Page::from_bitmap(bitmap, Resolution::Fine).mmr;
    let image = match coding {
        Coding::Ccitt => file.stream(
            &format!("{common} /ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms <</K -1 /Columns {width} /Rows {height}>>"),
            &mmr,
        ),
        Coding::Jbig2 => file.stream(
            &format!("{common} /ColorSpace /DeviceGray /Filter /JBIG2Decode"),
            &jbig2(width, height, &mmr),
        ),
        Coding::Flate => file.flate(&format!("{common} /ColorSpace /DeviceGray"), &inverted),
        Coding::Mask => file.flate(&format!("{common} /ImageMask true /Decode [1 0]"), &white_is_zero),
    };
    file.page(
        size,
        &format!("/XObject <</I {image} 0 R>>"),
        &format!("0 g q {} 0 0 {} 0 0 cm /I Do Q", size.0, size.1),
    );
    file.finish()
}

/// A page of JBIG2 with one generic region, coded as MMR.
fn jbig2(width: u32, height: u32, mmr: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut segment = |number: u32, kind: u8, data: &[u8]| {
        out.extend(number.to_be_bytes());
        out.extend([kind, 0, 1]);
        out.extend(u32::try_from(data.len()).expect("small").to_be_bytes());
        out.extend(data);
    };
    let (w, h) = (width.to_be_bytes(), height.to_be_bytes());
    let page = [&w[..], &h, &[0; 8], &[0, 0, 0]].concat();
    segment(0, 48, &page);
    let region = [&w[..], &h, &[0; 8], &[0], &[1], mmr].concat();
    segment(1, 38, &region);
    segment(2, 49, &[]);
    out
}

fn jpeg(photo: &Photo, colour: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 85);
    let (width, height) = (photo.width, photo.height);
    if colour {
        encoder.encode(&photo.rgb, width, height, image::ExtendedColorType::Rgb8)
    } else {
        encoder.encode(&photo.grey(), width, height, image::ExtendedColorType::L8)
    }
    .expect("a picture");
    out
}

fn image(file: &mut File, photo: &Photo, dict: &str, data: &[u8]) -> usize {
    let (width, height) = (photo.width, photo.height);
    let common = format!("/Type /XObject /Subtype /Image /Width {width} /Height {height}");
    file.stream(&format!("{common} {dict}"), data)
}

fn dct(file: &mut File, photo: &Photo, colour: bool) -> usize {
    let space = if colour { "DeviceRGB" } else { "DeviceGray" };
    let dict = format!("/BitsPerComponent 8 /ColorSpace /{space} /Filter /DCTDecode");
    image(file, photo, &dict, &jpeg(photo, colour))
}

fn photo(colour: bool) -> Vec<u8> {
    let mut file = File::new();
    let image = dct(&mut file, &Photo::new(800, 600), colour);
    file.page(A4, &format!("/XObject <</I {image} 0 R>>"), "q 475 0 0 356 60 420 cm /I Do Q");
    file.finish()
}

fn mixed() -> Vec<u8> {
    let mut file = File::new();
    let font = letters(&mut file);
    let image = dct(&mut file, &Photo::new(900, 500), true);
    let mut content =
        "q 475 0 0 264 60 520 cm /I Do Q BT /F1 20 Tf 80 540 Td (Text on the picture) Tj ET\n"
            .to_owned();
    content += &paragraph(&mut Random(32), "F1", 10.0, (60.0, 490.0, 535.0, 60.0));
    file.page(A4, &format!("{font} /XObject <</I {image} 0 R>>"), &content);
    file.finish()
}

fn palette() -> Vec<u8> {
    let mut file = File::new();
    let photo = Photo::new(400, 300);
    let table: String =
        (0..16).map(|n| format!("{:02X}{:02X}{:02X}", n * 17, n * 17, 255 - n * 8)).collect();
    let pixels: Vec<u8> =
        photo.grey().chunks(2).map(|two| (two[0] & 0xf0) | (two[1] >> 4)).collect();
    let dict = format!(
        "/BitsPerComponent 4 /ColorSpace [/Indexed /DeviceRGB 15 <{table}>] /Filter /FlateDecode"
    );
    let image = image(&mut file, &photo, &dict, &deflated(&pixels));
    file.page(A4, &format!("/XObject <</I {image} 0 R>>"), "q 400 0 0 300 90 400 cm /I Do Q");
    file.finish()
}

/// A red ring with soft edges over text.
fn stamp() -> Vec<u8> {
    let mut file = File::new();
    let font = letters(&mut file);
    let (mut alpha, size) = (Vec::new(), 300_i32);
    for y in 0..size {
        for x in 0..size {
            let r = f64::from((x - 150).pow(2) + (y - 150).pow(2)).sqrt();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            alpha.push((255.0 - (r - 120.0).abs() * 16.0).clamp(0.0, 220.0) as u8);
        }
    }
    let ring = Photo { width: 300, height: 300, rgb: [220, 20, 30].repeat(90_000) };
    let mask = image(
        &mut file,
        &ring,
        "/BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode",
        &deflated(&alpha),
    );
    let dict = format!(
        "/BitsPerComponent 8 /ColorSpace /DeviceRGB /SMask {mask} 0 R /Filter /FlateDecode"
    );
    let image = image(&mut file, &ring, &dict, &deflated(&ring.rgb));
    let mut content = paragraph(&mut Random(33), "F1", 11.0, (60.0, 780.0, 535.0, 300.0));
    content += "q 170 40 -40 170 250 450 cm /I Do Q";
    file.page(A4, &format!("{font} /XObject <</I {image} 0 R>>"), &content);
    file.finish()
}

fn deep() -> Vec<u8> {
    let mut file = File::new();
    let photo = Photo::new(300, 225);
    let wide: Vec<u8> = photo.grey().into_iter().flat_map(|grey| [grey, 0x5a]).collect();
    let cmyk: Vec<u8> =
        photo.rgb.chunks(3).flat_map(|p| [255 - p[0], 255 - p[1], 255 - p[2], 0]).collect();
    let one = image(
        &mut file,
        &photo,
        "/BitsPerComponent 16 /ColorSpace /DeviceGray /Filter /FlateDecode",
        &deflated(&wide),
    );
    let two = image(
        &mut file,
        &photo,
        "/BitsPerComponent 8 /ColorSpace /DeviceCMYK /Filter /FlateDecode",
        &deflated(&cmyk),
    );
    file.page(
        A4,
        &format!("/XObject <</I {one} 0 R /J {two} 0 R>>"),
        "q 400 0 0 300 90 450 cm /I Do Q q 400 0 0 300 90 100 cm /J Do Q",
    );
    file.finish()
}

fn enlarged() -> Vec<u8> {
    let mut file = File::new();
    let photo = Photo::new(12, 9);
    let image = image(
        &mut file,
        &photo,
        "/BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode",
        &deflated(&photo.rgb),
    );
    file.page(A4, &format!("/XObject <</I {image} 0 R>>"), "q 480 0 0 360 60 400 cm /I Do Q");
    file.finish()
}

fn turned() -> Vec<u8> {
    let mut file = File::new();
    let image = dct(&mut file, &Photo::new(800, 600), true);
    file.page(A4, &format!("/XObject <</I {image} 0 R>>"), "q 320 185 -139 240 220 300 cm /I Do Q");
    file.finish()
}

/// A scan in shades of grey: a page of marks, blurred, on paper that is not quite white.
fn grey_scan() -> Vec<u8> {
    let mut file = File::new();
    let (width, height) = (1240_u32, 1754_u32);
    let bitmap = scanned(width, height);
    let mut random = Random(34);
    let mut grey = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let black = [(0, 0), (1, 0), (0, 1), (1, 1)]
                .iter()
                .filter(|(dx, dy)| x + dx < width && y + dy < height && bitmap.pel(x + dx, y + dy))
                .count();
            let paper = 238 + random.below(12);
            grey.push(u8::try_from(paper - black * 48).unwrap_or(0));
        }
    }
    let picture = Photo { width, height, rgb: Vec::new() };
    let image = image(
        &mut file,
        &picture,
        "/BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode",
        &deflated(&grey),
    );
    file.page(
        A4,
        &format!("/XObject <</I {image} 0 R>>"),
        &format!("q {} 0 0 {} 0 0 cm /I Do Q", A4.0, A4.1),
    );
    file.finish()
}
