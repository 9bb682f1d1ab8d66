//! Error correction mode: a page as blocks of numbered frames. T.30 Annex A, T.4 Annex A.

use alloc::vec;
use alloc::vec::Vec;

use super::ecm::{BLOCK_FRAMES, counter_from_octet, fcd_fif};
use super::fcf::Fcf;
use super::frame::Frame;

/// RCP is sent three times after the frames of a block. T.4 A.3.7.
const RCPS: usize = 3;
/// The most octets of one received page; a longer one is not a page.
pub(crate) const MAX_PAGE_OCTETS: usize = 16 << 20;

/// Octets of image in a frame. Bit 28 of Table 2/T.30.
pub(crate) const fn frame_octets(ecm_64: bool) -> usize {
    if ecm_64 { 64 } else { 256 }
}

/// A page on its way out.
#[derive(Debug)]
pub(crate) struct OutgoingPage {
    data: Vec<u8>,
    frame_octets: usize,
    /// The block that is being sent; the counter of PPS is this modulo 256.
    block: usize,
    /// Numbers of the frames of this block that the next burst carries.
    burst: Vec<u8>,
}

impl OutgoingPage {
    /// The coded page, in frames of 256 or 64 octets.
    pub(crate) fn new(data: Vec<u8>, ecm_64: bool) -> Self {
        let mut page =
            Self { data, frame_octets: frame_octets(ecm_64), block: 0, burst: Vec::new() };
        page.burst = page.all_frames();
        page
    }

    /// Octets of the whole page on the wire.
    pub(crate) fn octets(&self) -> usize {
        self.data.len()
    }

    /// Octets of the blocks before this one.
    pub(crate) fn octets_before(&self) -> usize {
        self.block * BLOCK_FRAMES * self.frame_octets
    }

    /// The block counter of PPS. T.30 A.4.3.
    pub(crate) fn block_counter(&self) -> u8 {
        self.block.to_le_bytes()[0]
    }

    /// How many frames the burst carries, at least one.
    pub(crate) fn burst_frames(&self) -> u16 {
        u16::try_from(self.burst.len().max(1)).unwrap_or(u16::MAX)
    }

    pub(crate) fn is_last_block(&self) -> bool {
        self.octets_before() + BLOCK_FRAMES * self.frame_octets >= self.data.len()
    }

    /// Goes on to the next block.
    pub(crate) fn next_block(&mut self) {
        self.block += 1;
        self.burst = self.all_frames();
    }

    /// Takes a PPR: the next burst carries the frames of `wanted` that exist. False when there is
    /// none.
    pub(crate) fn request(&mut self, wanted: impl Fn(u8) -> bool) -> bool {
        self.burst = self.all_frames().into_iter().filter(|number| wanted(*number)).collect();
        !self.burst.is_empty()
    }

    /// The frames of the burst and the RCP frames after them, address to the octet before the FCS.
    pub(crate) fn burst(&self) -> Vec<Vec<u8>> {
        let image = self.burst.iter().map(|number| {
            let start = self.octets_before() + usize::from(*number) * self.frame_octets;
            let data = self.data.iter().skip(start).take(self.frame_octets);
            let mut data: Vec<u8> = data.copied().collect();
            data.resize(self.frame_octets, 0);
            Frame::new(Fcf::Fcd, false, fcd_fif(*number, &data), false)
        });
        let rcp = Frame::new(Fcf::Rcp, false, Vec::new(), false);
        image.chain(vec![rcp; RCPS]).map(|frame| frame.to_octets()).collect()
    }

    fn all_frames(&self) -> Vec<u8> {
        let left = self.data.len().saturating_sub(self.octets_before());
        let frames = left.div_ceil(self.frame_octets).clamp(1, BLOCK_FRAMES);
        (0..=u8::MAX).take(frames).collect()
    }
}

/// What a frame on the fast modem is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FastFrame<'a> {
    /// Image data with its number in the block.
    Image {
        /// 0 to 255.
        number: u8,
        /// 256 or 64 octets, fewer in the last frame of a page.
        data: &'a [u8],
    },
    /// The burst is over.
    Rcp,
}

