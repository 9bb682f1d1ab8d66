//! The code tables of T.4 and T.6 as they are printed, and the look-up tables made from them when
//! the crate is compiled.

/// A code word: `bits` right-aligned, and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) bits: u16,
    pub(crate) len: u8,
}

/// Runs of 0 to 63 white pels. Table 2/T.4, terminating codes.
#[rustfmt::skip]
pub(crate) const WHITE_TERMINATING: [Code; 64] = codes([
    "00110101", "000111", "0111", "1000", "1011", "1100", "1110", "1111",
    "10011", "10100", "00111", "01000", "001000", "000011", "110100", "110101",
    "101010", "101011", "0100111", "0001100", "0001000", "0010111", "0000011", "0000100",
    "0101000", "0101011", "0010011", "0100100", "0011000", "00000010", "00000011", "00011010",
    "00011011", "00010010", "00010011", "00010100", "00010101", "00010110", "00010111", "00101000",
    "00101001", "00101010", "00101011", "00101100", "00101101", "00000100", "00000101", "00001010",
    "00001011", "01010010", "01010011", "01010100", "01010101", "00100100", "00100101", "01011000",
    "01011001", "01011010", "01011011", "01001010", "01001011", "00110010", "00110011", "00110100",
]);

/// Runs of 0 to 63 black pels. Table 2/T.4, terminating codes.
#[rustfmt::skip]
pub(crate) const BLACK_TERMINATING: [Code; 64] = codes([
    "0000110111", "010", "11", "10", "011", "0011", "0010", "00011",
    "000101", "000100", "0000100", "0000101", "0000111", "00000100", "00000111", "000011000",
    "0000010111", "0000011000", "0000001000", "00001100111",
    "00001101000", "00001101100", "00000110111", "00000101000",
    "00000010111", "00000011000", "000011001010", "000011001011",
    "000011001100", "000011001101", "000001101000", "000001101001",
    "000001101010", "000001101011", "000011010010", "000011010011",
    "000011010100", "000011010101", "000011010110", "000011010111",
    "000001101100", "000001101101", "000011011010", "000011011011",
    "000001010100", "000001010101", "000001010110", "000001010111",
    "000001100100", "000001100101", "000001010010", "000001010011",
    "000000100100", "000000110111", "000000111000", "000000100111",
    "000000101000", "000001011000", "000001011001", "000000101011",
    "000000101100", "000001011010", "000001100110", "000001100111",
]);

/// Runs of 64, 128, ... 1728 white pels. Table 3a/T.4, make-up codes.
#[rustfmt::skip]
pub(crate) const WHITE_MAKE_UP: [Code; 27] = codes([
    "11011", "10010", "010111", "0110111", "00110110", "00110111", "01100100", "01100101",
    "01101000", "01100111", "011001100", "011001101", "011010010", "011010011", "011010100",
    "011010101", "011010110", "011010111", "011011000", "011011001", "011011010", "011011011",
    "010011000", "010011001", "010011010", "011000", "010011011",
]);

/// Runs of 64, 128, ... 1728 black pels. Table 3a/T.4, make-up codes.
#[rustfmt::skip]
pub(crate) const BLACK_MAKE_UP: [Code; 27] = codes([
    "0000001111", "000011001000", "000011001001", "000001011011", "000000110011", "000000110100",
    "000000110101", "0000001101100", "0000001101101", "0000001001010", "0000001001011",
    "0000001001100", "0000001001101", "0000001110010", "0000001110011", "0000001110100",
    "0000001110101", "0000001110110", "0000001110111", "0000001010010", "0000001010011",
    "0000001010100", "0000001010101", "0000001011010", "0000001011011", "0000001100100",
    "0000001100101",
]);

/// Runs of 1792, 1856, ... 2560 pels of either colour. Table 3b/T.4, make-up codes.
#[rustfmt::skip]
pub(crate) const EXTENDED_MAKE_UP: [Code; 13] = codes([
    "00000001000", "00000001100", "00000001101", "000000010010", "000000010011", "000000010100",
    "000000010101", "000000010110", "000000010111", "000000011100", "000000011101", "000000011110",
    "000000011111",
]);

