//! From a signal of T.30 to packets with their times. T.38 7, 8.
//!
//! Packets leave at the pace of the modem that they stand for, because the far end may be a
//! gateway that plays them on a telephone line.

use alloc::collections::VecDeque;
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use super::ifp::{DataType, Field, FieldType, Ifp, Indicator};
use crate::t30::frame::Frame;
use crate::t30::signal::Transmit;
use crate::{Modulation, Rate};

/// One packet of image data stands for this much line time.
const CHUNK_MS: u32 = 30;
/// V.21 runs at 300 bit/s; one octet goes in each packet.
const V21_BPS: u32 = 300;
/// The flags before V.21 frames, 1 s +-15 %. T.30 5.3.1.
const PREAMBLE: Duration = Duration::from_millis(1000);
/// From the last octet of a frame to the packet that closes it: the octet itself and half of the
/// check sequence.
const V21_FCS: Duration = Duration::from_millis(40);
/// From the packet that closes the last frame of a turn to silence: the rest of the check
/// sequence and the closing flags.
const V21_TAIL: Duration = Duration::from_millis(220);
/// Flags before the first ECM frame of a burst. T.4 A.3.2.
const ECM_FLAGS: Duration = Duration::from_millis(200);
/// Zeros of the training check, 1.5 s +-10 %. T.30 5.3.6.1.3.
const TCF_MS: u32 = 1560;
/// Zeros after the RTC of a page: some far ends drop the last lines when the carrier stops sooner.
const IMAGE_TAIL_MS: u32 = 90;
/// From the end of image data, or from the last RCP, to silence.
const FAST_TAIL: Duration = Duration::from_millis(60);
/// Length of the called-station tone, 2.6 s to 4.0 s. T.30 4.3.1.
const CED: Duration = Duration::from_millis(3000);
/// Calling tone on and off. T.30 4.3.3.
const CNG_ON: Duration = Duration::from_millis(500);
const CNG_OFF: Duration = Duration::from_millis(3000);
/// A packet that stands alone goes out this often, because the next packet, which would repeat it,
/// may be a second away.
const COPIES: usize = 3;
/// Between the copies.
const COPY_GAP: Duration = Duration::from_millis(10);

/// Something to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Packet {
    /// A new packet.
    New(Ifp),
    /// The last datagram once more.
    Again,
}

impl Packet {
    /// Whether this ends a carrier.
    pub(crate) fn ends_signal(&self) -> bool {
        match self {
            Self::New(Ifp::Data { fields, .. }) => fields.iter().any(|f| f.kind.ends_signal()),
            Self::New(Ifp::Indicator(_)) | Self::Again => false,
        }
    }
}

/// A packet and how long after the one before it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) after: Duration,
    pub(crate) packet: Packet,
    /// Octets of the page that the packet carries.
    pub(crate) image: u32,
}

/// What of a signal has not been turned into steps yet.
#[derive(Debug)]
enum Rest {
    Nothing,
    Cng,
    V21(VecDeque<Vec<u8>>),
    Tcf { rate: Rate, octets: usize },
    Image { rate: Rate, data: Vec<u8>, offset: usize },
    Burst { rate: Rate, frames: VecDeque<Vec<u8>> },
}

/// A signal on its way out.
#[derive(Debug)]
pub(crate) struct Transmission {
    steps: VecDeque<Step>,
    rest: Rest,
    /// The delay that the next step inherits from what came before it.
    carry: Duration,
    shape: Shape,
}

/// What the path allows and needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// No packet carries more octets of data.
    pub(crate) max_chunk: usize,
    /// No redundancy was agreed: the few packets of V.21 go out twice, since one that is lost
    /// costs a whole turn and T4.
    pub(crate) twice: bool,
}

impl Transmission {
    /// The signal as steps.
    pub(crate) fn new(signal: Transmit, shape: Shape) -> Self {
        let mut this = Self {
            steps: VecDeque::new(),
            rest: Rest::Nothing,
            carry: Duration::ZERO,
            shape: Shape { max_chunk: shape.max_chunk.max(1), ..shape },
        };
        match signal {
            Transmit::Cng => this.rest = Rest::Cng,
            Transmit::Ced => {
                this.indicator(Indicator::Ced);
                this.wait(CED);
                this.indicator(Indicator::NoSignal);
            }
            Transmit::Frames(frames) => {
                this.indicator(Indicator::V21Preamble);
                this.wait(PREAMBLE);
                this.rest = Rest::V21(frames.iter().map(Frame::to_octets).collect());
            }
            Transmit::Tcf(rate) => {
                this.train(rate, false, Duration::ZERO);
                let octets = octets_in(rate.bps(), TCF_MS);
                this.rest = Rest::Tcf { rate, octets };
            }
            Transmit::Image { rate, short, data } => {
                this.train(rate, short, Duration::ZERO);
                this.rest = Rest::Image { rate, data, offset: 0 };
            }
            Transmit::Burst { rate, short, frames } => {
                this.train(rate, short, ECM_FLAGS);
                this.rest = Rest::Burst { rate, frames: frames.into() };
            }
        }
        this
    }

