//! Pages for a far end that takes less: drawn small, fitted, and drawn again.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use t4::{Bitmap, Form, Page, Resolution, Resolution::*};

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
    let superfine = page(
        &["......", "####..", "......", "......", "......", "......", "......", "..####"],
        Superfine,
    );
    check(&superfine, 6, Fine, &["####..", "......", "......", "..####"]);
    check(&superfine, 6, Standard, &["####..", "..####"]);
}

#[test]
fn a_serif_between_two_rows_stays_whole() {
    let foot = page(&[".##.", ".##.", ".##.", "####", "....", "...."], Fine);
    check(&foot, 4, Standard, &[".##.", "####", "...."]);
    let foot = page(&["....", "####", ".##.", ".##."], Fine);
    check(&foot, 4, Standard, &["####", ".##."]);
}

#[test]
fn a_slanted_line_stays_connected() {
    let slanted = page(&["#.....", ".#....", "..#...", "...#..", "....#.", ".....#"], Fine);
    check(&slanted, 6, Standard, &["##....", "..##..", "....##"]);
}

#[test]
fn a_lone_dot_of_a_halftone_is_left_out_between_two_rows() {
    let dots = page(&["#...", "..#.", "....", "...."], Fine);
    check(&dots, 4, Standard, &["#...", "...."]);
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

/// A page in a form, as pels.
#[track_caller]
fn formed(page: &Page, width: u32, resolution: Resolution, max_rows: u32) -> Bitmap {
    let form = Form { width, resolution, max_rows };
    let formed = page.in_form(&form).unwrap();
    assert!(form.takes(&formed));
    formed.to_bitmap().unwrap()
}

#[test]
fn a_page_that_is_too_long_is_shrunk_in_both_directions() {
    let mut frame = Bitmap::new(80, 120).unwrap();
    for (x, y) in (0..80).flat_map(|x| (0..120).map(move |y| (x, y))) {
        frame.set(x, y, x == 0 || x == 79 || y == 0 || y == 119);
    }
    let frame = Page::from_bitmap(&frame, Fine);
    let fine = formed(&frame, 80, Fine, 90);
    // Three quarters: 60 by 90, in the middle of the line.
    let edges = |bitmap: &Bitmap, y| -> Vec<u32> {
        let black =
            |x: &u32| bitmap.pel(*x, y) != x.checked_sub(1).is_some_and(|x| bitmap.pel(x, y));
        (0..bitmap.width()).filter(black).collect()
    };
    assert_eq!((fine.rows(), edges(&fine, 45)), (90, vec![10, 11, 69, 70]));
    let standard = formed(&frame, 40, Standard, 30);
    assert_eq!((standard.rows(), edges(&standard, 15)), (30, vec![0, 1, 39]));
    let up = formed(&frame, 80, Superfine, 1000);
    assert_eq!((up.rows(), edges(&up, 120)), (240, vec![0, 1, 79]));
    let none = Form { width: 80, resolution: Fine, max_rows: 0 };
    assert!(frame.in_form(&none).is_err());
}

/// What the new number `to` of `of` stands for meets the old number `from` of `out_of`.
fn meets(to: u32, of: u32, from: u32, out_of: u32) -> bool {
    from * of < (to + 1) * out_of && (from + 1) * of > to * out_of
}

proptest! {
    #[test]
    fn nothing_is_black_that_was_white(
        (width, rows) in (1..200u32, 1..60u32),
        (to, max_rows) in (1..200u32, 1..60u32),
        finest in prop::sample::select(&[Standard, Fine, Superfine]),
        black in prop::collection::vec((0..200u32, 0..60u32, 1..9u32), 0..60),
    ) {
        let mut bitmap = Bitmap::new(width, rows).unwrap();
        for (x, y, length) in black {
            (x..x + length).for_each(|x| bitmap.set(x, y, true));
        }
        let page = Page::from_bitmap(&bitmap, Superfine);
        let merge = match finest { Standard => 4, Fine => 2, Superfine => 1 };
        let widest = width.min(to);
        let image = max_rows * merge * width / rows;
        let image = if rows * widest <= max_rows * merge * width { widest } else { image };
        let form = Form { width: to, resolution: finest, max_rows };
        if image == 0 {
            prop_assert!(page.in_form(&form).is_err());
            return Ok(());
        }
        let new = formed(&page, to, finest, max_rows);
        prop_assert_eq!(new.width(), to);
        let margin = (to - image) / 2;
        let (rows_of, rows_out_of) = (image, width * merge);
        prop_assert_eq!(new.rows(), (rows * rows_of).div_ceil(rows_out_of));
        for y in 0..new.rows() {
            for x in (0..to).filter(|x| new.pel(*x, y)) {
                prop_assert!((margin..margin + image).contains(&x));
                let across = |old: &u32| meets(x - margin, image, *old, width);
                let row = |row| (0..width).filter(across).any(|x| bitmap.pel(x, row));
                let mut old = (0..rows).filter(|old| meets(y, rows_of, *old, rows_out_of));
                prop_assert!(old.any(row), "{} {}", x, y);
            }
        }
    }

    #[test]
    fn a_line_is_never_lost_nor_broken(
        (width, to) in (40..120u32, 20..120u32),
        (x, y, length) in (0..80u32, 0..80u32, 8..40u32),
        (across, down) in prop::sample::select(&[(1, 0), (0, 1), (1, 1)]),
        finest in prop::sample::select(&[Standard, Fine]),
    ) {
        // No more than two pels become one across, and four rows one: standard lines.
        let to = to.max(width.div_ceil(2));
        let mut bitmap = Bitmap::new(width, 120).unwrap();
        let pels = (0..length).map(|at| (x + at * across, y + at * down));
        let pels: Vec<_> = pels.filter(|(x, y)| *x < width && *y < 120).collect();
        prop_assume!(pels.len() > 7);
        pels.iter().for_each(|(x, y)| bitmap.set(*x, *y, true));
        let new = formed(&Page::from_bitmap(&bitmap, Fine), to, finest, 1000);
        let merge = if finest == Fine { 1 } else { 2 };
        let image = width.min(to);
        let margin = (to - image) / 2;
        for (x, y) in pels {
            let (x, y) = (margin + x * image / width, y * image / (width * merge));
            let near = |x: u32| x.saturating_sub(1)..=x + 1;
            prop_assert!(near(x).any(|x| near(y).any(|y| new.pel(x, y))), "{} {}", x, y);
        }
    }

    /// The white between two lines, and the hole in a letter.
    #[test]
    fn white_that_is_wider_than_what_is_merged_stays_open(
        (width, to) in (40..100u32, 20..100u32),
        at in 3..20u32,
        finest in prop::sample::select(&[Standard, Fine]),
    ) {
        let to = to.max(width.div_ceil(2)).min(width);
        let merge = if finest == Fine { 1 } else { 2 };
        let (across, down) = (width.div_ceil(to), (width * merge).div_ceil(to));
        let mut bitmap = Bitmap::new(width, 60).unwrap();
        for (x, y) in (0..width).flat_map(|x| (0..60).map(move |y| (x, y))) {
            let hole = (at..at + across).contains(&x) && (at..at + down).contains(&y);
            bitmap.set(x, y, !hole);
        }
        let new = formed(&Page::from_bitmap(&bitmap, Fine), to, finest, 1000);
        prop_assert!((0..to).any(|x| (0..new.rows()).any(|y| !new.pel(x, y))));
    }
}
