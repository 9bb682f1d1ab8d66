//! One picture in every layout of TIFF: the same page comes out.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

use std::io::Write;
use std::sync::Arc;

use render::{BuiltInOnly, Error, Fonts, Options, Pages};
use t4::{Coding, Encoder, Framing, Page, Resolution};

const WIDTH: u32 = 90;
const HEIGHT: u32 = 70;

#[derive(Default)]
struct Drawn(Vec<Page>);

impl Pages for Drawn {
    fn page(&mut self, page: Page) -> Result<(), Error> {
        self.0.push(page);
        Ok(())
    }
}

fn draw(octets: &[u8]) -> Result<Vec<Page>, Error> {
    let options = Options { resolution: Resolution::Fine, max_pages: 3, password: String::new() };
    let fonts: Arc<dyn Fonts> = Arc::new(BuiltInOnly);
    let mut drawn = Drawn::default();
    render::document(octets, &options, &fonts, &mut drawn).map(|_| drawn.0)
}

/// Whether there is ink: an F in a frame, which looks different from every side.
fn ink(x: u32, y: u32) -> bool {
    let frame = x < 3 || y < 3 || x >= WIDTH - 3 || y >= HEIGHT - 3;
    let stem = (20..28).contains(&x) && (12..60).contains(&y);
    let arms = (20..64).contains(&x) && (12..20).contains(&y)
        || (20..50).contains(&x) && (32..40).contains(&y);
    frame || stem || arms
}

/// A picture of a file: what its tags say, and its chunks.
#[derive(Clone)]
struct Made {
    tags: Vec<(u16, Vec<u64>)>,
    chunks: Vec<Vec<u8>>,
    big_endian: bool,
    wide: bool,
}

const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const FILL_ORDER: u16 = 266;
const ORIENTATION: u16 = 274;
const ROWS_PER_STRIP: u16 = 278;
const UNIT: u16 = 296;

impl Made {
    /// One strip of samples that `pixel` gives, of so many bits each.
    fn new(photometric: u64, bits: u32, pixel: impl Fn(bool) -> Vec<u32>) -> Self {
        let samples = pixel(true).len() as u64;
        let chunk = pack(0..WIDTH, 0..HEIGHT, bits, false, &pixel);
        let tags = vec![
            (256, vec![u64::from(WIDTH)]),
            (257, vec![u64::from(HEIGHT)]),
            (258, vec![u64::from(bits); samples as usize]),
            (PHOTOMETRIC, vec![photometric]),
            (277, vec![samples]),
        ];
        Self { tags, chunks: vec![chunk], big_endian: false, wide: false }
    }

    fn with(mut self, tag: u16, values: &[u64]) -> Self {
        self.tags.retain(|(there, _)| *there != tag);
        self.tags.push((tag, values.to_vec()));
        self
    }

    fn packed(self, compression: u64, pack: impl Fn(&[u8]) -> Vec<u8>) -> Self {
        let mut made = self.with(COMPRESSION, &[compression]);
        made.chunks = made.chunks.iter().map(|chunk| pack(chunk)).collect();
        made
    }

    fn file(&self) -> Vec<u8> {
        file(std::slice::from_ref(self))
    }
}

