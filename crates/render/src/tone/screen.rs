//! Shades as dots.
//!
//! **The choice.** Round clustered dots on lines of 45 degrees, 36 to the inch. A photograph of 1400 by
//! 1000 pels at 204 x 196 and a portrait of 1000 by 1200 take so many octets of MMR; behind it how far
//! they are from the original when seen from a distance (root mean square, blurred by 4 pels; the ends of the
//! curve at 15 and 245):
//!
//! | screen | landscape | portrait | error |
//! | --- | --- | --- | --- |
//! | error diffusion (Floyd and Steinberg) | 475 804 | 405 894 | 0.013, 0.020 |
//! | blue noise | 366 860 | 316 008 | 0.023, 0.029 |
//! | dots, 72 to the inch | 249 316 | 221 116 | 0.016, 0.022 |
//! | dots, 48 to the inch | 168 782 | 141 110 | 0.014, 0.022 |
//! | **dots, 36 to the inch** | **131 460** | **112 550** | **0.013, 0.021** |
//! | dots, 29 to the inch | 94 506 | 83 720 | 0.014, 0.022 |
//! | upright lines, 41 to the inch | 99 760 | 89 606 | 0.014, 0.022 |
//! | level lines, 33 to the inch | 83 062 | 76 050 | 0.013, 0.022 |
//!
//! Lines are smaller still but draw stripes over faces; fine dots have few shades and come out of a
//! thermal printer as mud.
//!
//! **Tone.** Linear light would want a black share of `1 - (grey / 255)^2.2`, 0.78 for middle grey. Dots
//! grow on paper by about a quarter where they are largest in number, so half of the pels give that. The
//! curve is therefore straight in grey, with its ends pulled in: nearly white is white and nearly black is
//! black, with no stray pels that cost octets and look like dirt.

use t4::Resolution;

/// From this grey on everything is white.
const WHITE_FROM: f64 = 244.0;

/// Up to this grey everything is black.
const BLACK_UP_TO: f64 = 24.0;

/// Half of the diagonal of a cell across, in pels, and down at fine resolution.
const HALF: usize = 4;

/// Columns of the pattern, after which it comes again.
pub(super) const COLUMNS: usize = 2 * HALF;

/// The greys below which the pels of a pattern are black.
#[derive(Debug)]
pub(super) struct Screen {
    rows: Vec<[u8; COLUMNS]>,
}

impl Screen {
    /// Round on paper at this resolution.
    pub(super) fn new(resolution: Resolution) -> Self {
        let high = match resolution {
            Resolution::Standard => COLUMNS / 2,
            Resolution::Fine => COLUMNS,
            Resolution::Superfine => COLUMNS * 2,
        };
        let mut places: Vec<(f64, usize, usize)> = (0..high)
            .flat_map(|row| (0..COLUMNS).map(move |column| (row, column)))
            .map(|(row, column)| (darkness(row, column, high), row, column))
            .collect();
        places.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut rows = vec![[0; COLUMNS]; high];
        #[expect(clippy::cast_precision_loss, reason = "at most 128 of them")]
        let count = places.len() as f64;
        for (number, (_, row, column)) in (0_u32..).zip(places) {
            let share = (f64::from(number) + 0.5) / count;
            let grey = WHITE_FROM - share * (WHITE_FROM - BLACK_UP_TO);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a grey")]
            let grey = grey.round() as u8;
            rows[row][column] = grey;
        }
        Self { rows }
    }

    /// The pattern of a row.
    pub(super) fn row(&self, row: usize) -> &[u8; COLUMNS] {
        &self.rows[row % self.rows.len()]
    }
}

/// How early a pel becomes black: from the middle of a dot outwards.
fn darkness(row: usize, column: usize, high: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let at = |place: usize, of: usize| (place as f64 + 0.5) / of as f64 * std::f64::consts::TAU;
    let (x, y) = (at(column, COLUMNS), at(row, high));
    // Two cosines along the diagonals; what is equally far from the middle goes by its direction.
    (x + y).cos() + (x - y).cos() + 1e-3 * (x.sin() + 2.0 * y.sin())
}
