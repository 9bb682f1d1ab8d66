use alloc::string::String;
use core::fmt;

/// The most characters an identity frame carries. T.30 5.3.6.2.4.
const CHARS: usize = 20;

/// An identity as CSI, TSI and CIG carry it: at most 20 characters from 0x20 to 0x7E.
///
/// The standard allows digits, `+` and blank; real machines send any printable ASCII, so that is
/// what is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Ident(String);

impl Ident {
    /// The identity that `text` gives: other characters are removed, the rest is cut to 20.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.chars().filter(|c| matches!(c, ' '..='~')).take(CHARS).collect())
    }

    /// The text, without the blanks that fill the frame.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.trim()
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }

    /// The 20 octets of the FIF in M-form (first bit on the line is the most significant): last
    /// character first, each character with its least significant bit first. T.30 5.3.6.2.4.
    #[must_use]
    pub fn to_fif(&self) -> [u8; CHARS] {
        let mut fif = [b' '.reverse_bits(); CHARS];
        for (slot, byte) in fif.iter_mut().zip(self.0.bytes().rev()) {
            *slot = byte.reverse_bits();
        }
        fif
    }

    /// Reads a FIF in M-form of any length; unprintable octets are dropped.
    #[must_use]
    pub fn from_fif(fif: &[u8]) -> Self {
        let text: String = fif.iter().rev().map(|b| char::from(b.reverse_bits())).collect();
        Self::new(text.trim_matches(|c: char| c == ' ' || c == '\0'))
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Row 1 of the recorded frames: `+1 555 5067`, blanks after the number on the line.
    #[test]
    fn a_recorded_csi_reads_and_writes_back() {
        let mut fif = [0x04; CHARS];
        fif[..11]
            .copy_from_slice(&[0xEC, 0x6C, 0x0C, 0xAC, 0x04, 0xAC, 0xAC, 0xAC, 0x04, 0x8C, 0xD4]);
        assert_eq!(Ident::from_fif(&fif).as_str(), "+1 555 5067");
        assert_eq!(Ident::new("+1 555 5067").to_fif(), fif);
    }

    #[test]
    fn what_cannot_be_sent_is_removed_and_the_rest_is_cut() {
        assert_eq!(Ident::new("\u{e9}A\tB").as_str(), "AB");
        assert_eq!(Ident::new("123456789012345678901").as_str(), "12345678901234567890");
    }
}
