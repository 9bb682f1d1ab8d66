//! From packets to what T.30 hears. T.38 7.
//!
//! Far ends differ in how they end things, so any end is an end, repeats of an indicator are one,
//! and data without its indicator begins its carrier.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::ifp::{DataType, FieldType, Ifp, Indicator};
use crate::Rate;
use crate::t30::frame::Frame;
use crate::t30::signal::{Heard, Tone};

/// The longest HDLC frame that is kept, in octets; T.30's longest has 260.
const MAX_FRAME: usize = 300;
/// The most frames of one V.21 turn.
const MAX_TURN_FRAMES: usize = 32;

/// So many packets lost in silence are more than a turn of one short frame and less than a page.
const OUTAGE: u16 = 20;

/// An HDLC frame on its way in.
#[derive(Debug, Default)]
struct Hdlc {
    octets: Vec<u8>,
    /// Part of it was lost, or it is too long.
    spoilt: bool,
}

impl Hdlc {
    fn extend(&mut self, octets: &[u8]) {
        if self.octets.len() + octets.len() > MAX_FRAME {
            self.spoilt = true;
        } else {
            self.octets.extend_from_slice(octets);
        }
    }

    /// The frame is over; its octets when they are good.
    fn close(&mut self, fcs_ok: bool) -> Option<Vec<u8>> {
        let Self { octets, spoilt } = core::mem::take(self);
        (fcs_ok && !spoilt && !octets.is_empty()).then_some(octets)
    }

    fn is_empty(&self) -> bool {
        self.octets.is_empty() && !self.spoilt
    }
}

/// What the far end is sending.
#[derive(Debug)]
enum Carrier {
    Silence,
    Tone(Tone),
    V21 { frames: Vec<Vec<u8>>, current: Hdlc, damaged: bool },
    Fast { rate: Rate, current: Hdlc, data: bool },
}

/// The receiving side of a T.38 terminal.
#[derive(Debug)]
pub(crate) struct Reception {
    carrier: Carrier,
    /// Packets were lost while nothing was on the line: what comes next may miss its start.
    lost_start: bool,
    heard: VecDeque<Heard>,
}

impl Reception {
    pub(crate) const fn new() -> Self {
        Self { carrier: Carrier::Silence, lost_start: false, heard: VecDeque::new() }
    }

    /// The next thing that was heard.
    pub(crate) fn poll(&mut self) -> Option<Heard> {
        self.heard.pop_front()
    }

    /// Packets are missing for good.
    pub(crate) fn gap(&mut self, missing: u16) {
        match &mut self.carrier {
            Carrier::Silence | Carrier::Tone(_) => {
                self.lost_start = true;
                if missing >= OUTAGE {
                    self.heard.push_back(Heard::Outage);
                }
            }
            Carrier::V21 { current, damaged, .. } => {
                current.spoilt = true;
                *damaged = true;
            }
            Carrier::Fast { current, .. } => current.spoilt = true,
        }
    }

    /// Takes one packet.
    pub(crate) fn packet(&mut self, ifp: Ifp) {
        match ifp {
            Ifp::Indicator(indicator) => self.indicator(indicator),
            Ifp::Data { data_type, fields } => {
                for field in fields {
                    self.field(data_type, field.kind, field.data);
                }
            }
        }
    }

    /// Whether the last frame of a turn is there and its carrier has not ended.
    pub(crate) fn awaits_end(&self) -> bool {
        matches!(&self.carrier, Carrier::V21 { frames, current, .. }
            if current.is_empty()
                && frames.last().is_some_and(|last| Frame::parse(last).is_ok_and(|f| f.is_final)))
    }

    /// The end of a turn did not come, or was lost.
    pub(crate) fn end_of_turn(&mut self) {
        if self.awaits_end() {
            self.end();
        }
    }

    fn indicator(&mut self, indicator: Indicator) {
        match indicator {
            Indicator::NoSignal => self.end(),
            Indicator::Cng => self.tone(Tone::Cng),
            Indicator::Ced | Indicator::V8Ansam => self.tone(Tone::Ced),
            Indicator::V21Preamble => {
                // The same preamble again says nothing new.
                if !matches!(&self.carrier, Carrier::V21 { frames, current, .. }
                    if frames.is_empty() && current.is_empty())
                {
                    self.lost_start = false;
                    self.begin_v21();
                }
            }
            other => {
                let Some((rate, _)) = other.as_training() else { return };
                if !matches!(&self.carrier, Carrier::Fast { rate: current, data: false, .. }
                    if *current == rate)
                {
                    self.lost_start = false;
                    self.begin_fast(rate);
                }
            }
        }
    }