/// A file of pictures; those after the first have its order of octets.
fn file(pages: &[Made]) -> Vec<u8> {
    let (big_endian, wide) = (pages[0].big_endian, pages[0].wide);
    let number = |value: u64, len: usize| {
        if big_endian {
            value.to_be_bytes()[8 - len..].to_vec()
        } else {
            value.to_le_bytes()[..len].to_vec()
        }
    };
    let word = if wide { 8 } else { 4 };
    let mut out = if big_endian { b"MM".to_vec() } else { b"II".to_vec() };
    out.extend(if wide {
        [number(43, 2), number(8, 2), number(0, 2)].concat()
    } else {
        number(42, 2)
    });
    let mut link = out.len();
    out.extend(number(0, word));
    for page in pages {
        let mut offsets = Vec::new();
        for chunk in &page.chunks {
            offsets.push(out.len() as u64);
            out.extend(chunk);
        }
        let lens = page.chunks.iter().map(|chunk| chunk.len() as u64).collect();
        let tiles = page.tags.iter().any(|(tag, _)| *tag == 322);
        let mut tags = page.tags.clone();
        tags.push((if tiles { 324 } else { 273 }, offsets));
        tags.push((if tiles { 325 } else { 279 }, lens));
        tags.sort();
        let mut entries = Vec::new();
        for (tag, values) in tags {
            // Resolutions are fractions; everything else is a LONG, or octets.
            let (kind, count, value) = match tag {
                282 | 283 => (5, 1, [number(values[0], 4), number(values[1], 4)].concat()),
                347 => (7, values.len(), values.iter().map(|value| *value as u8).collect()),
                _ => (4, values.len(), values.iter().flat_map(|value| number(*value, 4)).collect()),
            };
            entries.extend(
                [number(u64::from(tag), 2), number(kind, 2), number(count as u64, word)].concat(),
            );
            let mut field = value;
            if field.len() > word {
                let at = out.len() as u64;
                out.extend(field);
                field = number(at, word);
            }
            field.resize(word, 0);
            entries.extend(field);
        }
        let at = out.len() as u64;
        let count = entries.len() / if wide { 20 } else { 12 };
        out.splice(link..link + word, number(at, word));
        out.extend(number(count as u64, if wide { 8 } else { 2 }));
        out.extend(entries);
        link = out.len();
        out.extend(number(0, word));
    }
    out
}

/// Samples of a part of the picture, rows on octet borders; white behind its edges.
fn pack(
    columns: std::ops::Range<u32>,
    rows: std::ops::Range<u32>,
    bits: u32,
    big_endian: bool,
    pixel: &impl Fn(bool) -> Vec<u32>,
) -> Vec<u8> {
    let mut out = Vec::new();
    for y in rows {
        let (mut held, mut count) = (0_u64, 0);
        for x in columns.clone() {
            for sample in pixel(x < WIDTH && y < HEIGHT && ink(x, y)) {
                if bits == 16 && !big_endian {
                    out.extend(u16::try_from(sample).unwrap().to_le_bytes());
                    continue;
                }
                held = held << bits | u64::from(sample);
                count += bits;
                while count >= 8 {
                    count -= 8;
                    out.push((held >> count) as u8);
                    held &= (1 << count) - 1;
                }
            }
        }
        if count > 0 {
            out.push((held << (8 - count)) as u8);
        }
    }
    out
}

fn light(ink: bool) -> Vec<u32> {
    vec![if ink { 0 } else { 255 }]
}

fn bit(ink: bool) -> Vec<u32> {
    vec![u32::from(ink)]
}

fn plain() -> Made {
    Made::new(1, 8, light)
}

fn bilevel() -> Made {
    Made::new(0, 1, bit)
}

fn lzw(data: &[u8]) -> Vec<u8> {
    weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8).encode(data).unwrap()
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(data).unwrap();
    out.finish().unwrap()
}

/// Every row by itself: runs of up to 128, and the rest as it is.
fn pack_bits(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in data.chunks(100) {
        if part.iter().all(|octet| *octet == part[0]) && part.len() > 1 {
            out.extend([(257 - part.len()) as u8, part[0]]);
        } else {
            out.push((part.len() - 1) as u8);
            out.extend(part);
        }
    }
    out
}

fn fax(coding: Coding, framing: Framing) -> impl Fn(&[u8]) -> Vec<u8> {
    move |data| {
        let mut encoder = Encoder::new(coding, WIDTH).unwrap().framing(framing);
        data.chunks(WIDTH.div_ceil(8) as usize).for_each(|row| encoder.push_row(row));
        encoder.finish()
    }
}

#[track_caller]
fn check(made: &Made, as_drawn: &Made) {
    let pages = draw(&made.file()).unwrap();
    let expected = draw(&as_drawn.file()).unwrap();
    assert_eq!(pages.len(), 1);
    let (got, wanted) = (pages[0].to_bitmap().unwrap(), expected[0].to_bitmap().unwrap());
    let size = |page: &t4::Bitmap| (page.width(), page.rows());
    assert_eq!(size(&got), size(&wanted));
    let black =
        |page: &t4::Bitmap| page.as_packed().iter().map(|octet| octet.count_ones()).sum::<u32>();
    let apart: u32 =
        got.as_packed().iter().zip(wanted.as_packed()).map(|(a, b)| (a ^ b).count_ones()).sum();
    assert!(black(&wanted) > 500 && apart == 0, "{apart} pels of {} are different", black(&wanted));
}

