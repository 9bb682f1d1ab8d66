//! From the size of a page to the pels of a fax: how wide, how long, turned or not.
//!
//! A page keeps its size: a fax has 1728 pels over 215 mm, 2048 over 255 mm or 2432 over 303 mm (T.4 2.1)
//! and 3.85, 7.7 or 15.4 lines a millimetre. What is larger is shrunk, what is smaller stays small, what
//! lies across is turned.

use kurbo::{Affine, Size, Vec2};
use t4::Resolution;

/// The widths of fax pages: pels, and the millimetres that they cover. T.4 2.1.
pub(crate) const WIDTHS: [(u32, f64); 3] = [(1728, 215.0), (2048, 255.0), (2432, 303.0)];

/// Millimetres of a point.
pub(crate) const MM_PER_POINT: f64 = 25.4 / 72.0;

/// How much wider than a fax page a page may be before it counts as wider, in millimetres: Letter is
/// 215.9, B4 257.
pub(crate) const WIDER_MM: f64 = 2.5;

/// The longest page in millimetres at its final size; longer ones are shrunk.
pub(crate) const LONGEST_MM: f64 = 1000.0;

/// A sheet of A4. ISO 216.
pub(crate) const A4_MM: Size = Size::new(210.0, 297.0);

/// Where a page comes to lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Paper {
    /// Pels a row: 1728, 2048 or 2432.
    pub(crate) width: u32,
    /// Rows.
    pub(crate) rows: u32,
    /// From points of the page, from its top left corner downwards, to pels.
    pub(crate) transform: Affine,
}

impl Paper {
    /// For a page of this size in points.
    pub(crate) fn of(page: Size, resolution: Resolution) -> Self {
        let lines_per_mm = lines_per_mm(resolution);
        let mm = page * MM_PER_POINT;
        let turned = lies_across(mm);
        let upright = if turned { Size::new(mm.height, mm.width) } else { mm };
        let (width, covers) = WIDTHS
            .into_iter()
            .find(|(_, covers)| upright.width <= covers + WIDER_MM)
            .unwrap_or(WIDTHS[WIDTHS.len() - 1]);
        let scale = (covers / upright.width).min(LONGEST_MM / upright.height).min(1.0);
        let (across, down) = (f64::from(width) / covers * scale, lines_per_mm * scale);
        let margin = (f64::from(width) - upright.width * across) / 2.0;
        let rows = (upright.height * down).round().max(1.0);
        let turn = if turned {
            // Clockwise: the left edge becomes the top.
            Affine::translate(Vec2::new(mm.height, 0.0))
                * Affine::rotate(std::f64::consts::FRAC_PI_2)
        } else {
            Affine::IDENTITY
        };
        let transform = Affine::translate(Vec2::new(margin, 0.0))
            * Affine::scale_non_uniform(across, down)
            * turn
            * Affine::scale(MM_PER_POINT);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at least 1 and at most LONGEST_MM times 15.4"
        )]
        let rows = rows as u32;
        Self { width, rows, transform }
    }
}

/// Whether a page of this size in millimetres is turned, so that it lies on the paper as it comes.
pub(crate) fn lies_across(mm: Size) -> bool {
    mm.width > mm.height && mm.width > WIDTHS[0].1 + WIDER_MM
}

/// Lines a millimetre. T.4 2.1.
pub(crate) const fn lines_per_mm(resolution: Resolution) -> f64 {
    match resolution {
        Resolution::Standard => 3.85,
        Resolution::Fine => 7.7,
        Resolution::Superfine => 15.4,
    }
}

/// How many rows of a page are kept when the last of them that has black in it is `black_rows`: a white
/// tail is cut off as far as the page is longer than A4.
pub(crate) fn without_white_tail(rows: u32, black_rows: u32, resolution: Resolution) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 4574")]
    let sheet = (A4_MM.height * lines_per_mm(resolution)).round() as u32;
    rows.min(black_rows.max(sheet))
}

#[cfg(test)]
mod tests {
    use kurbo::Point;
    use proptest::prelude::*;

    use super::*;

    fn of_mm(width: f64, height: f64) -> Paper {
        Paper::of(Size::new(width, height) / MM_PER_POINT, Resolution::Fine)
    }

    #[test]
    fn sheets_in_use() {
        let size = |width, height| {
            let paper = of_mm(width, height);
            (paper.width, paper.rows)
        };
        assert_eq!(size(210.0, 297.0), (1728, 2287), "A4");
        assert_eq!(size(215.9, 279.4), (1728, 2142), "Letter");
        assert_eq!(size(215.9, 355.6), (1728, 2727), "Legal");
        assert_eq!(size(257.0, 364.0), (2048, 2781), "B4");
        assert_eq!(size(297.0, 420.0), (2432, 3234), "A3");
        assert_eq!(size(148.0, 210.0), (1728, 1617), "A5 stays small");
        assert_eq!(size(210.0, 148.0), (1728, 1140), "A5 across fits as it is");
        assert_eq!(size(297.0, 210.0), (1728, 2287), "A4 across is turned");
        assert_eq!(size(420.0, 297.0), (2432, 3234), "A3 across is turned");
        assert_eq!(size(594.0, 841.0), (2432, 3303), "A1 is shrunk");
        assert_eq!(size(100.0, 5000.0), (1728, 7700), "a roll is shrunk to its longest");
    }

    #[test]
    fn what_lies_across_is_turned_clockwise() {
        let paper = of_mm(297.0, 210.0);
        let points = |mm: f64| mm / MM_PER_POINT;
        let top_left = paper.transform * Point::new(0.0, 0.0);
        let bottom_left = paper.transform * Point::new(0.0, points(210.0));
        assert!(top_left.x > 1600.0 && top_left.y.abs() < 1.0, "{top_left}");
        assert!(bottom_left.x < 100.0 && bottom_left.y.abs() < 1.0, "{bottom_left}");
    }

    proptest! {
        #[test]
        fn pages_lie_within_their_pels(width in 0.01..20_000.0_f64, height in 0.01..20_000.0_f64) {
            let paper = Paper::of(Size::new(width, height), Resolution::Superfine);
            prop_assert!(WIDTHS.iter().any(|(pels, _)| *pels == paper.width));
            prop_assert!((1..=15_400).contains(&paper.rows));
            for (x, y) in [(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)] {
                let corner = paper.transform * Point::new(x, y);
                prop_assert!((-10.0..=f64::from(paper.width) + 10.0).contains(&corner.x), "{corner}");
                prop_assert!((-1.0..=f64::from(paper.rows) + 1.0).contains(&corner.y), "{corner}");
            }
            // Never blown up: at most 1728 pels over 215 mm, and 15.4 lines a millimetre.
            let pels = paper.transform.determinant().abs();
            prop_assert!(pels <= 1728.0 / 215.0 * 15.4 * MM_PER_POINT * MM_PER_POINT * 1.001);
        }
    }
}
