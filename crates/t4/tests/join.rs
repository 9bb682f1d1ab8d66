//! Pages below strips, and without white tails: bit by bit what decoding, stacking and coding give.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use t4::{Bitmap, Error, MAX_ROWS, Page, Resolution::Fine, Unsupported};

/// A page with these black runs: row, first pel, length; and behind them so many white rows.
fn page(width: u32, runs: &[(u32, u32, u32)], tail: u32) -> Page {
    let rows = runs.iter().map(|(row, ..)| row + 1).max().unwrap_or(0) + tail;
    let mut bitmap = Bitmap::new(width, rows).unwrap();
    for (row, from, length) in runs {
        (0..*length).for_each(|x| bitmap.set(from + x, *row, true));
    }
    Page::from_bitmap(&bitmap, Fine)
}

fn rows(page: &Page) -> Vec<Vec<u8>> {
    page.to_bitmap().unwrap().lines().map(<[u8]>::to_vec).collect()
}

fn coded_anew(width: u32, rows: &[Vec<u8>]) -> Page {
    let count = u32::try_from(rows.len()).unwrap();
    Page::from_bitmap(&Bitmap::from_packed(width, count, rows.concat()).unwrap(), Fine)
}

fn any_runs() -> impl Strategy<Value = Vec<(u32, u32, u32)>> {
    prop::collection::vec((0..30u32, 0..300u32, 1..100u32), 0..40)
}

proptest! {
    #[test]
    fn below_a_strip_a_page_is_as_if_both_were_coded_together(
        width in 1..300u32,
        (strip, white) in (any_runs(), 0..4u32),
        (runs, tail) in (any_runs(), 0..4u32),
    ) {
        let (strip, page) = (page(width, &strip, white), page(width, &runs, tail));
        let both = [rows(&strip), rows(&page)].concat();
        prop_assert_eq!(page.below(&strip).unwrap(), coded_anew(width, &both));
    }

    #[test]
    fn a_white_tail_is_cut_as_if_it_had_never_been(
        width in 1..300u32,
        (runs, tail) in (any_runs(), 0..20u32),
        most in 0..20u32,
    ) {
        let page = page(width, &runs, tail);
        let all = rows(&page);
        let white = all.iter().rev().take_while(|row| row.iter().all(|octet| *octet == 0)).count();
        let cut = white.min(most as usize).min(all.len().saturating_sub(1));
        let wanted = coded_anew(width, &all[..all.len() - cut]);
        prop_assert_eq!(page.without_white_tail(most).unwrap(), wanted);
    }

    /// The code of other machines need not be ours.
    #[test]
    fn a_page_without_its_end_mark_can_be_joined_and_cut(runs in any_runs(), tail in 1..9u32) {
        let strip = page(100, &[(0, 5, 50)], 1);
        let whole = page(100, &runs, tail);
        let mut bare = whole.clone();
        // Nothing but zeros and the ones of EOFB is cut off.
        let end = bare.mmr.len() - 2;
        bare.mmr.truncate(end);
        if let Ok(bitmap) = bare.to_bitmap() {
            prop_assert_eq!(&bitmap, &whole.to_bitmap().unwrap());
            let both = [rows(&strip), rows(&whole)].concat();
            prop_assert_eq!(rows(&bare.below(&strip).unwrap()), both);
            let cut = whole.without_white_tail(3).unwrap();
            prop_assert_eq!(rows(&bare.without_white_tail(3).unwrap()), rows(&cut));
        }
    }
}

#[test]
fn what_cannot_be_joined_is_refused() {
    let strip = page(16, &[], 1);
    assert_eq!(page(17, &[], 1).below(&strip), Err(Error::Unsupported(Unsupported::Width(16))));
    let long = page(16, &[], MAX_ROWS);
    assert_eq!(long.below(&strip), Err(Error::Unsupported(Unsupported::Rows(MAX_ROWS + 1))));
    let mut lying = strip.clone();
    lying.rows = 3;
    assert!(page(16, &[], 1).below(&lying).is_err() && lying.without_white_tail(1).is_err());
}