#[test]
fn numbers_of_every_size_and_order() {
    for bits in [2, 4, 8, 12, 16] {
        let most = (1 << bits) - 1;
        let made = Made::new(1, bits, |ink| vec![if ink { 0 } else { most }]);
        check(&made, &plain());
        let made = Made::new(0, bits, |ink| vec![if ink { most } else { 0 }]);
        check(&made, &plain());
    }
    let big = |bits| {
        let chunk = pack(0..WIDTH, 0..HEIGHT, bits, true, &|ink| {
            vec![if ink { 0 } else { (1 << bits) - 1 }]
        });
        Made { chunks: vec![chunk], big_endian: true, ..Made::new(1, bits, |_| vec![0]) }
    };
    check(&big(8), &plain());
    check(&big(16), &plain());
    check(&Made { wide: true, ..plain() }, &plain());
    check(&Made { wide: true, ..big(16) }, &plain());
    check(&Made::new(1, 1, |ink| vec![u32::from(!ink)]), &bilevel());
}

#[test]
fn colours_of_every_kind() {
    check(&Made::new(2, 8, |ink| vec![if ink { 0 } else { 255 }; 3]), &plain());
    check(&Made::new(2, 16, |ink| vec![if ink { 0 } else { 65535 }; 3]), &plain());
    check(&Made::new(5, 8, |ink| vec![0, 0, 0, if ink { 255 } else { 0 }]), &plain());
    let palette = |bits: u32| {
        let colours = 1_usize << bits;
        let mut map = vec![65535; 3 * colours];
        for at in [1, 1 + colours, 1 + 2 * colours] {
            map[at] = 0;
        }
        Made::new(3, bits, bit).with(320, &map)
    };
    for bits in [1, 4, 8] {
        check(&palette(bits), &plain());
    }
    // 0 is a dark blue and 1 a light grey.
    let turned = Made::new(3, 1, |ink| vec![u32::from(!ink)]);
    check(&turned.with(320, &[0, 60_000, 0, 60_000, 30_000, 60_000]), &bilevel());
    // What shows through is white: colours as they are, and multiplied already.
    let made = Made::new(2, 8, |ink| vec![0, 0, 0, if ink { 255 } else { 0 }]);
    check(&made.clone().with(338, &[2]), &plain());
    check(&made.with(338, &[1]), &plain());
    let units =
        pack(0..WIDTH, 0..HEIGHT, 8, false, &|ink| vec![if ink { 0 } else { 255 }, 128, 128]);
    let made = Made::new(6, 8, |_| vec![0; 3]).with(530, &[1, 1]);
    check(&Made { chunks: vec![units], ..made }, &plain());
}

#[test]
fn strips_tiles_and_planes() {
    let part = |columns, rows| pack(columns, rows, 8, false, &light);
    let strips = (0..7).map(|strip| part(0..WIDTH, strip * 10..(strip + 1) * 10)).collect();
    check(&Made { chunks: strips, ..plain().with(ROWS_PER_STRIP, &[10]) }, &plain());
    let mut tiles = Vec::new();
    for (x, y) in [(0, 0), (48, 0), (0, 32), (48, 32), (0, 64), (48, 64)] {
        tiles.push(part(x..x + 48, y..y + 32));
    }
    let tiled = Made { chunks: tiles, ..plain().with(322, &[48]).with(323, &[32]) };
    check(&tiled, &plain());
    check(&tiled.clone().packed(5, lzw), &plain());
    let plane = part(0..WIDTH, 0..HEIGHT);
    let made = Made::new(2, 8, |_| vec![0; 3]).with(284, &[2]);
    check(&Made { chunks: vec![plane; 3], ..made }, &plain());
    let bits = |x: u32, y: u32| pack(x..x + 48, y..y + 32, 1, false, &bit);
    let tiles = [(0, 0), (48, 0), (0, 32), (48, 32), (0, 64), (48, 64)].map(|(x, y)| bits(x, y));
    check(
        &Made { chunks: tiles.to_vec(), ..bilevel().with(322, &[48]).with(323, &[32]) },
        &bilevel(),
    );
}