    /// The next packet; `None` when the signal is over.
    pub(crate) fn next_step(&mut self) -> Option<Step> {
        while self.steps.is_empty() {
            if !self.refill() {
                return None;
            }
        }
        self.steps.pop_front()
    }

    /// Whether this is the calling tone, which never ends by itself.
    pub(crate) fn is_cng(&self) -> bool {
        matches!(self.rest, Rest::Cng)
    }

    /// Turns the next piece of the rest into steps; false when there is none.
    fn refill(&mut self) -> bool {
        match core::mem::replace(&mut self.rest, Rest::Nothing) {
            Rest::Nothing => return false,
            Rest::Cng => {
                self.indicator(Indicator::Cng);
                self.wait(CNG_ON);
                self.indicator(Indicator::NoSignal);
                self.wait(CNG_OFF);
                self.rest = Rest::Cng;
            }
            Rest::V21(frames) => self.v21_frame(frames),
            Rest::Tcf { rate, octets } => self.zeros(rate, octets),
            Rest::Image { rate, data, offset } => self.image_chunk(rate, data, offset),
            Rest::Burst { rate, frames } => self.ecm_frame(rate, frames),
        }
        true
    }

    fn v21_frame(&mut self, mut frames: VecDeque<Vec<u8>>) {
        let Some(frame) = frames.pop_front() else { return };
        for octet in &frame {
            self.data(DataType::V21, FieldType::HdlcData, vec![*octet], 0);
            if self.shape.twice {
                self.copy();
            }
            self.wait(bits(8, V21_BPS));
        }
        // The last octet has its own time; the rest of this wait is the check sequence.
        self.carry = if self.shape.twice { V21_FCS - COPY_GAP } else { V21_FCS };
        let stuffing = bits(stuffed_bits(&frame), V21_BPS);
        if frames.is_empty() {
            self.data(DataType::V21, FieldType::HdlcFcsOkSigEnd, Vec::new(), 0);
            self.copies();
            self.wait(V21_TAIL + stuffing);
            self.indicator(Indicator::NoSignal);
        } else {
            self.data(DataType::V21, FieldType::HdlcFcsOk, Vec::new(), 0);
            if self.shape.twice {
                self.copy();
            }
            self.wait(bits(24, V21_BPS) + stuffing);
            self.rest = Rest::V21(frames);
        }
    }

    fn zeros(&mut self, rate: Rate, octets: usize) {
        let chunk = self.chunk(rate).min(octets);
        let last = chunk == octets;
        self.image(rate, vec![0; chunk], last, 0);
        if last {
            self.copies();
            self.wait(FAST_TAIL);
            self.indicator(Indicator::NoSignal);
        } else {
            self.rest = Rest::Tcf { rate, octets: octets - chunk };
        }
    }

    fn image_chunk(&mut self, rate: Rate, data: Vec<u8>, offset: usize) {
        let chunk: Vec<u8> = data.iter().skip(offset).take(self.chunk(rate)).copied().collect();
        if chunk.is_empty() {
            self.zeros(rate, octets_in(rate.bps(), IMAGE_TAIL_MS));
            return;
        }
        let offset = offset + chunk.len();
        let octets = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
        self.image(rate, chunk, false, octets);
        self.rest = Rest::Image { rate, data, offset };
    }

    fn ecm_frame(&mut self, rate: Rate, mut frames: VecDeque<Vec<u8>>) {
        let Some(frame) = frames.pop_front() else { return };
        let data_type = DataType::from_rate(rate);
        for chunk in frame.chunks(self.chunk(rate)) {
            let octets = if frame.len() > ECM_HEADER { chunk.len() } else { 0 };
            let octets = u32::try_from(octets).unwrap_or(u32::MAX);
            self.data(data_type, FieldType::HdlcData, chunk.to_vec(), octets);
            self.wait(bits(chunk.len() * 8, rate.bps()));
        }
        if frames.is_empty() {
            self.data(data_type, FieldType::HdlcFcsOkSigEnd, Vec::new(), 0);
            self.copies();
            self.wait(FAST_TAIL);
            self.indicator(Indicator::NoSignal);
        } else {
            self.data(data_type, FieldType::HdlcFcsOk, Vec::new(), 0);
            // Check sequence, one flag and the stuffed bits.
            self.wait(bits(24 + stuffed_bits(&frame), rate.bps()));
            self.rest = Rest::Burst { rate, frames };
        }
    }

    fn train(&mut self, rate: Rate, short: bool, flags: Duration) {
        self.indicator(Indicator::training(rate, short));
        self.wait(training(rate, short) + flags);
    }

    /// Octets of image in one packet.
    fn chunk(&self, rate: Rate) -> usize {
        octets_in(rate.bps(), CHUNK_MS).clamp(1, self.shape.max_chunk)
    }

    fn image(&mut self, rate: Rate, octets: Vec<u8>, last: bool, image: u32) {
        let time = bits(octets.len() * 8, rate.bps());
        let kind = if last { FieldType::T4NonEcmSigEnd } else { FieldType::T4NonEcmData };
        self.data(DataType::from_rate(rate), kind, octets, image);
        self.wait(time);
    }

