//! DCS: what the coming pages will use. T.30 5.3.6.1.3.

use core::fmt;

use t4::Resolution;

use super::bits::Bits;
use super::dis;
use crate::{Capabilities, Coding, Length, Rate};

/// The settings of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dcs {
    /// Modulation and rate. Bits 11 to 14.
    pub rate: Rate,
    /// Pels per line: 1728, 2048 or 2432. Bits 17 and 18.
    pub width: u32,
    /// The longest page. Bits 19 and 20.
    pub length: Length,
    /// Lines per millimetre. Bits 15 and 41.
    pub resolution: Resolution,
    /// How the page is coded. Bits 16 and 31.
    pub coding: Coding,
    /// Error correction mode. Bit 27.
    pub ecm: bool,
    /// ECM frames of 64 octets instead of 256. Bit 28; only with `ecm`.
    pub ecm_64: bool,
    /// The least time of a line in milliseconds: 0, 5, 10, 20 or 40; 0 with ECM. Bits 21 to 23.
    pub min_scan_ms: u8,
}

/// Why a DCS is refused. No answer is given to it, or FTT: the far end has to choose again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DcsError {
    /// Malformed: a rate code that is not assigned.
    ReservedRate,
    /// Malformed: more than one of the image codings.
    SeveralCodings,
    /// Malformed: MMR without error correction.
    MmrWithoutEcm,
    /// Unsupported: a coding of colour, JBIG or mixed raster.
    UnknownCoding,
    /// Unsupported: lines that are not coded at all in between.
    UncompressedMode,
    /// Unsupported: a resolution other than 8 pels per millimetre with standard, fine or superfine.
    UnknownResolution,
    /// Unsupported: a file or text in place of a page.
    NotAPage,
    /// A rate that was not offered.
    RateNotOffered,
    /// A wider page than was offered.
    WidthNotOffered,
    /// A finer page than was offered.
    ResolutionNotOffered,
    /// A coding that was not offered.
    CodingNotOffered,
    /// Error correction, which was not offered.
    EcmNotOffered,
}

impl fmt::Display for DcsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReservedRate => "the rate code is not assigned",
            Self::SeveralCodings => "several image codings at once",
            Self::MmrWithoutEcm => "MMR without error correction",
            Self::UnknownCoding => "an image coding that is not supported",
            Self::UncompressedMode => "uncompressed mode",
            Self::UnknownResolution => "a resolution that is not supported",
            Self::NotAPage => "not a page",
            Self::RateNotOffered => "a rate that was not offered",
            Self::WidthNotOffered => "a width that was not offered",
            Self::ResolutionNotOffered => "a resolution that was not offered",
            Self::CodingNotOffered => "a coding that was not offered",
            Self::EcmNotOffered => "error correction, which was not offered",
        })
    }
}

impl core::error::Error for DcsError {}

impl Dcs {
    /// Reads a DCS.
    ///
    /// Read leniently: a scan time that only a DIS may have, a width or length code that is not
    /// valid (the largest), bit 10 = 0, MR together with MMR (MMR), fine together with superfine
    /// (superfine), 64 octets without ECM (ignored).
    ///
    /// # Errors
    /// What contradicts itself or is not supported here.
    pub fn from_bits(bits: &Bits) -> Result<Self, DcsError> {
        let rate = rate_of_code(bits.field(11, 14)).ok_or(DcsError::ReservedRate)?;
        if FILE_BITS.iter().any(|&bit| bits.get(bit)) {
            return Err(DcsError::NotAPage);
        }
        let ecm = bits.get(27);
        let coding = coding(bits)?;
        if coding == Coding::Mmr && !ecm {
            return Err(DcsError::MmrWithoutEcm);
        }
        if bits.get(26) {
            return Err(DcsError::UncompressedMode);
        }
        let (scan_ms, _) = dis::scan_times_ms(bits.field(21, 23));
        Ok(Self {
            rate,
            width: dis::width(bits),
            length: dis::length(bits),
            resolution: resolution(bits)?,
            coding,
            ecm,
            ecm_64: ecm && bits.get(28),
            min_scan_ms: if ecm { 0 } else { scan_ms },
        })
    }

    /// The bit string. MMR is written only with `ecm`; with ECM the scan time is 0.
    #[must_use]
    pub fn to_bits(&self) -> Bits {
        let mut bits = Bits::NONE;
        bits.set(10, true);
        bits.set_field(11, 14, code_of_rate(self.rate));
        bits.set(15, self.resolution == Resolution::Fine);
        bits.set(16, self.coding == Coding::Mr);
        dis::set_width(&mut bits, self.width);
        dis::set_length(&mut bits, self.length);
        dis::set_scan_time(&mut bits, if self.ecm { 0 } else { self.min_scan_ms });
        bits.set(27, self.ecm);
        bits.set(28, self.ecm && self.ecm_64);
        bits.set(31, self.ecm && self.coding == Coding::Mmr);
        bits.set(41, self.resolution == Resolution::Superfine);
        bits
    }

