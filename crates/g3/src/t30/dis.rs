//! DIS and DTC: what a terminal can do. T.30 5.3.6.1.1.

use alloc::vec::Vec;
use core::fmt;

use t4::Resolution;

use super::bits::Bits;
use crate::{Capabilities, Coding, Length, Modulation, Rate};

/// The abilities that a DIS or DTC tells, as far as this end can use them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dis {
    /// Bit 10: it can receive a fax (in DTC: it wants to).
    pub can_receive: bool,
    /// Bit 9: it has a document to be polled.
    pub has_document: bool,
    /// Bits 11 to 14: the rates it can receive at, slowest first within a modulation.
    pub rates: Vec<Rate>,
    /// Bit 27: error correction mode.
    pub ecm: bool,
    /// Bit 7: it would rather have ECM frames of 64 octets.
    pub ecm_64_preferred: bool,
    /// Bit 16: MR coding.
    pub mr: bool,
    /// Bit 31 together with bit 27: MMR coding.
    pub mmr: bool,
    /// Standard and what bits 15 and 41 add.
    pub resolutions: Vec<Resolution>,
    /// The widest line in pels: 1728, 2048 or 2432. Bits 17 and 18.
    pub max_width: u32,
    /// The longest page. Bits 19 and 20.
    pub length: Length,
    /// Bit 3: it knows T.38.
    pub t38: bool,
    /// Bits 21 to 23.
    scan_time: u8,
    /// Bit 46.
    halves_superfine: bool,
}

impl Dis {
    /// Reads a DIS or DTC. Codes that are not valid are read as the nearest valid ones: every bit
    /// string is a DIS.
    #[must_use]
    pub fn from_bits(bits: &Bits) -> Self {
        let ecm = bits.get(27);
        let mut resolutions = Vec::from([Resolution::Standard]);
        resolutions.extend(bits.get(15).then_some(Resolution::Fine));
        resolutions.extend(bits.get(41).then_some(Resolution::Superfine));
        let modulations = modulations(bits.field(11, 14));
        Self {
            can_receive: bits.get(10),
            has_document: bits.get(9),
            rates: rates(modulations).collect(),
            ecm,
            ecm_64_preferred: bits.get(7),
            mr: bits.get(16),
            mmr: ecm && bits.get(31),
            resolutions,
            max_width: width(bits),
            length: length(bits),
            t38: bits.get(3),
            scan_time: bits.field(21, 23),
            halves_superfine: bits.get(46),
        }
    }

    /// The least time for one line at `resolution` without ECM, in milliseconds: 0 to 40. T.30
    /// 5.3.6.2, note on bits 21 to 23.
    #[must_use]
    pub const fn min_scan_ms(&self, resolution: Resolution) -> u8 {
        let (standard, fine) = scan_times_ms(self.scan_time);
        match resolution {
            Resolution::Standard => standard,
            // 5 ms are halved to 2.5; the next full millisecond keeps the promise.
            Resolution::Superfine if self.halves_superfine => fine.div_ceil(2),
            Resolution::Fine | Resolution::Superfine => fine,
        }
    }
}

impl fmt::Display for Dis {
    /// One line: `up to V.17 14400 MR MMR ECM fine superfine 2432 pels`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at_best = self.rates.iter().max_by_key(|rate| (rate.modulation(), rate.bps()));
        match at_best {
            Some(rate) => write!(f, "up to {rate}")?,
            None => f.write_str("no rate")?,
        }
        for (has, word) in [
            (self.mr, "MR"),
            (self.mmr, "MMR"),
            (self.ecm, "ECM"),
            (self.resolutions.contains(&Resolution::Fine), "fine"),
            (self.resolutions.contains(&Resolution::Superfine), "superfine"),
            (self.has_document, "has a document"),
            (!self.can_receive, "cannot receive"),
        ] {
            if has {
                write!(f, " {word}")?;
            }
        }
        write!(f, " {} pels", self.max_width)
    }
}

