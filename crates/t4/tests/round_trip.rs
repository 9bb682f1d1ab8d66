//! What is encoded is decoded to the same pels, whatever the rows, the coding and the pieces.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use t4::{Bitmap, Coding, Decoder, Encoder, End, Framing, Page, Resolution, Row, Stats};

/// Widths of fax machines, and awkward ones.
const WIDTHS: [u32; 14] = [1, 2, 7, 8, 9, 63, 64, 65, 128, 1000, 1728, 2048, 2432, 5185];

fn width() -> impl Strategy<Value = u32> {
    prop_oneof![3 => prop::sample::select(&WIDTHS), 1 => 1..300u32]
}

fn coding() -> impl Strategy<Value = Coding> {
    prop_oneof![Just(Coding::Mh), (0..9u8).prop_map(|k| Coding::Mr { k }), Just(Coding::Mmr)]
}

/// Runs as on a written page, runs of any length, noise, and rows much like the one before.
fn row(width: u32) -> impl Strategy<Value = Vec<u32>> {
    let any = prop::collection::vec(1..=width, 0..12);
    let text = prop::collection::vec(1..40u32, 0..60);
    let noise = prop::collection::vec(1..4u32, 0..400);
    prop_oneof![Just(Vec::new()), Just(vec![0]), any, text, noise]
}

prop_compose! {
    fn bitmap()(width in width())(
        rows in prop::collection::vec((row(width), prop::option::of(-4..5i32)), 0..12),
        width in Just(width),
    ) -> Bitmap {
        let mut bitmap = Bitmap::new(width, rows.len() as u32).unwrap();
        let mut before: Vec<i64> = Vec::new();
        for (y, (runs, shift)) in rows.iter().enumerate() {
            let changes: Vec<i64> = match shift {
                Some(shift) => before.iter().map(|x| x + i64::from(*shift)).collect(),
                None => runs.iter().scan(0, |x, run| { *x += i64::from(*run); Some(*x) }).collect(),
            };
            for pair in changes.chunks(2) {
                let end = pair.get(1).copied().unwrap_or(i64::from(width));
                for x in pair[0].max(0)..end.min(i64::from(width)) {
                    bitmap.set(x as u32, y as u32, true);
                }
            }
            before = changes;
        }
        bitmap
    }
}

fn encode(bitmap: &Bitmap, coding: Coding, framing: Framing, min_row_bits: u32) -> Vec<u8> {
    let mut encoder =
        Encoder::new(coding, bitmap.width()).unwrap().framing(framing).min_row_bits(min_row_bits);
    let mut out = Vec::new();
    for row in bitmap.lines() {
        encoder.push_row(row);
        out.extend(encoder.take());
    }
    out.extend(encoder.finish());
    out
}

fn decode(
    data: &[u8],
    coding: Coding,
    framing: Framing,
    width: u32,
    pieces: &[usize],
) -> (Bitmap, Stats) {
    let mut decoder = Decoder::new(coding, width).unwrap().framing(framing);
    let mut row = vec![0; width.div_ceil(8) as usize];
    let mut out = Vec::new();
    let mut drain = |decoder: &mut Decoder| {
        while let Row::Good | Row::Bad(_) = decoder.next_row(&mut row) {
            out.extend_from_slice(&row);
        }
    };
    let mut rest = data;
    for piece in pieces.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (now, later) = rest.split_at((*piece).min(rest.len()));
        decoder.push(now);
        drain(&mut decoder);
        rest = later;
    }
    decoder.finish();
    drain(&mut decoder);
    let stats = decoder.stats();
    (Bitmap::from_packed(width, stats.rows, out).unwrap(), stats)
}

proptest! {
    #[test]
    fn every_coding_gives_the_rows_back(
        bitmap in bitmap(),
        coding in coding(),
        aligned in any::<bool>(),
        min_row_bits in prop_oneof![Just(0), 0..600u32],
        pieces in prop::collection::vec(1..40usize, 1..5),
    ) {
        let framing = if aligned { Framing::AlignedEol } else { Framing::Wire };
        let data = encode(&bitmap, coding, framing, min_row_bits);
        let (back, stats) = decode(&data, coding, Framing::Wire, bitmap.width(), &pieces);
        prop_assert_eq!(&back, &bitmap);
        let rows = bitmap.rows();
        prop_assert_eq!(stats, Stats { rows, end: End::Marker, ..Stats::default() });
        let whole = decode(&data, coding, Framing::Wire, bitmap.width(), &[data.len().max(1)]);
        prop_assert_eq!(whole, (back, stats));
    }

    #[test]
    fn rows_without_eols_come_back(bitmap in bitmap(), pieces in prop::collection::vec(1..40usize, 1..5)) {
        let data = encode(&bitmap, Coding::Mh, Framing::AlignedRow, 0);
        let (back, stats) = decode(&data, Coding::Mh, Framing::AlignedRow, bitmap.width(), &pieces);
        prop_assert_eq!(&back, &bitmap);
        prop_assert_eq!((stats.bad_rows, stats.end), (0, End::Data));
    }

    #[test]
    fn a_page_goes_over_the_line_and_back(bitmap in bitmap(), coding in coding(), min_row_bits in 0..300u32) {
        let page = Page::from_bitmap(&bitmap, Resolution::Fine);
        prop_assert_eq!(&page.to_bitmap().unwrap(), &bitmap);
        let wire = page.encode(coding, min_row_bits).unwrap();
        let (back, stats) = Page::decode_wire(coding, page.width, page.resolution, &wire).unwrap();
        prop_assert_eq!(back, page);
        prop_assert_eq!((stats.bad_rows, stats.end), (0, End::Marker));
    }

    #[test]
    fn garbage_ends_and_is_bounded(
        data in prop::collection::vec(prop_oneof![Just(0), any::<u8>()], 0..600),
        coding in coding(),
        framing in prop::sample::select(&[Framing::Wire, Framing::AlignedRow]),
        width in width(),
        pieces in prop::collection::vec(1..40usize, 1..5),
    ) {
        let (first, stats) = decode(&data, coding, framing, width, &pieces);
        prop_assert!(stats.rows as usize <= data.len() * 8 + 1);
        prop_assert!(stats.bad_rows <= stats.rows && stats.longest_bad_run <= stats.bad_rows);
        prop_assert_ne!(stats.end, End::Open);
        let whole = decode(&data, coding, framing, width, &[data.len().max(1)]);
        prop_assert_eq!(whole, (first, stats));
    }
}