/// The longest run of one code.
pub(crate) const LONGEST_MAKE_UP: u32 = 2560;

/// A mode of two-dimensional coding. Table 4/T.4, Table 1/T.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// b2 lies left of a1.
    Pass,
    /// Two runs follow, a0a1 and a1a2.
    Horizontal,
    /// a1 lies so many pels right of b1.
    Vertical(i8),
    /// Three bits follow that say which extension.
    Extension,
}

/// The modes in the order of Table 4/T.4.
pub(crate) const MODES: [(Mode, Code); 10] = [
    (Mode::Pass, code("0001")),
    (Mode::Horizontal, code("001")),
    (Mode::Vertical(0), code("1")),
    (Mode::Vertical(1), code("011")),
    (Mode::Vertical(2), code("000011")),
    (Mode::Vertical(3), code("0000011")),
    (Mode::Vertical(-1), code("010")),
    (Mode::Vertical(-2), code("000010")),
    (Mode::Vertical(-3), code("0000010")),
    (Mode::Extension, code("0000001")),
];

/// Vertical modes by distance: a1 three pels left of b1 is the first.
pub(crate) const VERTICAL: [Code; 7] =
    [MODES[8].1, MODES[7].1, MODES[6].1, MODES[2].1, MODES[3].1, MODES[4].1, MODES[5].1];

/// Pass mode. Table 4/T.4.
pub(crate) const PASS: Code = MODES[0].1;

/// Horizontal mode. Table 4/T.4.
pub(crate) const HORIZONTAL: Code = MODES[1].1;

/// End of line. T.4 4.1.2.
pub(crate) const EOL: Code = code("000000000001");

/// An extension in a one-dimensional row; three bits follow that say which. Table 5/T.4.
pub(crate) const EXTENSION_1D: Code = code("000000001");

/// The extension *uncompressed mode*. Table 5/T.4.
pub(crate) const UNCOMPRESSED: u8 = 0b111;

/// White runs by the next bits.
pub(crate) static WHITE: [RunEntry; 1 << WHITE_BITS] = runs(&WHITE_TERMINATING, &WHITE_MAKE_UP);

/// Black runs by the next bits.
pub(crate) static BLACK: [RunEntry; 1 << BLACK_BITS] = runs(&BLACK_TERMINATING, &BLACK_MAKE_UP);

/// Modes by the next bits; `None` is no mode.
pub(crate) static MODE: [Option<(Mode, u8)>; 1 << MODE_BITS] = modes();

/// The longest white code.
pub(crate) const WHITE_BITS: u32 = 12;

/// The longest black code.
pub(crate) const BLACK_BITS: u32 = 13;

/// The longest mode.
pub(crate) const MODE_BITS: u32 = 7;

/// A run and the length of its code, in one word: a length of 0 is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RunEntry(u16);

impl RunEntry {
    const INVALID: Self = Self(0);

    const fn new(run: u32, len: u8) -> Self {
        Self((run as u16) << 4 | len as u16)
    }

    /// Pels.
    #[inline]
    pub(crate) fn run(self) -> u32 {
        u32::from(self.0 >> 4)
    }

    /// Bits of the code.
    #[inline]
    pub(crate) fn len(self) -> u32 {
        u32::from(self.0 & 15)
    }
}

const fn runs<const N: usize>(terminating: &[Code; 64], make_up: &[Code; 27]) -> [RunEntry; N] {
    let mut table = [RunEntry::INVALID; N];
    let mut at = 0;
    while at < terminating.len() {
        enter(&mut table, terminating[at], at as u32);
        at += 1;
    }
    at = 0;
    while at < make_up.len() {
        enter(&mut table, make_up[at], 64 * (at as u32 + 1));
        at += 1;
    }
    at = 0;
    while at < EXTENDED_MAKE_UP.len() {
        enter(&mut table, EXTENDED_MAKE_UP[at], 64 * (at as u32 + 28));
        at += 1;
    }
    table
}