/// The DIS of a terminal with these capabilities.
///
/// The table cannot tell single rates of a modulation, nor V.17 without the older ones; a far end
/// that then chooses a rate which is not ours is told so by FTT.
#[must_use]
pub fn offer(capabilities: &Capabilities) -> Bits {
    let mut bits = Bits::NONE;
    let has = |modulation| capabilities.rates.iter().any(|rate| rate.modulation() == modulation);
    let fallback_only = capabilities.rates.iter().all(|&rate| rate == Rate::V27ter2400);
    let rate = if has(Modulation::V17) {
        0b1101
    } else {
        match (has(Modulation::V29), has(Modulation::V27ter)) {
            (true, true) => 0b1100,
            (true, false) => 0b1000,
            (false, _) if fallback_only => 0b0000,
            (false, _) => 0b0100,
        }
    };
    let superfine = capabilities.resolutions.contains(&Resolution::Superfine);
    bits.set(7, capabilities.ecm && capabilities.ecm_64);
    bits.set(10, true);
    bits.set_field(11, 14, rate);
    bits.set(15, capabilities.resolutions.contains(&Resolution::Fine));
    bits.set(16, capabilities.codings.contains(&Coding::Mr));
    set_width(&mut bits, capabilities.max_width);
    set_length(&mut bits, capabilities.length);
    set_scan_time(&mut bits, capabilities.min_scan_ms);
    bits.set(27, capabilities.ecm);
    bits.set(31, capabilities.ecm && capabilities.codings.contains(&Coding::Mmr));
    bits.set(41, superfine);
    // Pages of this end have 8 pels per millimetre; the octet is there only with superfine.
    bits.set(45, superfine);
    bits
}

/// The modulations behind the rate field of a DIS: V.27 ter, V.29, V.17, and whether V.27 ter has
/// its 4800 bit/s.
#[derive(Clone, Copy)]
struct Modulations {
    v27ter: bool,
    v27ter_4800: bool,
    v29: bool,
    v17: bool,
}

/// Reserved codes are read as what they extend.
const fn modulations(code: u8) -> Modulations {
    let (v27ter, v27ter_4800, v29, v17) = match code {
        0b0000 => (true, false, false, false),
        0b1000 => (false, false, true, false),
        0b1101 => (true, true, true, true),
        0b1100 | 0b1110 | 0b1111 => (true, true, true, false),
        _ => (true, true, false, false),
    };
    Modulations { v27ter, v27ter_4800, v29, v17 }
}

fn rates(modulations: Modulations) -> impl Iterator<Item = Rate> {
    Rate::ALL.into_iter().filter(move |rate| match rate.modulation() {
        Modulation::V27ter if *rate == Rate::V27ter2400 => modulations.v27ter,
        Modulation::V27ter => modulations.v27ter_4800,
        Modulation::V29 => modulations.v29,
        Modulation::V17 => modulations.v17,
    })
}

/// What the rate field of a DIS offers.
pub(super) const fn modulations_text(code: u8) -> &'static str {
    match modulations(code) {
        Modulations { v17: true, .. } => "V.27ter, V.29 and V.17",
        Modulations { v29: true, v27ter: true, .. } => "V.27ter and V.29",
        Modulations { v29: true, .. } => "V.29",
        Modulations { v27ter_4800: true, .. } => "V.27ter",
        _ => "V.27ter 2400 only",
    }
}

/// The least times of a standard and of a fine line in milliseconds. Bits 21 to 23.
pub(super) const fn scan_times_ms(code: u8) -> (u8, u8) {
    match code & 0b111 {
        0b001 => (40, 40),
        0b010 => (10, 10),
        0b100 => (5, 5),
        0b011 => (10, 5),
        0b110 => (20, 10),
        0b101 => (40, 20),
        0b111 => (0, 0),
        _ => (20, 20),
    }
}

/// Writes the code whose time is `ms`, or the next longer one, for all resolutions alike.
pub(super) fn set_scan_time(bits: &mut Bits, ms: u8) {
    let code = match ms {
        0 => 0b111,
        1..=5 => 0b100,
        6..=10 => 0b010,
        11..=20 => 0b000,
        21.. => 0b001,
    };
    bits.set_field(21, 23, code);
}

/// Pels per line at 8 pels per millimetre. The code that is not valid is read as the widest.
pub(super) fn width(bits: &Bits) -> u32 {
    match bits.field(17, 18) {
        0b00 => 1728,
        0b10 => 2048,
        _ => 2432,
    }
}

