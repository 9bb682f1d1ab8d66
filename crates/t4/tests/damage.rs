//! Rows that arrive damaged, pages that end oddly, and the codes that are seldom seen. Lines have
//! eight pels; rows are written as pictures, the octets as the codes they are made of.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use t4::{
    Bitmap, Coding, Decoder, Encoder, End, Error, MAX_ROWS, Malformed, PageBuilder, Resolution,
    Row, Stats, Unsupported,
};

const MR: Coding = Coding::Mr { k: 2 };
const EOL: &str = "000000000001";
/// Eight white pels, and three white, five black, in one dimension.
const WHITE: &str = "10011";
const RIGHT: &str = "1000 0011";
/// The same row again, in two dimensions.
const SAME: &str = "1 1";
const RTC: &str = "000000000001 000000000001 000000000001 000000000001 000000000001";
const RTC_MR: &str = "000000000001 1 000000000001 1 000000000001 1 000000000001 1 000000000001 1";

fn octets(codes: &[&str]) -> Vec<u8> {
    let bits: Vec<u8> = codes.concat().bytes().filter(|bit| *bit != b' ').collect();
    let octet = |bits: &[u8]| {
        (0..8).fold(0, |octet, at| octet << 1 | u8::from(bits.get(at) == Some(&b'1')))
    };
    bits.chunks(8).map(octet).collect()
}

/// What comes out: a picture a row, `.` and `#`, with `!` in front of a bad one, and how it ended.
fn decode(coding: Coding, codes: &[&str]) -> (Vec<String>, Stats, Vec<Error>) {
    let mut decoder = Decoder::new(coding, 8).unwrap();
    decoder.push(&octets(codes));
    decoder.finish();
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    let mut row = [0];
    loop {
        let mark = match decoder.next_row(&mut row) {
            Row::Good => "",
            Row::Bad(error) => {
                errors.push(error);
                "!"
            }
            Row::More => panic!("more is asked for after the end"),
            Row::End => return (rows, decoder.stats(), errors),
        };
        let pel = |at: u32| if row[0] >> (7 - at) & 1 == 1 { '#' } else { '.' };
        rows.push(mark.to_owned() + &(0..8).map(pel).collect::<String>());
    }
}

#[track_caller]
fn check(coding: Coding, codes: &[&str], rows: &[&str], errors: &[Malformed], end: End) {
    let (got, stats, got_errors) = decode(coding, codes);
    assert_eq!(got, rows);
    let errors: Vec<Error> = errors.iter().map(|error| (*error).into()).collect();
    assert_eq!(got_errors, errors);
    assert_eq!(stats.end, end);
    assert_eq!((stats.rows as usize, stats.bad_rows as usize), (rows.len(), errors.len()));
}

#[test]
fn a_bad_row_is_the_last_good_one_again() {
    check(
        Coding::Mh,
        &[EOL, RIGHT, EOL, "1011 0000 0000 01", EOL, WHITE, EOL, RTC],
        &["...#####", "!...#####", "........"],
        &[Malformed::InvalidCode],
        End::Marker,
    );
}

#[test]
fn before_the_first_good_row_a_bad_one_is_white() {
    check(
        Coding::Mh,
        &[EOL, "1000", EOL, RIGHT, EOL, RTC],
        &["!........", "...#####"],
        &[Malformed::ShortRow],
        End::Marker,
    );
}

#[test]
fn a_row_must_have_exactly_the_width() {
    let past = "1000 00011"; // three white, seven black
    let beyond = "10011 11"; // eight white, two black
    check(
        Coding::Mh,
        &[EOL, WHITE, EOL, past, EOL, beyond, EOL, "1011", EOL, RIGHT, EOL, RTC],
        &["........", "!........", "!........", "!........", "...#####"],
        &[Malformed::RunOutsideLine, Malformed::LongRow, Malformed::ShortRow],
        End::Marker,
    );
}

#[test]
fn the_longest_run_of_bad_rows_is_counted() {
    let (_, stats, _) = decode(
        Coding::Mh,
        &[EOL, "1", EOL, WHITE, EOL, "1", EOL, "1", EOL, "1", EOL, WHITE, EOL, "1", EOL, RTC],
    );
    assert_eq!((stats.rows, stats.bad_rows, stats.longest_bad_run), (7, 5, 3));
}