    fn field(&mut self, data_type: DataType, kind: FieldType, data: Vec<u8>) {
        let is_end = matches!(
            kind,
            FieldType::HdlcSigEnd
                | FieldType::HdlcFcsOkSigEnd
                | FieldType::HdlcFcsBadSigEnd
                | FieldType::T4NonEcmSigEnd
        );
        // An end that comes again ends nothing; what a bare end carries is nothing.
        let idle = matches!(self.carrier, Carrier::Silence | Carrier::Tone(_));
        if idle && is_end && (data.is_empty() || kind == FieldType::HdlcSigEnd) {
            return;
        }
        match data_type.rate() {
            Some(rate) => {
                if !matches!(&self.carrier, Carrier::Fast { rate: current, .. } if *current == rate)
                {
                    self.begin_fast(rate);
                }
                self.fast_field(kind, data);
            }
            None if data_type == DataType::V21 => {
                if !matches!(self.carrier, Carrier::V21 { .. }) {
                    self.begin_v21();
                }
                self.v21_field(kind, &data);
            }
            None => return,
        }
        if is_end {
            self.end();
        }
    }

    fn v21_field(&mut self, kind: FieldType, data: &[u8]) {
        let Carrier::V21 { frames, current, damaged } = &mut self.carrier else { return };
        let fcs_ok = match kind {
            FieldType::HdlcData => return current.extend(data),
            FieldType::HdlcFcsOk | FieldType::HdlcFcsOkSigEnd => true,
            FieldType::HdlcFcsBad | FieldType::HdlcFcsBadSigEnd => false,
            _ => return,
        };
        // Some far ends put the last octets of the frame into the field that closes it.
        current.extend(data);
        if current.is_empty() {
            return;
        }
        match current.close(fcs_ok) {
            Some(frame) if frames.len() < MAX_TURN_FRAMES => frames.push(frame),
            _ => *damaged = true,
        }
    }

    fn fast_field(&mut self, kind: FieldType, octets: Vec<u8>) {
        let Carrier::Fast { current, data, .. } = &mut self.carrier else { return };
        *data = true;
        let fcs_ok = match kind {
            FieldType::HdlcData => return current.extend(&octets),
            FieldType::T4NonEcmData | FieldType::T4NonEcmSigEnd => {
                if !octets.is_empty() {
                    self.heard.push_back(Heard::Image(octets));
                }
                return;
            }
            FieldType::HdlcFcsOk | FieldType::HdlcFcsOkSigEnd => true,
            FieldType::HdlcFcsBad | FieldType::HdlcFcsBadSigEnd => false,
            _ => return,
        };
        current.extend(&octets);
        if let Some(frame) = current.close(fcs_ok) {
            self.heard.push_back(Heard::FastFrame(frame));
        }
    }

    fn tone(&mut self, tone: Tone) {
        if !matches!(&self.carrier, Carrier::Tone(current) if *current == tone) {
            self.end();
            self.carrier = Carrier::Tone(tone);
            self.heard.push_back(Heard::Tone(tone));
        }
    }

    fn begin_v21(&mut self) {
        self.end();
        let spoilt = core::mem::take(&mut self.lost_start);
        let current = Hdlc { octets: Vec::new(), spoilt };
        self.carrier = Carrier::V21 { frames: Vec::new(), current, damaged: spoilt };
        self.heard.push_back(Heard::Flags);
    }

    fn begin_fast(&mut self, rate: Rate) {
        // Training at one rate and then data at another is one carrier: the data knows better.
        if !matches!(self.carrier, Carrier::Fast { data: false, .. }) {
            self.end();
        }
        let spoilt = core::mem::take(&mut self.lost_start);
        let current = Hdlc { octets: Vec::new(), spoilt };
        self.carrier = Carrier::Fast { rate, current, data: false };
        self.heard.push_back(Heard::Training(rate));
    }

    /// Whatever was on the line is over.
    fn end(&mut self) {
        match core::mem::replace(&mut self.carrier, Carrier::Silence) {
            Carrier::Silence | Carrier::Tone(_) => {}
            Carrier::V21 { frames, current, damaged } => {
                let damaged = damaged || !current.is_empty();
                self.heard.push_back(Heard::Turn { frames, damaged });
            }
            Carrier::Fast { .. } => self.heard.push_back(Heard::CarrierEnd),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_at_another_rate_than_the_training_ends_no_carrier() {
        let mut reception = Reception::new();
        reception.packet(Ifp::Indicator(Indicator::training(Rate::V17At9600, false)));
        let data_type = DataType::from_rate(Rate::V29At9600);
        reception.packet(Ifp::data(data_type, FieldType::T4NonEcmData, alloc::vec![0; 4]));
        reception.packet(Ifp::Indicator(Indicator::NoSignal));
        let heard: Vec<Heard> = core::iter::from_fn(|| reception.poll()).collect();
        let wanted = [
            Heard::Training(Rate::V17At9600),
            Heard::Training(Rate::V29At9600),
            Heard::Image(alloc::vec![0; 4]),
            Heard::CarrierEnd,
        ];
        assert_eq!(heard, wanted);
    }
}