    fn data(&mut self, data_type: DataType, kind: FieldType, data: Vec<u8>, image: u32) {
        let ifp = Ifp::Data { data_type, fields: vec![Field { kind, data }] };
        self.push(Packet::New(ifp), image);
    }

    fn indicator(&mut self, indicator: Indicator) {
        self.push(Packet::New(Ifp::Indicator(indicator)), 0);
        self.copies();
    }

    /// The last packet stands alone for a while: it goes out again, inside the wait after it.
    fn copies(&mut self) {
        for _ in 1..COPIES {
            self.copy();
        }
    }

    fn copy(&mut self) {
        self.carry += COPY_GAP;
        self.push(Packet::Again, 0);
    }

    fn push(&mut self, packet: Packet, image: u32) {
        let after = core::mem::take(&mut self.carry);
        self.steps.push_back(Step { after, packet, image });
    }

    /// The next packet follows the last new one after `time`; copies in between are part of it.
    fn wait(&mut self, time: Duration) {
        let copies = self.steps.iter().rev().take_while(|s| s.packet == Packet::Again).count();
        let spent = COPY_GAP * u32::try_from(copies).unwrap_or(0);
        self.carry += time.saturating_sub(spent);
    }
}

/// Address, control, FCF and number of an ECM frame; shorter ones carry no image.
const ECM_HEADER: usize = 4;

/// The time that the modem trains before its first bit. T.38 leaves it to the modem
/// recommendations: V.27 ter 2.3, V.29 8, V.17 5.
fn training(rate: Rate, short: bool) -> Duration {
    Duration::from_millis(match (rate, rate.modulation()) {
        (Rate::V27ter2400, _) => 943,
        (Rate::V27ter4800, _) => 708,
        (_, Modulation::V29 | Modulation::V27ter) => 253,
        (_, Modulation::V17) if short => 142,
        (_, Modulation::V17) => 1393,
    })
}

/// The time of `count` bits.
fn bits(count: usize, bps: u32) -> Duration {
    Duration::from_micros(count as u64 * 1_000_000 / u64::from(bps))
}

fn octets_in(bps: u32, ms: u32) -> usize {
    (bps * ms / 8000) as usize
}

/// Zeros that HDLC puts in after five ones, from the address to the end of the frame. T.30 5.3.2.
fn stuffed_bits(frame: &[u8]) -> usize {
    let mut ones = 0;
    let mut stuffed = 0;
    for octet in frame {
        for bit in (0..8).rev() {
            ones = if octet >> bit & 1 == 1 { ones + 1 } else { 0 };
            if ones == 5 {
                ones = 0;
                stuffed += 1;
            }
        }
    }
    stuffed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duration(signal: Transmit) -> (Duration, usize) {
        let mut transmission = Transmission::new(signal, Shape { max_chunk: 1000, twice: false });
        let mut total = Duration::ZERO;
        let mut new = 0;
        while let Some(step) = transmission.next_step() {
            total += step.after;
            new += usize::from(step.packet != Packet::Again);
        }
        (total, new)
    }

    #[test]
    fn a_block_at_14400_takes_its_line_time() {
        let mut frames = vec![vec![0; 260]; 256];
        frames.extend([vec![0xFF, 0xC0, 0x61], vec![0xFF, 0xC0, 0x61], vec![0xFF, 0xC0, 0x61]]);
        let (time, packets) =
            duration(Transmit::Burst { rate: Rate::V17At14400, short: true, frames });
        // 256 frames of 260 octets with check sequence and flag are 37.4 s.
        assert!((37_500..38_300).contains(&time.as_millis()), "{time:?}");
        assert_eq!(packets, 1 + 256 * 6 + 3 * 2 + 1);
    }

    #[test]
    fn a_training_check_lasts_a_second_and_a_half() {
        for rate in Rate::ALL {
            let (time, _) = duration(Transmit::Tcf(rate));
            let zeros = time.saturating_sub(training(rate, false) + FAST_TAIL + COPY_GAP * 2);
            assert!((1500..1650).contains(&zeros.as_millis()), "{rate}: {zeros:?}");
        }
    }

    #[test]
    fn small_datagrams_make_small_packets() {
        let mut transmission = Transmission::new(
            Transmit::Image { rate: Rate::V17At14400, short: true, data: vec![1; 500] },
            Shape { max_chunk: 20, twice: false },
        );
        while let Some(step) = transmission.next_step() {
            if let Packet::New(Ifp::Data { fields, .. }) = step.packet {
                assert!(fields.iter().all(|field| field.data.len() <= 20));
            }
        }
    }

    #[test]
    fn stuffing_is_counted_across_octets() {
        assert_eq!(stuffed_bits(&[0xFF, 0xFF]), 3);
        assert_eq!(stuffed_bits(&[0x07, 0xC0]), 1);
        assert_eq!(stuffed_bits(&[0x55; 10]), 0);
    }
}
