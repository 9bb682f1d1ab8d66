use g3::PageInfo;
use t4::{Bitmap, Page, Resolution};

use crate::Rng;

/// A page that looks like a letter: lines of words made of short strokes, from a seed.
#[must_use]
pub fn test_page(seed: u64, width: u32, rows: u32, resolution: Resolution) -> Page {
    let mut rng = Rng::new(seed);
    let mut bitmap = Bitmap::new(width, rows).expect("test pages have lawful sizes");
    let line_pitch = match resolution {
        Resolution::Standard => 20,
        Resolution::Fine => 40,
        Resolution::Superfine => 80,
    };
    let mut top = line_pitch;
    while top + line_pitch < rows {
        let mut x = 120;
        let end = width.saturating_sub(120 + u32::try_from(rng.below(600)).unwrap_or(0));
        while x < end {
            let word = 20 + u32::try_from(rng.below(100)).unwrap_or(0);
            for stroke in (0..word).step_by(9) {
                let height = 4 + u32::try_from(rng.below(u64::from(line_pitch / 3))).unwrap_or(0);
                for y in top..top + height {
                    for pel in x + stroke..(x + stroke + 4).min(width) {
                        bitmap.set(pel, y, true);
                    }
                }
            }
            x += word + 18;
        }
        top += line_pitch;
    }
    Page::from_bitmap(&bitmap, resolution)
}

/// What a call is told about a page beforehand.
#[must_use]
pub fn page_info(page: &Page) -> PageInfo {
    PageInfo {
        width: page.width,
        rows: page.rows,
        resolution: page.resolution,
        octets: u32::try_from(page.mmr.len()).unwrap_or(u32::MAX),
    }
}
