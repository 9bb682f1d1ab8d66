//! Hostile pictures.

use super::file::deflated;
use super::{End, Hostile, TOO_MUCH_OUTPUT};

pub(crate) fn all() -> Vec<Hostile> {
    use End::Says;
    let too_large = Says("document: page 1: ");
    vec![
        Hostile::new("a PNG a million pixels wide", png(1_000_000, 1_000_000), too_large),
        Hostile::new("a TIFF a million pixels wide", tiff(1_000_000, 1_000_000, 0), too_large),
        Hostile::new(
            "a TIFF with its directories in a loop",
            tiff(1728, 100, 8),
            Says("document: "),
        ),
        Hostile::new("a GIF on a canvas of 65 535 by 65 535", gif(), too_large),
        Hostile::new(
            "a BMP of 2 147 483 647 by 1",
            bmp(),
            Says("document: the BMP image is damaged"),
        ),
        Hostile::new("a PNG cut off", png(1000, 1000), Says("document: ")),
        Hostile::new("noise that does not shrink", noise(), Says(TOO_MUCH_OUTPUT)),
    ]
}

/// Its first rows are there, the others are not.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    chunk(&mut out, b"IHDR", &head);
    chunk(&mut out, b"IDAT", &deflated(&vec![0; 4096]));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    out.extend(u32::try_from(data.len()).expect("small").to_be_bytes());
    let named = [&name[..], data].concat();
    let mut sum = flate2::Crc::new();
    sum.update(&named);
    out.extend(&named);
    out.extend(sum.sum().to_be_bytes());
}

/// Grey, without compression; `next` is where the next directory is.
fn tiff(width: u32, height: u32, next: u32) -> Vec<u8> {
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    let entries = [
        (256_u16, width),
        (257, height),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 200),
        (277, 1),
        (278, height),
        (279, width.wrapping_mul(height)),
    ];
    out.extend(u16::try_from(entries.len()).expect("few").to_le_bytes());
    for (tag, value) in entries {
        out.extend(tag.to_le_bytes());
        out.extend([4, 0, 1, 0, 0, 0]);
        out.extend(value.to_le_bytes());
    }
    out.extend(next.to_le_bytes());
    out.resize(200 + 1728 * 100, 0x80);
    out
}

fn gif() -> Vec<u8> {
    let mut out = b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    out.extend(b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0;");
    out
}

fn bmp() -> Vec<u8> {
    let mut out = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    out.extend(i32::MAX.to_le_bytes());
    out.extend(1_i32.to_le_bytes());
    out.extend([1, 0, 24, 0]);
    out.extend([0; 24]);
    out.resize(4096, 0x55);
    out
}

/// One PNG of black and white specks, a pel each.
fn noise() -> Vec<u8> {
    let (width, height) = (1728_u32, 4000_u32);
    let mut state = 7_u64;
    let mut rows = Vec::new();
    for _ in 0..height {
        // Each row begins with its filter: none.
        rows.push(0);
        rows.extend((0..width / 8).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        }));
    }
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
    chunk(&mut out, b"IHDR", &head);
    chunk(&mut out, b"pHYs", &[0, 0, 31, 96, 0, 0, 31, 96, 1]);
    chunk(&mut out, b"IDAT", &deflated(&rows));
    chunk(&mut out, b"IEND", &[]);
    out
}
