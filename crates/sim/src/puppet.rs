use std::collections::VecDeque;
use std::time::Duration;

use g3::t30::fcf::Fcf;
use g3::t30::frame::Frame;
use g3::t38::ifp::{DataType, Field, FieldType, Ifp, Indicator, Syntax};
use g3::t38::udptl::{Datagram, Sender};
use g3::{Rate, Time};

/// What a scripted far end does next.
#[derive(Debug, Clone)]
pub enum Act {
    /// Waits until this frame has come.
    Hear(Fcf),
    /// Waits until a fast carrier has ended.
    HearCarrier,
    /// Waits.
    Pause(Duration),
    /// Sends an indicator.
    Indicate(Indicator),
    /// Sends one turn of frames.
    Say(Vec<Frame>),
    /// The same, but the carrier never ends.
    SayOn(Vec<Frame>),
    /// Sends this many octets of zeros as training check.
    Tcf(Rate, usize),
    /// Sends octets without HDLC, with the long training of the rate.
    Image(Rate, Vec<u8>),
    /// Sends a burst of ECM frames, each from its address, with the long training of the rate.
    Burst(Rate, Vec<Vec<u8>>),
    /// Octets without HDLC, but vanishes before the carrier ends.
    Vanish(Rate, Vec<u8>),
}

/// A far end that plays a script and says nothing more when it is over.
#[derive(Debug)]
pub struct Puppet {
    script: VecDeque<Act>,
    sender: Sender,
    due: Option<Time>,
    last_sequence: Option<u16>,
    frame: Vec<u8>,
    heard: Vec<Frame>,
    carrier_ended: bool,
}

/// The most octets in one packet.
const CHUNK: usize = 200;
/// From one act of the script to the next.
const BETWEEN: Duration = Duration::from_millis(100);

impl Puppet {
    /// A far end that does this.
    #[must_use]
    pub fn new(script: impl IntoIterator<Item = Act>) -> Self {
        Self {
            script: script.into_iter().collect(),
            sender: Sender::new(400, 3),
            due: None,
            last_sequence: None,
            frame: Vec::new(),
            heard: Vec::new(),
            carrier_ended: false,
        }
    }

    pub(crate) fn start(&mut self, now: Time) -> Vec<Vec<u8>> {
        self.play(now)
    }

    pub(crate) fn next(&self) -> Option<Time> {
        self.due
    }

    pub(crate) fn timeout(&mut self, now: Time) -> Vec<Vec<u8>> {
        self.play(now)
    }

    pub(crate) fn datagram(&mut self, now: Time, datagram: &[u8]) -> Vec<Vec<u8>> {
        let Ok(parsed) = Datagram::parse(datagram) else { return Vec::new() };
        if self.last_sequence.is_some_and(|last| parsed.sequence.wrapping_sub(last) > 0x8000)
            || self.last_sequence == Some(parsed.sequence)
        {
            return Vec::new();
        }
        self.last_sequence = Some(parsed.sequence);
        if let Ok(Ifp::Data { data_type, fields }) = Ifp::decode(parsed.primary, Syntax::V1998) {
            for field in fields {
                self.hear(data_type, &field);
            }
        }
        self.play(now)
    }

    fn hear(&mut self, data_type: DataType, field: &Field) {
        self.frame.extend(&field.data);
        let octets = match field.kind {
            FieldType::HdlcData | FieldType::T4NonEcmData => return,
            _ => std::mem::take(&mut self.frame),
        };
        if data_type == DataType::V21 {
            self.heard.extend(Frame::parse(&octets));
        } else if matches!(field.kind, FieldType::HdlcFcsOkSigEnd | FieldType::T4NonEcmSigEnd) {
            self.carrier_ended = true;
        }
    }

    /// Acts as far as the script goes without waiting.
    fn play(&mut self, now: Time) -> Vec<Vec<u8>> {
        let mut out = Vec::new();
        loop {
            if self.due.is_some_and(|due| due > now) {
                return out;
            }
            self.due = None;
            let Some(act) = self.script.front().cloned() else { return out };
            match act {
                Act::Hear(fcf) => {
                    let Some(at) = self.heard.iter().position(|f| f.fcf == fcf) else { return out };
                    self.heard.drain(..=at);
                    self.due = Some(now + BETWEEN);
                }
                Act::HearCarrier if !self.carrier_ended => return out,
                Act::HearCarrier => {
                    self.carrier_ended = false;
                    self.due = Some(now + BETWEEN);
                }
                Act::Pause(pause) => self.due = Some(now + pause),
                Act::Indicate(indicator) => self.send(&Ifp::Indicator(indicator), &mut out),
                Act::Say(frames) => self.say(frames, true, &mut out),
                Act::SayOn(frames) => self.say(frames, false, &mut out),
                Act::Tcf(rate, octets) => self.fast(rate, &vec![0; octets], true, &mut out),
                Act::Image(rate, octets) => self.fast(rate, &octets, true, &mut out),
                Act::Burst(rate, frames) => self.burst(rate, frames, &mut out),
                Act::Vanish(rate, octets) => self.fast(rate, &octets, false, &mut out),
            }
            self.script.pop_front();
        }
    }

    fn say(&mut self, mut frames: Vec<Frame>, ends: bool, out: &mut Vec<Vec<u8>>) {
        if let Some(last) = frames.last_mut() {
            last.is_final = true;
        }
        self.send(&Ifp::Indicator(Indicator::V21Preamble), out);
        for frame in frames {
            let end = if frame.is_final && ends {
                FieldType::HdlcFcsOkSigEnd
            } else {
                FieldType::HdlcFcsOk
            };
            let fields =
                vec![Field::new(FieldType::HdlcData, frame.to_octets()), Field::empty(end)];
            self.send(&Ifp::Data { data_type: DataType::V21, fields }, out);
        }
        if ends {
            self.send(&Ifp::Indicator(Indicator::NoSignal), out);
        }
    }

    fn fast(&mut self, rate: Rate, octets: &[u8], ends: bool, out: &mut Vec<Vec<u8>>) {
        self.send(&Ifp::Indicator(Indicator::training(rate, false)), out);
        let data_type = DataType::from_rate(rate);
        for chunk in octets.chunks(CHUNK) {
            self.send(&Ifp::data(data_type, FieldType::T4NonEcmData, chunk.to_vec()), out);
        }
        if !ends {
            return;
        }
        self.send(&Ifp::data(data_type, FieldType::T4NonEcmSigEnd, Vec::new()), out);
        self.send(&Ifp::Indicator(Indicator::NoSignal), out);
    }

    fn burst(&mut self, rate: Rate, frames: Vec<Vec<u8>>, out: &mut Vec<Vec<u8>>) {
        self.send(&Ifp::Indicator(Indicator::training(rate, false)), out);
        let data_type = DataType::from_rate(rate);
        for frame in frames {
            for chunk in frame.chunks(CHUNK) {
                self.send(&Ifp::data(data_type, FieldType::HdlcData, chunk.to_vec()), out);
            }
            self.send(&Ifp::data(data_type, FieldType::HdlcFcsOk, Vec::new()), out);
        }
        self.send(&Ifp::data(data_type, FieldType::HdlcSigEnd, Vec::new()), out);
        self.send(&Ifp::Indicator(Indicator::NoSignal), out);
    }

    fn send(&mut self, ifp: &Ifp, out: &mut Vec<Vec<u8>>) {
        out.push(self.sender.send(&ifp.encode(Syntax::V1998)));
    }
}