#[test]
fn zeros_of_an_eol_that_a_bad_row_swallowed_are_not_missed() {
    // The row ends with the code of three white pels, whose three zeros are the EOL's.
    check(
        Coding::Mh,
        &[EOL, "1", "000 0000 00001", RIGHT, EOL, RTC],
        &["!........", "...#####"],
        &[Malformed::ShortRow],
        End::Marker,
    );
}

#[test]
fn mr_goes_on_at_a_row_coded_alone() {
    check(
        MR,
        &[
            &[EOL, "1", RIGHT, EOL, "0", SAME, EOL, "0", "0000 0001"].concat(),
            &[EOL, "0", SAME, EOL, "0", SAME, EOL, "1", WHITE, EOL, "0", "1", EOL, "1"].concat(),
            RTC_MR,
        ],
        &["...#####", "...#####", "!...#####", "!...#####", "!...#####", "........", "........"],
        &[Malformed::InvalidCode, Malformed::LostReference, Malformed::LostReference],
        End::Marker,
    );
}

#[test]
fn mr_begins_at_a_row_coded_alone() {
    check(
        MR,
        &["0000 0101 1 1000 0011", EOL, "0", SAME, EOL, "1", RIGHT, EOL, "1", RTC_MR],
        &["!........", "...#####"],
        &[Malformed::LostReference],
        End::Marker,
    );
}

#[test]
fn mmr_ends_at_a_bad_row() {
    let broken = End::Broken(Malformed::InvalidCode.into());
    check(
        Coding::Mmr,
        &["001", RIGHT, "1 1", "0000 0001 1", "1 1"],
        &["...#####", "...#####", "!...#####"],
        &[Malformed::InvalidCode],
        broken,
    );
}

#[test]
fn fill_may_be_of_any_length() {
    let fill = "0".repeat(1000);
    check(
        Coding::Mh,
        &[&fill, EOL, WHITE, &fill, EOL, RIGHT, "0", EOL, RTC],
        &["........", "...#####"],
        &[],
        End::Marker,
    );
}

#[test]
fn what_comes_before_the_first_eol_does_not_count() {
    check(Coding::Mh, &["1111 0101", EOL, WHITE, EOL, RTC], &["........"], &[], End::Marker);
}

#[test]
fn two_eols_end_a_page_if_no_good_row_follows() {
    check(Coding::Mh, &[EOL, WHITE, EOL, EOL], &["........"], &[], End::Marker);
    check(Coding::Mh, &[EOL, WHITE, EOL, EOL, "1111 1111 0"], &["........"], &[], End::Marker);
    check(MR, &[EOL, "1", WHITE, EOL, "1", EOL, "1"], &["........"], &[], End::Marker);
}

#[test]
fn two_eols_with_a_good_row_behind_them_are_a_lost_row() {
    check(
        Coding::Mh,
        &[EOL, WHITE, EOL, EOL, RIGHT, EOL, WHITE, EOL, RTC],
        &["........", "!........", "...#####", "........"],
        &[Malformed::EmptyRow],
        End::Marker,
    );
    check(
        MR,
        &[EOL, "1", WHITE, EOL, "0", EOL, "0", SAME, EOL, "1", RIGHT, EOL, "1", RTC_MR],
        &["........", "!........", "!........", "...#####"],
        &[Malformed::EmptyRow, Malformed::LostReference],
        End::Marker,
    );
}

#[test]
fn a_page_may_end_without_a_marker() {
    check(Coding::Mh, &[EOL, WHITE, EOL, RIGHT], &["........", "...#####"], &[], End::Data);
    check(Coding::Mh, &[EOL, WHITE, EOL], &["........"], &[], End::Data);
    check(Coding::Mmr, &["1", "1", "000000"], &["........", "........"], &[], End::Data);
    check(Coding::Mmr, &["1", EOL, "1111"], &["........"], &[], End::Data);
    check(Coding::Mmr, &["1", EOL, EOL, "1111"], &["........"], &[], End::Marker);
    check(Coding::Mh, &[], &[], &[], End::Data);
    check(Coding::Mmr, &[], &[], &[], End::Data);
}

