//! Pages for a far end that takes less: drawn small, fitted, and drawn again.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use t4::{Bitmap, Page, Resolution, Resolution::*};

fn page(picture: &[&str], resolution: Resolution) -> Page {
    let mut bitmap = Bitmap::new(picture[0].len() as u32, picture.len() as u32).unwrap();
    for (y, row) in (0..).zip(picture) {
        for (x, pel) in (0..).zip(row.chars()) {
            bitmap.set(x, y, pel == '#');
        }
    }
    Page::from_bitmap(&bitmap, resolution)
}

#[track_caller]
fn check(page: &Page, width: u32, resolution: Resolution, picture: &[&str]) {
    let fitted = page.fit(width, resolution).unwrap();
    let bitmap = fitted.to_bitmap().unwrap();
    assert_eq!(fitted.resolution, page.resolution.min(resolution));
    let pel = |x, y| if bitmap.pel(x, y) { '#' } else { '.' };
    let row = |y| (0..bitmap.width()).map(|x| pel(x, y)).collect::<String>();
    assert_eq!((0..bitmap.rows()).map(row).collect::<Vec<String>>(), picture);
}

#[test]
fn rows_are_merged_and_thin_lines_stay() {
    let superfine =
        page(&["....", "#...", "....", "...#", "....", "....", "....", ".#.."], Superfine);
    check(&superfine, 4, Fine, &["#...", "...#", "....", ".#.."]);
    check(&superfine, 4, Standard, &["#..#", ".#.."]);
}

#[test]
fn a_last_row_without_a_partner_stays() {
    check(&page(&["....", "....", "#..."], Fine), 4, Standard, &["....", "#..."]);
}

#[test]
fn a_wide_page_keeps_its_shapes_and_its_lines() {
    let frame = page(
        &[
            "########", "#......#", "#......#", "#......#", "#......#", "#......#", "#......#",
            "########",
        ],
        Fine,
    );
    check(&frame, 4, Fine, &["####", "#..#", "#..#", "####"]);
    check(&frame, 6, Superfine, &["######", "#....#", "#....#", "#....#", "#....#", "######"]);
    check(&frame, 4, Standard, &["####", "####"]);
}

#[test]
fn a_narrow_page_gets_margins() {
    check(&page(&["##", "#."], Fine), 7, Fine, &["..##...", "..#...."]);
}

#[test]
fn a_page_one_pel_wider_ends_in_white() {
    check(&page(&["###", "#.#"], Superfine), 4, Superfine, &["###.", "#.#."]);
}

#[test]
fn a_page_that_fits_stays_as_it_is() {
    let page = page(&["##", "#."], Standard);
    assert_eq!(page.fit(2, Superfine).unwrap(), page);
}

#[test]
fn a_page_that_claims_other_rows_is_refused() {
    let mut page = page(&["##", "#."], Standard);
    for rows in [0, 1, 3] {
        page.rows = rows;
        assert!(page.fit(1, Standard).is_err() && page.to_bitmap().is_err());
    }
}

proptest! {
    /// Each black pel leaves a black pel where it comes to lie, and no other pel is black.
    #[test]
    fn nothing_black_is_lost_and_nothing_white_blackened(
        width in 1..200u32,
        rows in 0..40u32,
        to in 1..200u32,
        finest in prop::sample::select(&[Standard, Fine, Superfine]),
        black in prop::collection::vec((0..200u32, 0..40u32), 0..60),
    ) {
        let mut bitmap = Bitmap::new(width, rows).unwrap();
        black.iter().for_each(|(x, y)| bitmap.set(*x, *y, true));
        let fitted = Page::from_bitmap(&bitmap, Superfine).fit(to, finest).unwrap();
        let merge = match finest { Standard => 4, Fine => 2, Superfine => 1 };
        let image = width.min(to);
        prop_assert_eq!(fitted.width, to);
        let last = rows.checked_sub(1).map(|last| last * image / (width * merge));
        prop_assert_eq!(fitted.rows, last.map_or(0, |last| last + 1));
        let mut expected = Bitmap::new(to, fitted.rows).unwrap();
        for y in 0..rows {
            for x in (0..width).filter(|x| bitmap.pel(*x, y)) {
                expected.set((to - image) / 2 + x * image / width, y * image / (width * merge), true);
            }
        }
        prop_assert_eq!(fitted.to_bitmap().unwrap(), expected);
    }
}