#[test]
fn every_compression() {
    for made in [plain(), bilevel()] {
        check(&made.clone().packed(5, lzw), &made);
        check(&made.clone().packed(8, deflate), &made);
        check(&made.clone().packed(32946, deflate), &made);
        check(&made.clone().packed(32773, pack_bits), &made);
    }
    check(&bilevel().packed(2, fax(Coding::Mh, Framing::AlignedRow)), &bilevel());
    check(&bilevel().packed(3, fax(Coding::Mh, Framing::Wire)), &bilevel());
    check(
        &bilevel().packed(3, fax(Coding::Mr { k: 4 }, Framing::Wire)).with(292, &[1]),
        &bilevel(),
    );
    check(&bilevel().packed(4, fax(Coding::Mmr, Framing::Wire)), &bilevel());
    let turned = |data: &[u8]| data.iter().map(|octet| octet.reverse_bits()).collect();
    check(&bilevel().packed(1, turned).with(FILL_ORDER, &[2]), &bilevel());
    let differences = |data: &[u8]| {
        let row = |row: &[u8]| {
            let before = std::iter::once(&0).chain(row);
            row.iter()
                .zip(before)
                .map(|(here, before)| here.wrapping_sub(*before))
                .collect::<Vec<u8>>()
        };
        lzw(&data.chunks(WIDTH as usize).flat_map(row).collect::<Vec<u8>>())
    };
    check(&plain().packed(5, differences).with(317, &[2]), &plain());
    // Other codings have no differences, whatever a file says.
    check(&plain().packed(32773, pack_bits).with(317, &[2]), &plain());
    check(&bilevel().packed(1, <[u8]>::to_vec).with(317, &[2]), &bilevel());
}

#[test]
fn jpeg_inside() {
    let jpeg = |data: &[u8]| {
        let mut out = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 100)
            .encode(data, WIDTH, HEIGHT, image::ExtendedColorType::L8)
            .unwrap();
        out
    };
    let page = |made: &Made| draw(&made.file()).unwrap().remove(0).to_bitmap().unwrap();
    let (got, wanted) = (page(&plain().packed(7, jpeg)), page(&plain()));
    let pels = got.as_packed().iter().zip(wanted.as_packed());
    let apart: u32 = pels.map(|(a, b)| (a ^ b).count_ones()).sum();
    let black: u32 = wanted.as_packed().iter().map(|octet| octet.count_ones()).sum();
    assert!(apart * 50 < black, "{apart} pels of {black} are different");
    let inks = Made::new(5, 8, |_| vec![0; 4]).packed(7, |_| jpeg(&plain().chunks[0]));
    refused(&inks.file(), "page 1: strip or tile 1: JPEG data in CMYK is not read; save it in RGB");
}

#[test]
fn the_eight_orientations() {
    let page = |made: &Made| draw(&made.file()).unwrap().remove(0).to_bitmap().unwrap();
    let upright = page(&bilevel().with(UNIT, &[1]));
    for orientation in 1..=8 {
        let (width, height) = if orientation < 5 { (WIDTH, HEIGHT) } else { (HEIGHT, WIDTH) };
        // Stored so that the tag sets it right.
        let mut rows = vec![vec![0_u8; width.div_ceil(8) as usize]; height as usize];
        for y in 0..height {
            for x in 0..width {
                // Where the pixel that is stored here is seen.
                let (u, v) = match orientation {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (height - 1 - y, x),
                    7 => (height - 1 - y, width - 1 - x),
                    8 => (y, width - 1 - x),
                    _ => (x, y),
                };
                if ink(u, v) {
                    rows[y as usize][x as usize / 8] |= 0x80 >> (x % 8);
                }
            }
        }
        let mut made = bilevel()
            .with(256, &[u64::from(width)])
            .with(257, &[u64::from(height)])
            .with(ORIENTATION, &[orientation])
            .with(UNIT, &[1]);
        made.chunks = vec![rows.concat()];
        assert_eq!(page(&made), upright, "{orientation}");
    }
}

