//! Frames: what goes between two flags, without the check sequence. T.30 5.3.

use alloc::vec::Vec;
use core::fmt;

use super::bits::Bits;
use super::dcs::{Dcs, rate_of_ctc};
use super::dis::Dis;
use super::ecm::{BLOCK_FRAMES, Ppr, Pps, fcd_from_fif};
use super::fcf::{Fcf, Fcf2};
use crate::Ident;

/// The longest frame that is read, in octets: an FCD has 260.
pub const MAX_FRAME: usize = 300;

/// The address of every frame. T.30 5.3.4.
const ADDRESS: u8 = 0xFF;

/// The control octet of a frame that others follow in the same turn. T.30 5.3.5.
const MORE: u8 = 0xC0;

/// The control octet of the last frame of a turn. T.30 5.3.5.
const FINAL: u8 = 0xC8;

/// One frame. All octets have the first bit on the line in the most significant bit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What the frame is for.
    pub fcf: Fcf,
    /// The first bit of the control field: 1 from a terminal that received a valid DIS.
    pub x: bool,
    /// The information field.
    pub fif: Vec<u8>,
    /// The last frame of its turn.
    pub is_final: bool,
}

/// Why octets are not a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameError {
    /// Malformed: no address, control octet and control field.
    TooShort,
    /// Malformed: longer than [`MAX_FRAME`].
    TooLong,
    /// Malformed: the address or control octet is none of T.30.
    NotT30,
    /// Unsupported: a control field that is not known. Within a turn such a frame is skipped.
    UnknownFcf {
        /// The control field.
        octet: u8,
        /// The last frame of its turn.
        is_final: bool,
    },
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => f.write_str("the frame is too short"),
            Self::TooLong => f.write_str("the frame is too long"),
            Self::NotT30 => f.write_str("the frame is not one of T.30"),
            Self::UnknownFcf { octet, .. } => write!(f, "the frame is of unknown kind {octet:02X}"),
        }
    }
}

impl core::error::Error for FrameError {}

impl Frame {
    /// A frame with a FIF.
    #[must_use]
    pub const fn new(fcf: Fcf, x: bool, fif: Vec<u8>, is_final: bool) -> Self {
        Self { fcf, x, fif, is_final }
    }

    /// A frame without a FIF that ends its turn.
    #[must_use]
    pub const fn bare(fcf: Fcf, x: bool) -> Self {
        Self { fcf, x, fif: Vec::new(), is_final: true }
    }

    /// Reads the octets from the address to before the check sequence. The address may be missing:
    /// a receiver that was late to lock on loses it.
    ///
    /// # Errors
    /// Why they are not a frame.
    pub fn parse(octets: &[u8]) -> Result<Self, FrameError> {
        let rest = octets.strip_prefix(&[ADDRESS]).unwrap_or(octets);
        if rest.len() >= MAX_FRAME {
            return Err(FrameError::TooLong);
        }
        let [control, rest @ ..] = rest else { return Err(FrameError::TooShort) };
        let is_final = match *control {
            MORE => false,
            FINAL => true,
            _ => return Err(FrameError::NotT30),
        };
        let [octet, fif @ ..] = rest else { return Err(FrameError::TooShort) };
        let (fcf, x) =
            Fcf::from_octet(*octet).ok_or(FrameError::UnknownFcf { octet: *octet, is_final })?;
        Ok(Self { fcf, x, fif: fif.to_vec(), is_final })
    }

    /// The octets from the address to before the check sequence.
    #[must_use]
    pub fn to_octets(&self) -> Vec<u8> {
        let control = if self.is_final { FINAL } else { MORE };
        let mut octets = Vec::with_capacity(3 + self.fif.len());
        octets.extend_from_slice(&[ADDRESS, control, self.fcf.to_octet(self.x)]);
        octets.extend_from_slice(&self.fif);
        octets
    }
}

impl fmt::Display for Frame {
    /// One line for the transcript of a call: `DCS V.17 14400 fine MMR ECM`, `CSI \"+1 555 0100\"`,
    /// `PPS-EOP page 0 block 0 frames 43`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fcf, fif, .. } = self;
        match fcf {
            Fcf::Dis | Fcf::Dtc => write!(f, "{fcf} {}", Dis::from_bits(&Bits::from_fif(fif))),
            Fcf::Dcs => match Dcs::from_bits(&Bits::from_fif(fif)) {
                Ok(dcs) => write!(f, "{fcf} {dcs}"),
                Err(error) => write!(f, "{fcf} ({error})"),
            },
            Fcf::Csi
            | Fcf::Tsi
            | Fcf::Cig
            | Fcf::Sub
            | Fcf::Sep
            | Fcf::Psa
            | Fcf::Pwd
            | Fcf::Sid => write!(f, "{fcf} \"{}\"", Ident::from_fif(fif)),
            Fcf::Pps => match Pps::from_fif(fif) {
                Some(Pps { fcf2, page, block, frames }) => {
                    write!(f, "{fcf}-{fcf2} page {page} block {block} frames {frames}")
                }
                None => self.fmt_octets(f),
            },
            Fcf::Eor => match fif.first().copied().and_then(Fcf2::from_octet) {
                Some(fcf2) => write!(f, "{fcf}-{fcf2}"),
                None => self.fmt_octets(f),
            },
            Fcf::Ppr => match Ppr::from_fif(fif) {
                Some(ppr) => self.fmt_request(&ppr, f),
                None => self.fmt_octets(f),
            },
            Fcf::Ctc => match rate_of_ctc(fif) {
                Some(rate) => write!(f, "{fcf} {rate}"),
                None => self.fmt_octets(f),
            },
            Fcf::Fcd => match fcd_from_fif(fif) {
                Some((number, data)) => write!(f, "{fcf} frame {number}, {} octets", data.len()),
                None => self.fmt_octets(f),
            },
            _ if fif.is_empty() => fcf.fmt(f),
            _ => self.fmt_octets(f),
        }
    }
}

impl Frame {
    /// A frame whose FIF has no other form.
    fn fmt_octets(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} octets", self.fcf, self.fif.len())
    }

    /// How many frames are asked for, without the ones at the end that were never sent: those are
    /// all asked for, up to the last of the 256.
    fn fmt_request(&self, ppr: &Ppr, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last_sent = (0..=u8::MAX).rfind(|&frame| !ppr.wants(frame));
        let sent = last_sent.map_or(0, |last| u16::from(last) + 1);
        let wanted = ppr.wanted(sent).count();
        let rest = BLOCK_FRAMES - usize::from(sent);
        match (wanted, rest) {
            (_, 0) => write!(f, "{} {wanted} frames", self.fcf),
            (0, _) => write!(f, "{} all from frame {sent}", self.fcf),
            _ => write!(f, "{} {wanted} frames and all from frame {sent}", self.fcf),
        }
    }
}

/// The check sequence of a frame as it goes out after the octets, high octet first. T.30 5.3.7:
/// x^16 + x^12 + x^5 + 1, preset to ones, complemented.
#[must_use]
pub fn fcs(octets: &[u8]) -> u16 {
    const POLYNOMIAL: u16 = 0x1021;
    !octets.iter().fold(0xFFFF, |register, octet| {
        (0..8).fold(register ^ u16::from(*octet) << 8, |register: u16, _| {
            let carry = register & 0x8000 != 0;
            register << 1 ^ if carry { POLYNOMIAL } else { 0 }
        })
    })
}