impl<'a> FastFrame<'a> {
    /// Reads a frame whose FCS was good; RCP may carry the final control octet. T.30 Annex A.
    pub(crate) fn parse(octets: &'a [u8]) -> Option<Self> {
        match octets {
            [0xFF, 0xC0 | 0xC8, 0x61, ..] => Some(Self::Rcp),
            [0xFF, 0xC0 | 0xC8, 0x60, number, data @ ..] if !data.is_empty() => {
                Some(Self::Image { number: counter_from_octet(*number), data })
            }
            _ => None,
        }
    }
}

/// A block on its way in.
#[derive(Debug)]
pub(crate) struct IncomingBlock {
    frames: Vec<Option<Vec<u8>>>,
    frame_octets: usize,
    /// One more than the highest frame number heard of.
    total: usize,
}

impl IncomingBlock {
    pub(crate) fn new(ecm_64: bool) -> Self {
        Self { frames: vec![None; BLOCK_FRAMES], frame_octets: frame_octets(ecm_64), total: 0 }
    }

    /// Keeps a frame; false when it cannot be one of this block.
    pub(crate) fn put(&mut self, number: u8, data: &[u8]) -> bool {
        if data.len() > self.frame_octets {
            return false;
        }
        let number = usize::from(number);
        self.total = self.total.max(number + 1);
        if let Some(slot) = self.frames.get_mut(number) {
            *slot = Some(data.to_vec());
        }
        true
    }

    /// A PPS said that its burst had `frames` frames. The first burst of a block has all of them;
    /// a later count may be that of the repair alone, so only a larger one counts.
    pub(crate) fn announce(&mut self, frames: u16) {
        self.total = self.total.max(usize::from(frames)).min(BLOCK_FRAMES);
    }

    /// Octets kept so far.
    pub(crate) fn octets(&self) -> usize {
        self.frames.iter().flatten().map(Vec::len).sum()
    }

    /// Whether frame `number` is to be sent again; frames that were never sent count as missing,
    /// and so does one that is shorter than the others and not the last. T.30 A.4.4.
    pub(crate) fn is_missing(&self, number: u8) -> bool {
        let number = usize::from(number);
        let full = self.frames.iter().flatten().map(Vec::len).max().unwrap_or(0);
        match self.frames.get(number) {
            Some(Some(frame)) => frame.len() < full && number + 1 < self.total,
            _ => true,
        }
    }

    /// How many of the announced frames are missing.
    pub(crate) fn missing(&self) -> usize {
        (0..=u8::MAX).take(self.total).filter(|number| self.is_missing(*number)).count()
    }

    /// Whether every announced frame is there.
    pub(crate) fn is_complete(&self) -> bool {
        self.total > 0 && self.missing() == 0
    }

    /// The image of a complete block.
    pub(crate) fn into_data(self) -> Vec<u8> {
        self.frames.into_iter().flatten().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_becomes_blocks_of_frames_and_back() {
        let data: Vec<u8> = (0..100_000_u32).map(|i| i.to_le_bytes()[0] ^ 0x5A).collect();
        for ecm_64 in [false, true] {
            let mut page = OutgoingPage::new(data.clone(), ecm_64);
            let mut received = Vec::new();
            loop {
                let mut block = IncomingBlock::new(ecm_64);
                let burst = page.burst();
                assert_eq!(burst.len(), usize::from(page.burst_frames()) + RCPS);
                for frame in &burst {
                    match FastFrame::parse(frame) {
                        Some(FastFrame::Image { number, data }) => assert!(block.put(number, data)),
                        other => assert_eq!(other, Some(FastFrame::Rcp)),
                    }
                }
                block.announce(page.burst_frames());
                assert!(block.is_complete());
                received.extend(block.into_data());
                if page.is_last_block() {
                    break;
                }
                page.next_block();
            }
            assert_eq!(received.get(..data.len()), Some(&data[..]));
            assert!(received[data.len()..].iter().all(|b| *b == 0));
        }
    }

    #[test]
    fn only_what_is_missing_and_exists_is_sent_again() {
        let mut page = OutgoingPage::new(vec![7; 1000], false);
        let mut block = IncomingBlock::new(false);
        for frame in page.burst().iter().skip(1) {
            if let Some(FastFrame::Image { number, data }) = FastFrame::parse(frame) {
                block.put(number, data);
            }
        }
        block.announce(page.burst_frames());
        assert_eq!(block.missing(), 1);
        assert!(page.request(|number| block.is_missing(number)));
        assert_eq!(page.burst_frames(), 1);
        assert!(!page.request(|number| number > 3));
    }
}