#[test]
fn pages_go_their_own_ways() {
    let fax = {
        let mut bitmap = t4::Bitmap::new(1728, 30).unwrap();
        bitmap.set(7, 5, true);
        Page::from_bitmap(&bitmap, Resolution::Standard)
    };
    let strip = Made {
        tags: vec![
            (256, vec![1728]),
            (257, vec![30]),
            (COMPRESSION, vec![4]),
            (PHOTOMETRIC, vec![0]),
            (282, vec![204, 1]),
            (283, vec![98, 1]),
        ],
        chunks: vec![fax.mmr.clone()],
        ..bilevel()
    };
    let scan = bilevel().with(282, &[300, 1]).with(283, &[300, 1]);
    let lying = |width| {
        let page = Page::from_bitmap(&t4::Bitmap::new(width, 1654).unwrap(), Resolution::Fine);
        let made = strip.clone().with(256, &[u64::from(width)]).with(257, &[1654]);
        let made =
            Made { chunks: vec![page.mmr], ..made.with(282, &[200, 1]).with(283, &[200, 1]) };
        let page = draw(&made.file()).unwrap().remove(0);
        (page.width, page.rows)
    };
    assert_eq!((lying(2338), lying(2432)), ((1728, 2286), (2432, 1654)));
    let pages = draw(&file(&[strip, plain(), scan])).unwrap();
    assert_eq!(pages[0], fax, "octet for octet, and coarser than asked for");
    let (grey, scan) = (&pages[1], &pages[2]);
    assert_eq!((grey.width, grey.resolution), (1728, Resolution::Fine));
    // 70 rows at 96 and at 300 to the inch, 7.7 lines a millimetre.
    assert_eq!((grey.rows, scan.rows), (143, 46));
}

#[test]
fn a_white_tail_beyond_a_sheet_is_cut_off() {
    let rows = |black_row: u32| {
        let mut bitmap = t4::Bitmap::new(1728, 4000).unwrap();
        bitmap.set(7, black_row, true);
        let page = Page::from_bitmap(&bitmap, Resolution::Fine);
        let mut file = t4::tiff::Writer::new();
        file.push(&page).unwrap();
        let drawn = draw(&file.finish()).unwrap().remove(0);
        assert!(drawn.to_bitmap().unwrap().pel(7, black_row));
        drawn.rows
    };
    assert_eq!((rows(5), rows(2999), rows(3999)), (2287, 3000, 4000));
}

#[test]
fn sizes_on_paper() {
    let rows = |unit, dpi: u64| {
        let made = bilevel().with(282, &[dpi, 1]).with(283, &[dpi, 1]).with(UNIT, &[unit]);
        draw(&made.file()).unwrap()[0].rows
    };
    // 70 rows of 25.4 mm / 150, of 10 mm / 59, and of an unknown size: 96 to the inch.
    assert_eq!((rows(2, 150), rows(3, 59), rows(1, 150)), (91, 91, 143));
}

#[track_caller]
fn refused(octets: &[u8], expected: &str) {
    let error = draw(octets).expect_err("it cannot be drawn").to_string();
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn what_is_too_large_or_damaged_is_named() {
    refused(
        &plain().with(256, &[10_000_000]).file(),
        "page 1: 10000000 x 70 pixels are more than 120",
    );
    refused(&bilevel().with(257, &[100_000_000]).file(), "page 1: 90 x 100000000 pixels are more");
    refused(&plain().with(322, &[100_000]).with(323, &[100_000]).file(), "page 1: 100000 x 100000");
    refused(
        &plain().with(COMPRESSION, &[34712]).file(),
        "page 1: strip or tile 1: compression 34712",
    );
    refused(&plain().with(PHOTOMETRIC, &[9]).file(), "page 1: what its samples mean");
    refused(&plain().with(258, &[64]).file(), "page 1: 1 samples of 64 bits are not read");
    let short = |data: &[u8]| lzw(&data[..100]);
    refused(&plain().packed(5, short).file(), "page 1: strip or tile 1: its data ends too early");
    refused(&file(&vec![plain(); 4]), "it has 4 pages; a job has at most 3");
    refused(b"II\x2a\0\0\0\0\0", "it has no pages");
    refused(b"II\x2a\0", "not a TIFF file");
}

#[test]
fn damage_anywhere_is_no_panic() {
    let files = [
        plain().packed(5, lzw).file(),
        bilevel().packed(3, fax(Coding::Mh, Framing::Wire)).file(),
        plain().packed(8, deflate).with(322, &[96]).with(323, &[80]).file(),
    ];
    for file in files {
        for at in (0..file.len()).rev().take(300).chain(0..40) {
            for flip in [0xff, 0x01, 0x80] {
                let mut damaged = file.clone();
                damaged[at] ^= flip;
                let _ = draw(&damaged);
            }
            let _ = draw(&file[..at]);
        }
    }
}