pub(super) fn set_width(bits: &mut Bits, width: u32) {
    let code = match width {
        0..=1728 => 0b00,
        1729..=2048 => 0b10,
        2049.. => 0b01,
    };
    bits.set_field(17, 18, code);
}

/// The code that is not valid is read as the longest.
pub(super) fn length(bits: &Bits) -> Length {
    match bits.field(19, 20) {
        0b00 => Length::A4,
        0b10 => Length::B4,
        _ => Length::Unlimited,
    }
}

pub(super) fn set_length(bits: &mut Bits, length: Length) {
    let code = match length {
        Length::A4 => 0b00,
        Length::B4 => 0b10,
        Length::Unlimited => 0b01,
    };
    bits.set_field(19, 20, code);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dis(fif: &[u8]) -> Dis {
        Dis::from_bits(&Bits::from_fif(fif))
    }

    #[test]
    fn an_offer_is_the_frame_that_the_table_gives() {
        let plain = Capabilities {
            resolutions: [Resolution::Standard, Resolution::Fine].into(),
            max_width: 1728,
            ..Capabilities::default()
        };
        assert_eq!(offer(&plain).to_fif(), [0x00, 0x77, 0x1F, 0x22]);
        assert_eq!(offer(&Capabilities::default()).to_fif(), [0x00, 0x77, 0x5F, 0x23, 0x01, 0x88]);
        let no_ecm = Capabilities { ecm: false, ecm_64: true, ..plain };
        assert_eq!(offer(&no_ecm).to_fif(), [0x00, 0x77, 0x1E]);
    }

    #[test]
    fn an_offer_reads_back_as_the_capabilities() {
        let capabilities = Capabilities { min_scan_ms: 10, ..Capabilities::default() };
        let dis = Dis::from_bits(&offer(&capabilities));
        assert_eq!(dis.rates, capabilities.rates);
        assert_eq!(dis.resolutions, capabilities.resolutions);
        assert_eq!(dis.max_width, capabilities.max_width);
        assert_eq!(dis.length, capabilities.length);
        assert_eq!(dis.min_scan_ms(Resolution::Fine), 10);
        assert!(dis.ecm && dis.mr && dis.mmr && dis.can_receive && !dis.has_document);
    }

    #[test]
    fn every_rate_code_of_a_dis_is_read() {
        let best = |code: u8| dis(&[0x00, 0x40 | code << 2, 0x1E]).rates;
        assert_eq!(best(0b0000), [Rate::V27ter2400]);
        assert_eq!(best(0b0100), [Rate::V27ter2400, Rate::V27ter4800]);
        assert_eq!(best(0b1000), [Rate::V29At7200, Rate::V29At9600]);
        assert_eq!(best(0b1100).len(), 4);
        assert_eq!(best(0b1101), Rate::ALL);
        assert_eq!(best(0b1110), best(0b1100), "V.33 was dropped");
        assert_eq!(best(0b0011), best(0b0100), "reserved");
    }

    #[test]
    fn scan_times_depend_on_the_resolution() {
        use Resolution::{Fine, Standard, Superfine};
        let times = |code: u8, bit_46: u8| {
            let dis = dis(&[0x00, 0x40, code << 1 | 1, 0x01, 0x01, bit_46]);
            [Standard, Fine, Superfine].map(|resolution| dis.min_scan_ms(resolution))
        };
        assert_eq!(times(0b000, 0), [20, 20, 20]);
        assert_eq!(times(0b001, 0), [40, 40, 40]);
        assert_eq!(times(0b010, 0), [10, 10, 10]);
        assert_eq!(times(0b100, 0), [5, 5, 5]);
        assert_eq!(times(0b011, 0), [10, 5, 5]);
        assert_eq!(times(0b110, 0x04), [20, 10, 5]);
        assert_eq!(times(0b101, 0x04), [40, 20, 10]);
        assert_eq!(times(0b100, 0x04), [5, 5, 3]);
        assert_eq!(times(0b111, 0x04), [0, 0, 0]);
    }

    #[test]
    fn mmr_counts_only_with_ecm() {
        assert!(!dis(&[0x00, 0x77, 0x1F, 0x02]).mmr);
        assert!(dis(&[0x00, 0x77, 0x1F, 0x22]).mmr);
    }
}