    /// Whether a terminal with these capabilities can do what the DCS says. The length and the
    /// scan time bind only the sender; MH and the standard resolution are always taken.
    ///
    /// # Errors
    /// The first setting that it cannot do.
    pub fn acceptable(&self, capabilities: &Capabilities) -> Result<(), DcsError> {
        let Capabilities { rates, ecm, codings, resolutions, max_width, .. } = capabilities;
        let checks = [
            (rates.contains(&self.rate), DcsError::RateNotOffered),
            (!self.ecm || *ecm, DcsError::EcmNotOffered),
            (
                self.coding == Coding::Mh || codings.contains(&self.coding),
                DcsError::CodingNotOffered,
            ),
            (
                self.resolution == Resolution::Standard || resolutions.contains(&self.resolution),
                DcsError::ResolutionNotOffered,
            ),
            (self.width <= *max_width, DcsError::WidthNotOffered),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, error)| Err(error))
    }
}

impl fmt::Display for Dcs {
    /// One line: `V.17 14400 fine MMR ECM`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resolution = match self.resolution {
            Resolution::Standard => "standard",
            Resolution::Fine => "fine",
            Resolution::Superfine => "superfine",
        };
        write!(f, "{} {resolution} {}", self.rate, self.coding)?;
        match (self.ecm, self.ecm_64) {
            (true, false) => f.write_str(" ECM")?,
            (true, true) => f.write_str(" ECM 64")?,
            (false, _) => {}
        }
        if self.width != 1728 {
            write!(f, " {} pels", self.width)?;
        }
        if self.min_scan_ms != 0 {
            write!(f, " {} ms", self.min_scan_ms)?;
        }
        Ok(())
    }
}

/// The FIF of CTC: the first two octets of a DCS with nothing but the rate. T.30 Annex A.
#[must_use]
pub fn ctc_fif(rate: Rate) -> [u8; 2] {
    let mut bits = Bits::NONE;
    bits.set_field(11, 14, code_of_rate(rate));
    let fif = bits.to_fif();
    fif.first_chunk().copied().unwrap_or_default()
}

/// The rate that a CTC asks for; `None` when its code is not assigned or it has no FIF.
#[must_use]
pub fn rate_of_ctc(fif: &[u8]) -> Option<Rate> {
    let [_, _, ..] = fif else { return None };
    rate_of_code(Bits::from_fif(fif).field(11, 14))
}

/// Bits of a DCS that announce a file or text. Table 2/T.30.
const FILE_BITS: [u8; 7] = [53, 54, 55, 57, 60, 62, 65];

/// Bits of a DCS that choose a resolution which is not supported. Table 2/T.30.
const OTHER_RESOLUTIONS: [u8; 7] = [42, 43, 105, 106, 107, 108, 109];

/// The rate that the rate field of a DCS means. Table 2/T.30.
pub(super) const fn rate_of_code(code: u8) -> Option<Rate> {
    Some(match code {
        0b0000 => Rate::V27ter2400,
        0b0100 => Rate::V27ter4800,
        0b1000 => Rate::V29At9600,
        0b1100 => Rate::V29At7200,
        0b0001 => Rate::V17At14400,
        0b0101 => Rate::V17At12000,
        0b1001 => Rate::V17At9600,
        0b1101 => Rate::V17At7200,
        _ => return None,
    })
}

const fn code_of_rate(rate: Rate) -> u8 {
    match rate {
        Rate::V27ter2400 => 0b0000,
        Rate::V27ter4800 => 0b0100,
        Rate::V29At9600 => 0b1000,
        Rate::V29At7200 => 0b1100,
        Rate::V17At14400 => 0b0001,
        Rate::V17At12000 => 0b0101,
        Rate::V17At9600 => 0b1001,
        Rate::V17At7200 => 0b1101,
    }
}

/// The coding: exactly one may be in use. MR is the exception; it is 0 beside MMR only by custom.
fn coding(bits: &Bits) -> Result<Coding, DcsError> {
    let others = [
        bits.get(36),
        bits.get(68),
        bits.get(78) || bits.get(79),
        bits.get(116),
        bits.field(92, 94) != 0,
    ];
    let others = others.into_iter().filter(|&used| used).count();
    match (bits.get(31), bits.get(16), others) {
        (true, _, 0) => Ok(Coding::Mmr),
        (false, true, 0) => Ok(Coding::Mr),
        (false, false, 0) => Ok(Coding::Mh),
        (false, false, 1) => Err(DcsError::UnknownCoding),
        _ => Err(DcsError::SeveralCodings),
    }
}