const fn enter<const N: usize>(table: &mut [RunEntry; N], code: Code, run: u32) {
    let shift = N.trailing_zeros() - code.len as u32;
    let mut at = 0;
    while at < 1 << shift {
        table[(code.bits as usize) << shift | at] = RunEntry::new(run, code.len);
        at += 1;
    }
}

const fn modes() -> [Option<(Mode, u8)>; 1 << MODE_BITS] {
    let mut table = [None; 1 << MODE_BITS];
    let mut row = 0;
    while row < MODES.len() {
        let (mode, code) = MODES[row];
        let shift = MODE_BITS - code.len as u32;
        let mut at = 0;
        while at < 1 << shift {
            table[(code.bits as usize) << shift | at] = Some((mode, code.len));
            at += 1;
        }
        row += 1;
    }
    table
}

const fn codes<const N: usize>(digits: [&str; N]) -> [Code; N] {
    let mut out = [Code { bits: 0, len: 0 }; N];
    let mut at = 0;
    while at < N {
        out[at] = code(digits[at]);
        at += 1;
    }
    out
}

const fn code(digits: &str) -> Code {
    let mut bits = 0;
    let mut at = 0;
    while at < digits.len() {
        bits = bits << 1 | (digits.as_bytes()[at] - b'0') as u16;
        at += 1;
    }
    Code { bits, len: digits.len() as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// All code space there is, as parts of 2^-13.
    const WHOLE: u32 = 1 << 13;

    #[track_caller]
    fn check(rows: usize, set: &[Code]) {
        assert_eq!(set.len(), rows, "rows of the table");
        for (at, a) in set.iter().enumerate() {
            for b in &set[at + 1..] {
                let len = a.len.min(b.len);
                assert_ne!(a.bits >> (a.len - len), b.bits >> (b.len - len), "{a:?} {b:?}");
            }
        }
        let space: u32 = set.iter().map(|code| WHOLE >> code.len).sum();
        assert_eq!(space, WHOLE, "every bit string begins with a code");
    }

    fn run_codes(terminating: &[Code], make_up: &[Code]) -> Vec<Code> {
        // What begins with eight zeros is an extension, fill or an EOL.
        [terminating, make_up, &EXTENDED_MAKE_UP, &[code("00000000")]].concat()
    }

    #[test]
    fn white_codes_are_complete_and_prefix_free() {
        check(64 + 27 + 13 + 1, &run_codes(&WHITE_TERMINATING, &WHITE_MAKE_UP));
    }

    #[test]
    fn black_codes_are_complete_and_prefix_free() {
        check(64 + 27 + 13 + 1, &run_codes(&BLACK_TERMINATING, &BLACK_MAKE_UP));
    }

    #[test]
    fn modes_are_complete_and_prefix_free() {
        let mut set: Vec<Code> = MODES.iter().map(|(_, code)| *code).collect();
        set.push(code("0000000"));
        check(10 + 1, &set);
    }

    #[test]
    fn vertical_modes_stand_by_distance() {
        for (distance, code) in (-3..=3).zip(VERTICAL) {
            assert!(MODES.contains(&(Mode::Vertical(distance), code)), "{distance}");
        }
    }

    #[test]
    fn a_look_up_gives_the_run_and_length_of_each_code() {
        for (run, code) in (0..).zip(BLACK_TERMINATING) {
            let entry = BLACK[usize::from(code.bits) << (13 - code.len)];
            assert_eq!((entry.run(), entry.len()), (run, u32::from(code.len)));
        }
        for (step, code) in (28..).zip(EXTENDED_MAKE_UP) {
            let entry =
                WHITE[usize::from(code.bits) << (12 - code.len) | ((1 << (12 - code.len)) - 1)];
            assert_eq!((entry.run(), entry.len()), (64 * step, u32::from(code.len)));
        }
        assert_eq!(WHITE[0], RunEntry::INVALID);
        assert_eq!(MODE[0], None);
    }
}
