//! What the frames of the error correction mode carry. T.30 Annex A.

use alloc::vec::Vec;

use super::fcf::Fcf2;

/// The most frames in a block. T.30 Annex A.
pub const BLOCK_FRAMES: usize = 256;

/// A number as FCD and PPS carry it: least significant bit first on the line.
#[must_use]
pub const fn counter_octet(number: u8) -> u8 {
    number.reverse_bits()
}

/// The number that an octet of FCD or PPS means.
#[must_use]
pub const fn counter_from_octet(octet: u8) -> u8 {
    octet.reverse_bits()
}

/// The FIF of a partial page signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pps {
    /// What follows the block.
    pub fcf2: Fcf2,
    /// The page of this call, modulo 256; 0 is the first.
    pub page: u8,
    /// The block of this page; 0 is the first.
    pub block: u8,
    /// Frames in the burst that ends, 1 to 256. On the wire it is one less.
    pub frames: u16,
}

impl Pps {
    /// The four octets; `x` is that of the frame. `frames` is taken as at least 1 and at most 256.
    #[must_use]
    pub fn to_fif(self, x: bool) -> [u8; 4] {
        let last = self.frames.saturating_sub(1);
        let last = u8::try_from(last).unwrap_or(u8::MAX);
        [
            self.fcf2.to_octet(x),
            counter_octet(self.page),
            counter_octet(self.block),
            counter_octet(last),
        ]
    }

    /// Reads a FIF; `None` when it is too short or what follows the block is not known.
    #[must_use]
    pub fn from_fif(fif: &[u8]) -> Option<Self> {
        let [fcf2, page, block, last, ..] = fif else { return None };
        Some(Self {
            fcf2: Fcf2::from_octet(*fcf2)?,
            page: counter_from_octet(*page),
            block: counter_from_octet(*block),
            frames: u16::from(counter_from_octet(*last)) + 1,
        })
    }
}

/// The FIF of a partial page request: which of the 256 frames of a block are wanted again.
///
/// Frames that were never sent are commonly asked for as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ppr([u8; BLOCK_FRAMES / 8]);

impl Ppr {
    /// A request for nothing.
    pub const NONE: Self = Self([0; BLOCK_FRAMES / 8]);

    /// A request for the frames for which `wanted` is true.
    #[must_use]
    pub fn new(mut wanted: impl FnMut(u8) -> bool) -> Self {
        let mut map = Self::NONE;
        for frame in (0..=u8::MAX).filter(|&frame| wanted(frame)) {
            if let Some(octet) = map.0.get_mut(usize::from(frame / 8)) {
                *octet |= 0x80 >> (frame % 8);
            }
        }
        map
    }

    /// Whether `frame` is wanted again.
    #[must_use]
    pub fn wants(&self, frame: u8) -> bool {
        self.0.get(usize::from(frame / 8)).is_some_and(|octet| octet & 0x80 >> (frame % 8) != 0)
    }

    /// The frames below `frames` that are wanted again, in order.
    pub fn wanted(&self, frames: u16) -> impl Iterator<Item = u8> + '_ {
        (0..=u8::MAX).take(usize::from(frames)).filter(|&frame| self.wants(frame))
    }

    /// The 32 octets: the first bit on the line is frame 0.
    #[must_use]
    pub const fn to_fif(&self) -> &[u8; BLOCK_FRAMES / 8] {
        &self.0
    }

    /// Reads a FIF; `None` when it has not the 32 octets. More are ignored.
    #[must_use]
    pub fn from_fif(fif: &[u8]) -> Option<Self> {
        fif.first_chunk().copied().map(Self)
    }
}

/// The FIF of FCD: the number of the frame and its data.
#[must_use]
pub fn fcd_fif(number: u8, data: &[u8]) -> Vec<u8> {
    let mut fif = Vec::with_capacity(1 + data.len());
    fif.push(counter_octet(number));
    fif.extend_from_slice(data);
    fif
}

/// The number and the data of an FCD; `None` when the FIF is empty.
#[must_use]
pub fn fcd_from_fif(fif: &[u8]) -> Option<(u8, &[u8])> {
    let (number, data) = fif.split_first()?;
    Some((counter_from_octet(*number), data))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_page_signal_counts_frames_less_one() {
        let pps = Pps { fcf2: Fcf2::Mps, page: 1, block: 0, frames: 54 };
        assert_eq!(pps.to_fif(true), [0xF2, 0x80, 0x00, 0xAC]);
        assert_eq!(Pps::from_fif(&[0xF2, 0x80, 0x00, 0xAC]), Some(pps));
        assert_eq!(Pps::from_fif(&[0xF2, 0x80, 0x00]), None);
        assert_eq!(Pps { frames: 256, ..pps }.to_fif(true)[3], 0xFF);
    }

    #[test]
    fn the_first_bit_of_a_request_is_frame_0() {
        let ppr = Ppr::new(|frame| matches!(frame, 12 | 25 | 26 | 86));
        assert_eq!(ppr.to_fif()[..4], [0x00, 0x08, 0x00, 0x60]);
        assert_eq!(ppr.wanted(103).collect::<Vec<_>>(), [12, 25, 26, 86]);
        assert_eq!(ppr.wanted(26).collect::<Vec<_>>(), [12, 25]);
        assert_eq!(Ppr::from_fif(ppr.to_fif()), Some(ppr));
        assert_eq!(Ppr::from_fif(&[0; 31]), None);
    }

    #[test]
    fn frame_numbers_go_least_significant_bit_first() {
        assert_eq!(fcd_fif(1, &[7]), [0x80, 7]);
        assert_eq!(fcd_from_fif(&[0x40, 7]), Some((2, [7].as_slice())));
        assert_eq!(fcd_from_fif(&[]), None);
    }
}
