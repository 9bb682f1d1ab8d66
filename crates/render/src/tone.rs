//! Grey to black and white.

use t4::{Page, Resolution};

use crate::canvas::Matter;

/// The page that becomes of a canvas.
pub(crate) fn page(
    width: u32,
    height: u32,
    grey: &[u8],
    matter: &[Matter],
    resolution: Resolution,
) -> Page {
    let stride = width.div_ceil(8) as usize;
    let mut packed = vec![0; stride * height as usize];
    let columns = width as usize;
    for (row, line) in packed.chunks_exact_mut(stride).enumerate() {
        let run = row * columns..(row + 1) * columns;
        for (column, (grey, matter)) in grey[run.clone()].iter().zip(&matter[run]).enumerate() {
            let black = match matter {
                Matter::Line | Matter::Area => *grey < 128,
                Matter::Picture => *grey < BAYER[row % 4][column % 4],
            };
            if black {
                line[column / 8] |= 0x80 >> (column % 8);
            }
        }
    }
    let bitmap = t4::Bitmap::from_packed(width, height, packed)
        .expect("a page has a size that can be coded");
    Page::from_bitmap(&bitmap, resolution)
}

const BAYER: [[u8; 4]; 4] =
    [[8, 136, 40, 168], [200, 72, 232, 104], [56, 184, 24, 152], [248, 120, 216, 88]];