fn resolution(bits: &Bits) -> Result<Resolution, DcsError> {
    if OTHER_RESOLUTIONS.iter().any(|&bit| bits.get(bit)) {
        return Err(DcsError::UnknownResolution);
    }
    Ok(match (bits.get(41), bits.get(15)) {
        (true, _) => Resolution::Superfine,
        (false, true) => Resolution::Fine,
        (false, false) => Resolution::Standard,
    })
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn read(fif: &[u8]) -> Result<Dcs, DcsError> {
        Dcs::from_bits(&Bits::from_fif(fif))
    }

    #[track_caller]
    fn check(fif: &[u8], text: &str) {
        let dcs = read(fif).unwrap();
        assert_eq!(dcs.to_string(), text);
        assert_eq!(dcs.to_bits().to_fif(), fif, "{text}");
    }

    #[test]
    fn recorded_settings_read_and_write_back() {
        check(&[0x00, 0x46, 0x1F, 0x22], "V.17 14400 fine MMR ECM");
        check(&[0x00, 0x44, 0x1F, 0x22], "V.17 14400 standard MMR ECM");
        check(&[0x00, 0x54, 0x1F, 0x22], "V.17 12000 standard MMR ECM");
        check(&[0x00, 0x64, 0x1F, 0x22], "V.17 9600 standard MMR ECM");
        check(&[0x00, 0x74, 0x1F, 0x22], "V.17 7200 standard MMR ECM");
        check(&[0x00, 0x60, 0x1F, 0x22], "V.29 9600 standard MMR ECM");
        check(&[0x00, 0x70, 0x1F, 0x22], "V.29 7200 standard MMR ECM");
        check(&[0x00, 0x50, 0x00], "V.27ter 4800 standard MH 20 ms");
        check(&[0x00, 0x40, 0x12], "V.27ter 2400 standard MH 40 ms");
        check(&[0x00, 0x61, 0x1E], "V.29 9600 standard MR");
        check(&[0x00, 0x44, 0x5F, 0x31, 0x01, 0x80], "V.17 14400 superfine MH ECM 64 2432 pels");
    }

    #[test]
    fn what_contradicts_itself_is_refused_by_name() {
        let with = |bits: &[u8]| {
            let mut dcs = Bits::from_fif(&[0x00, 0x44, 0x1E]);
            bits.iter().for_each(|&bit| dcs.set(bit, true));
            Dcs::from_bits(&dcs)
        };
        assert_eq!(with(&[31]), Err(DcsError::MmrWithoutEcm));
        assert_eq!(with(&[27, 31, 68]), Err(DcsError::SeveralCodings));
        assert_eq!(with(&[27, 16, 78]), Err(DcsError::SeveralCodings));
        assert_eq!(with(&[27, 68, 69]), Err(DcsError::UnknownCoding));
        assert_eq!(with(&[27, 78, 79]), Err(DcsError::UnknownCoding));
        assert_eq!(with(&[27, 93]), Err(DcsError::UnknownCoding));
        assert_eq!(with(&[26]), Err(DcsError::UncompressedMode));
        assert_eq!(with(&[42, 44]), Err(DcsError::UnknownResolution));
        assert_eq!(with(&[27, 53]), Err(DcsError::NotAPage));
        for code in 0..16 {
            let known = read(&[0x00, 0x40 | code << 2, 0x1E]).is_ok();
            assert_eq!(known, code & 0b0010 == 0, "rate code {code:04b}");
        }
    }

    #[test]
    fn what_can_be_understood_is_taken() {
        let mmr = read(&[0x00, 0x47, 0x1F, 0x22]).unwrap();
        assert_eq!((mmr.coding, mmr.resolution), (Coding::Mmr, Resolution::Fine));
        assert_eq!(read(&[0x00, 0x04, 0x1E]).unwrap().rate, Rate::V17At14400, "bit 10 is 0");
        assert_eq!(read(&[0x00, 0x44, 0xCC]).unwrap().width, 2432);
        assert_eq!(read(&[0x00, 0x44, 0x06]).unwrap().min_scan_ms, 10, "a time only for a DIS");
        assert!(!read(&[0x00, 0x44, 0x1F, 0x10]).unwrap().ecm_64, "no ECM");
    }

    #[test]
    fn only_what_this_end_can_do_is_acceptable() {
        let dcs = read(&[0x00, 0x46, 0x5F, 0x22]).unwrap();
        let all = Capabilities::default();
        assert_eq!(dcs.acceptable(&all), Ok(()));
        let check = |capabilities: Capabilities| dcs.acceptable(&capabilities);
        assert_eq!(
            check(Capabilities { rates: [Rate::V29At9600].into(), ..all.clone() }),
            Err(DcsError::RateNotOffered)
        );
        assert_eq!(check(Capabilities { ecm: false, ..all.clone() }), Err(DcsError::EcmNotOffered));
        assert_eq!(
            check(Capabilities { codings: [Coding::Mr].into(), ..all.clone() }),
            Err(DcsError::CodingNotOffered)
        );
        assert_eq!(
            check(Capabilities { resolutions: [Resolution::Superfine].into(), ..all.clone() }),
            Err(DcsError::ResolutionNotOffered)
        );
        assert_eq!(check(Capabilities { max_width: 2048, ..all }), Err(DcsError::WidthNotOffered));
    }

    #[test]
    fn a_ctc_carries_the_rate_alone() {
        assert_eq!(ctc_fif(Rate::V17At14400), [0x00, 0x04]);
        assert_eq!(ctc_fif(Rate::V27ter4800), [0x00, 0x10]);
        for rate in Rate::ALL {
            assert_eq!(rate_of_ctc(&ctc_fif(rate)), Some(rate));
        }
        assert_eq!(rate_of_ctc(&[0x00]), None);
    }
}
