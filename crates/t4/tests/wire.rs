//! What goes over the line, bit by bit.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use t4::{Coding, Encoder, Framing};

const EOL: &str = "000000000001";
const EOFB: &str = "000000000001 000000000001";

/// Five white pels and three black ones, and the other way round.
const RIGHT: u8 = 0b0000_0111;
const LEFT: u8 = 0b1111_1000;
const RIGHT_1D: &str = "1100 10";
const LEFT_1D: &str = "00110101 0011 1000";

#[track_caller]
fn check(encoder: Encoder, rows: &[u8], codes: &[&str]) {
    let mut encoder = encoder;
    rows.iter().for_each(|row| encoder.push_row(&[*row]));
    let bits: String = encoder.finish().iter().map(|octet| format!("{octet:08b}")).collect();
    let mut expected = codes.concat().replace(' ', "");
    expected.push_str(&"0".repeat(expected.len().next_multiple_of(8) - expected.len()));
    assert_eq!(bits, expected);
}

fn encoder(coding: Coding) -> Encoder {
    Encoder::new(coding, 8).unwrap()
}

/// As often as an RTC has it.
fn rtc(eol: &str) -> String {
    eol.repeat(6)
}

#[test]
fn mh_has_an_eol_before_each_row_and_six_at_the_end() {
    let codes = [EOL, RIGHT_1D, EOL, LEFT_1D, &rtc(EOL)];
    check(encoder(Coding::Mh), &[RIGHT, LEFT], &codes);
    check(encoder(Coding::Mh), &[], &[&rtc(EOL)]);
}

#[test]
fn mr_codes_every_kth_row_alone_and_says_so() {
    let rtc = rtc("000000000001 1");
    let same = "111";
    for (k, codes) in [
        (1, [EOL, "1", RIGHT_1D, EOL, "1", RIGHT_1D, EOL, "1", RIGHT_1D, EOL, "1", RIGHT_1D]),
        (2, [EOL, "1", RIGHT_1D, EOL, "0", "11", EOL, "1", RIGHT_1D, EOL, "0", "11"]),
        (4, [EOL, "1", RIGHT_1D, EOL, "0", "11", EOL, "0", "11", EOL, "0", "11"]),
    ] {
        check(encoder(Coding::Mr { k }), &[RIGHT; 4], &[&codes.concat(), &rtc]);
    }
    // Three changes that are where they were: at 0, at 5 and at the end.
    let codes = [EOL, "1", LEFT_1D, EOL, "0", same, &rtc];
    check(encoder(Coding::Mr { k: 2 }), &[LEFT, LEFT], &codes);
}

#[test]
fn mmr_has_no_eol_but_its_end() {
    check(encoder(Coding::Mmr), &[RIGHT, RIGHT, 0], &["0000010 1", "11", "0000011", EOFB]);
    check(encoder(Coding::Mmr), &[], &[EOFB]);
}

#[test]
fn each_mode_is_used_where_it_must_be() {
    for (above, row, codes) in [
        (0b0001_1000, 0b0001_1000, "1 1 1"),
        (0b0001_1000, 0b0011_0000, "010 010 1"),
        (0b0001_1100, 0b0111_0000, "000010 000010 1"),
        (0b0001_1000, 0b1100_0000, "0000010 0000010 0001 1"),
        (0b0001_1000, 0b0000_1100, "011 011 1"),
        (0b0111_0000, 0b0001_1100, "000011 000011 1"),
        (0b0110_0000, 0b0000_1100, "0001 001 000111 11 1"),
        (0b1100_0000, 0b0001_1000, "0001 001 000111 11 1"),
        (0b1111_0000, 0b0001_1110, "0000011 0000011 1"),
        (0b0110_0000, 0b0000_0000, "0001 1"),
    ] {
        let tag = [EOL, "1"].concat();
        let mut alone = encoder(Coding::Mr { k: 2 });
        alone.push_row(&[above]);
        let octets = alone.finish();
        let bits: String = octets.iter().map(|octet| format!("{octet:08b}")).collect();
        let first = bits.split(&tag).nth(1).unwrap();
        let rtc = rtc(&tag);
        let codes = [&tag, first, EOL, "0", codes, &rtc];
        check(encoder(Coding::Mr { k: 2 }), &[above, row], &codes);
    }
}

#[test]
fn fill_goes_before_the_eol_of_a_short_row() {
    // Six bits and an EOL are 18, of at least 24; 17 and an EOL are enough.
    let codes = [EOL, RIGHT_1D, "000000", EOL, LEFT_1D, &rtc(EOL)];
    check(encoder(Coding::Mh).min_row_bits(24), &[RIGHT, LEFT], &codes);
    let codes = [EOL, "1", RIGHT_1D, "00000", EOL, "0", "11", "000000000", &rtc("0000000000011")];
    check(encoder(Coding::Mr { k: 2 }).min_row_bits(24), &[RIGHT, RIGHT], &codes);
    check(encoder(Coding::Mmr).min_row_bits(1000), &[0], &["1", EOFB]);
}

#[test]
fn eols_may_end_on_octet_borders() {
    let eol = "0000 0000 0000 0001";
    let codes = [eol, RIGHT_1D, "00 0000", EOL, LEFT_1D, "0000", EOL, &eol.repeat(5)];
    check(encoder(Coding::Mh).framing(Framing::AlignedEol), &[RIGHT, LEFT], &codes);
}

#[test]
fn rows_may_begin_on_octet_borders_without_eols() {
    let codes = [RIGHT_1D, "00", LEFT_1D];
    check(encoder(Coding::Mh).framing(Framing::AlignedRow), &[RIGHT, LEFT], &codes);
}

#[test]
fn long_runs_take_several_make_up_codes() {
    let mut encoder = Encoder::new(Coding::Mh, 5185).unwrap();
    encoder.push_row(&[]);
    let bits: String = encoder.finish().iter().map(|octet| format!("{octet:08b}")).collect();
    let codes = [EOL, "000000011111", "000000011111", "11011", "000111", EOL].concat();
    assert!(bits.starts_with(&codes), "{bits}");
}

#[test]
fn octets_may_be_taken_at_any_time() {
    let mut pieces = encoder(Coding::Mr { k: 4 }).min_row_bits(40);
    let mut whole = encoder(Coding::Mr { k: 4 }).min_row_bits(40);
    let mut taken = Vec::new();
    for row in 0..=255 {
        pieces.push_row(&[row]);
        whole.push_row(&[row]);
        taken.extend(pieces.take());
    }
    taken.extend(pieces.finish());
    assert_eq!(taken, whole.finish());
}
