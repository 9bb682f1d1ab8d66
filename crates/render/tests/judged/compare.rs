//! Two drawings of the same page, side by side.

use t4::{Bitmap, Page, Resolution};

/// The side of a block whose darkness is compared, in pels.
const BLOCK: u32 = 48;

/// What there is to say about two drawings, added up over the pages of a document.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Figures {
    pub(crate) pages: usize,
    /// Black pels, ours and the referee's.
    pub(crate) black: [u64; 2],
    /// Those of them that have no black pel of the other within one pel.
    pub(crate) alone: [u64; 2],
    /// Places where a pel and the one right of it or below it differ.
    pub(crate) edges: [u64; 2],
    /// Pels that differ from all four around them.
    pub(crate) specks: [u64; 2],
    /// Octets of MMR.
    pub(crate) octets: [u64; 2],
}

impl Figures {
    /// Takes another page in.
    pub(crate) fn add(&mut self, ours: &Bitmap, theirs: &Bitmap) {
        self.pages += 1;
        for (side, (one, other)) in [(ours, theirs), (theirs, ours)].into_iter().enumerate() {
            let (black, alone) = near(one, other);
            let (edges, specks) = edges(one);
            self.black[side] += black;
            self.alone[side] += alone;
            self.edges[side] += edges;
            self.specks[side] += specks;
            self.octets[side] += Page::from_bitmap(one, Resolution::Fine).mmr.len() as u64;
        }
    }

    /// The share of ours that the referee has too, and the other way round: 0 to 1.
    pub(crate) fn agreement(&self) -> f64 {
        let share = |side: usize| 1.0 - ratio(self.alone[side], self.black[side].max(1));
        share(0).min(share(1))
    }

    /// Ours to the referee's.
    pub(crate) fn black_ratio(&self) -> f64 {
        ratio(self.black[0].max(1), self.black[1].max(1))
    }

    /// Edges a black pel, ours to the referee's: more is ragged, less is blurred.
    pub(crate) fn edge_ratio(&self) -> f64 {
        ratio(self.edges[0].max(1), self.edges[1].max(1)) / self.black_ratio()
    }

    /// Octets of MMR, ours to the referee's.
    pub(crate) fn octet_ratio(&self) -> f64 {
        ratio(self.octets[0], self.octets[1])
    }
}

/// How far the darkness of blocks is from the referee's grey, on average over the blocks that are not
/// white, 0 to 1; and how much darker ours is.
pub(crate) fn darkness(ours: &Bitmap, grey: &Grey) -> (f64, f64) {
    let (mut sum, mut signed, mut blocks) = (0.0, 0.0, 0);
    for top in (0..grey.rows).step_by(BLOCK as usize) {
        for left in (0..grey.width).step_by(BLOCK as usize) {
            let (right, bottom) = ((left + BLOCK).min(grey.width), (top + BLOCK).min(grey.rows));
            let pels = f64::from((right - left) * (bottom - top));
            let (mut black, mut dark) = (0.0, 0.0);
            for y in top..bottom {
                for x in left..right {
                    black += f64::from(u8::from(y < ours.rows() && ours.pel(x, y)));
                    dark += 1.0 - f64::from(grey.at(x, y)) / 255.0;
                }
            }
            if dark > 0.0 || black > 0.0 {
                sum += ((black - dark) / pels).abs();
                signed += (black - dark) / pels;
                blocks += 1;
            }
        }
    }
    let blocks = f64::from(blocks.max(1));
    (sum / blocks, signed / blocks)
}

/// A page in shades of grey.
pub(crate) struct Grey {
    pub(crate) width: u32,
    pub(crate) rows: u32,
    pub(crate) pixels: Vec<u8>,
}

impl Grey {
    fn at(&self, x: u32, y: u32) -> u8 {
        self.pixels[y as usize * self.width as usize + x as usize]
    }
}

/// The black pels of `one`, and how many of them have none of `other` beside them.
fn near(one: &Bitmap, other: &Bitmap) -> (u64, u64) {
    let (mut black, mut alone) = (0, 0);
    for y in 0..one.rows() {
        for x in 0..one.width() {
            if !one.pel(x, y) {
                continue;
            }
            black += 1;
            let rows = y.saturating_sub(1)..=(y + 1).min(other.rows().saturating_sub(1));
            let found = rows.into_iter().any(|y| {
                let columns = x.saturating_sub(1)..=(x + 1).min(other.width() - 1);
                columns.into_iter().any(|x| y < other.rows() && other.pel(x, y))
            });
            alone += u64::from(!found);
        }
    }
    (black, alone)
}

fn edges(page: &Bitmap) -> (u64, u64) {
    let (width, rows) = (page.width(), page.rows());
    let (mut edges, mut specks) = (0, 0);
    for y in 0..rows {
        for x in 0..width {
            let pel = page.pel(x, y);
            let right = x + 1 < width && page.pel(x + 1, y) != pel;
            let below = y + 1 < rows && page.pel(x, y + 1) != pel;
            edges += u64::from(right) + u64::from(below);
            let left = x > 0 && page.pel(x - 1, y) != pel;
            let above = y > 0 && page.pel(x, y - 1) != pel;
            specks += u64::from(right && below && left && above);
        }
    }
    (edges, specks)
}

fn ratio(one: u64, other: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of pels are far below 2^52")]
    let ratio = one as f64 / other as f64;
    ratio
}