#[test]
fn a_row_cut_off_is_bad() {
    check(
        Coding::Mh,
        &[EOL, WHITE, EOL, "1000"],
        &["........", "!........"],
        &[Malformed::Truncated],
        End::Data,
    );
}

#[test]
fn uncompressed_mode_is_read() {
    // Four white and a black; a black; five white are none of it; back with one white, then white.
    check(
        Coding::Mmr,
        &["0000001 111", "00001", "1", "0000000 1 0", "1", EOL, EOL],
        &["....##.."],
        &[],
        End::Marker,
    );
    // Five white and three black in a row coded alone; the row is full when it is left.
    check(
        Coding::Mh,
        &[EOL, "000000001 111", "000001", "1", "1", "1", "0000001 0", EOL, RTC],
        &[".....###"],
        &[],
        End::Marker,
    );
    // The run that follows may have the colour of the pel before.
    check(
        Coding::Mh,
        &[EOL, "000000001 111", "01", "0000001 1", "011", "0111", EOL, RTC],
        &[".#####.."],
        &[],
        End::Marker,
    );
}

#[test]
fn other_extensions_are_unsupported() {
    for (coding, codes) in
        [(Coding::Mh, [EOL, "000000001 010"]), (Coding::Mmr, ["1", "0000001 010"])]
    {
        let (_, _, errors) = decode(coding, &codes);
        assert_eq!(errors, [Unsupported::Extension(0b010).into()]);
    }
}

#[test]
fn a_page_has_no_more_than_its_most_rows() {
    let mut builder = PageBuilder::new(Coding::Mmr, 8, Resolution::Standard).unwrap();
    // Eight rows each that are like the one before.
    for _ in 0..MAX_ROWS / 8 {
        builder.push(&[0xff]);
        assert!(!builder.is_over());
    }
    builder.push(&[0xff]);
    assert!(builder.is_over());
    let (page, stats) = builder.finish();
    assert_eq!((page.rows, stats.rows, stats.end), (MAX_ROWS, MAX_ROWS, End::TooLong));
    assert_eq!(page.to_bitmap().unwrap().rows(), MAX_ROWS);
}

#[test]
fn a_builder_sees_the_end_of_a_page() {
    let mut builder = PageBuilder::new(Coding::Mh, 8, Resolution::Standard).unwrap();
    builder.push(&octets(&[EOL, WHITE, EOL]));
    assert!(!builder.is_over());
    builder.push(&octets(&["0000", RTC]));
    assert!(builder.is_over());
    builder.push(&octets(&[EOL, WHITE, EOL]));
    assert_eq!(builder.finish().1, Stats { rows: 1, end: End::Marker, ..Stats::default() });
}

/// Rows that differ from each other, so that one can be told from its neighbours.
fn distinct_rows(width: u32, rows: u32) -> Bitmap {
    let mut bitmap = Bitmap::new(width, rows).unwrap();
    for y in 0..rows {
        for x in 0..width {
            bitmap.set(x, y, (x + 3 * y) * (y + 1) % 23 < 7);
        }
    }
    bitmap
}

proptest! {
    #[test]
    fn one_wrong_bit_costs_at_most_two_rows_of_mh(at in 0..10_000_usize, width in 30..200u32) {
        let bitmap = distinct_rows(width, 20);
        let mut encoder = Encoder::new(Coding::Mh, width).unwrap();
        bitmap.lines().for_each(|row| encoder.push_row(row));
        let mut wire = encoder.finish();
        let at = at % (wire.len() * 8);
        wire[at / 8] ^= 0x80 >> (at % 8);

        let mut decoder = Decoder::new(Coding::Mh, width).unwrap();
        decoder.push(&wire);
        decoder.finish();
        let mut row = vec![0; bitmap.stride()];
        let mut back = Vec::new();
        while let Row::Good | Row::Bad(_) = decoder.next_row(&mut row) {
            back.push(row.clone());
        }
        let rows: Vec<&[u8]> = bitmap.lines().collect();
        let before = rows.iter().zip(&back).take_while(|(a, b)| a == b).count();
        let after = rows.iter().rev().zip(back.iter().rev()).take_while(|(a, b)| a == b).count();
        prop_assert!(before + after >= 18, "{before} rows before, {after} after bit {at}");
    }
}
