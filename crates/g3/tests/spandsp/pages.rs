//! Pages to send: lines of text-like marks, a ruled form, a patch of grey; each from a seed.

use t4::{Bitmap, Page, Resolution};

/// A page to be made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paper {
    pub(crate) resolution: Resolution,
    pub(crate) width: u32,
}

impl Paper {
    pub(crate) const STANDARD: Self = Self { resolution: Resolution::Standard, width: 1728 };
    pub(crate) const FINE: Self = Self { resolution: Resolution::Fine, width: 1728 };
    pub(crate) const SUPERFINE: Self = Self { resolution: Resolution::Superfine, width: 1728 };
    pub(crate) const WIDE: Self = Self { resolution: Resolution::Standard, width: 2048 };
}

/// As many pages as there are papers; no two are alike.
pub(crate) fn make(papers: &[Paper]) -> Vec<Page> {
    (1..).zip(papers).map(|(seed, paper)| page(*paper, seed)).collect()
}

fn page(paper: Paper, seed: u64) -> Page {
    let lines_per_standard_line = match paper.resolution {
        Resolution::Standard => 1,
        Resolution::Fine => 2,
        Resolution::Superfine => 4,
    };
    let mut drawing = Drawing {
        bitmap: Bitmap::new(paper.width, 1143 * lines_per_standard_line).expect("a page of A4"),
        scale: lines_per_standard_line,
        random: Random(seed),
    };
    match seed % 3 {
        0 => drawing.form(),
        1 => drawing.text(),
        _ => drawing.grey(),
    }
    // No two pages are alike, and none can be turned or shifted without being seen.
    drawing.fill(10..10 + 7 * u32::try_from(seed).expect("a small seed"), 5..9);
    Page::from_bitmap(&drawing.bitmap, paper.resolution)
}

struct Drawing {
    bitmap: Bitmap,
    /// Rows for one row of standard resolution.
    scale: u32,
    random: Random,
}

impl Drawing {
    /// Words of upright strokes.
    fn text(&mut self) {
        for line in 0..20 {
            let top = 40 + 50 * line;
            let mut x = 120;
            while x < 1200 {
                for _ in 0..self.random.below(9) + 1 {
                    let rise = self.random.below(6);
                    self.fill(x..x + 4, top + rise..top + 18);
                    x += 10;
                }
                x += 24;
            }
        }
    }

    /// Rules in both directions.
    fn form(&mut self) {
        let width = self.bitmap.width();
        for at in (0..width).step_by(192) {
            self.fill(at..at + 3, 0..1143);
        }
        for at in (0..1143).step_by(96) {
            self.fill(0..width, at..at + 2);
        }
    }

    /// Single pels from white to black, which no coding likes.
    fn grey(&mut self) {
        for y in 300..330 * self.scale {
            for x in 200..600 {
                if self.random.below(400) < x - 200 {
                    self.bitmap.set(x, y, true);
                }
            }
        }
    }

    /// Blackens a rectangle; rows are those of standard resolution.
    fn fill(&mut self, columns: std::ops::Range<u32>, rows: std::ops::Range<u32>) {
        for y in rows.start * self.scale..rows.end * self.scale {
            for x in columns.clone() {
                self.bitmap.set(x, y, true);
            }
        }
    }
}

/// splitmix64: the same pages in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((z ^ (z >> 31)) % u64::from(limit)).expect("less than a u32")
    }
}
