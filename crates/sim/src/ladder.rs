use std::fmt;

use g3::Time;
use g3::t30::frame::Frame;
use g3::t38::ifp::{FieldType, Ifp, Indicator, Syntax};
use g3::t38::udptl::Datagram;

/// What one side has on the wire.
#[derive(Debug, Default)]
struct Side {
    last_sequence: Option<u16>,
    training: Option<String>,
    frame: Vec<u8>,
    fast_frames: u32,
    image_octets: u32,
    only_zeros: bool,
}

/// What goes over the wire between two ends, written down as it is sent: tones, training, what the
/// fast modem carries, and each T.30 frame. It reads the datagrams, not what the ends say of
/// themselves.
#[derive(Debug, Default)]
pub struct Ladder {
    caller: Side,
    answerer: Side,
    lines: Vec<String>,
}

impl fmt::Display for Ladder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl Ladder {
    /// One side sent this.
    pub(crate) fn sent(&mut self, _now: Time, from_caller: bool, datagram: &[u8]) {
        let side = if from_caller { &mut self.caller } else { &mut self.answerer };
        let Ok(parsed) = Datagram::parse(datagram) else {
            self.lines.push(format!("{} (no UDPTL)", arrow(from_caller)));
            return;
        };
        if side.last_sequence == Some(parsed.sequence) {
            return;
        }
        side.last_sequence = Some(parsed.sequence);
        // The ends of a simulated call speak version 0 unless they say otherwise; both syntaxes
        // are tried so that a ladder never depends on it.
        let ifp = Ifp::decode(parsed.primary, Syntax::V1998)
            .or_else(|_| Ifp::decode(parsed.primary, Syntax::Corrected));
        match ifp {
            Ok(ifp) => {
                for line in side.packet(&ifp) {
                    let line = format!("{} {line}", arrow(from_caller));
                    // The calling tone comes again and again.
                    if self.lines.last() != Some(&line) || !line.ends_with("CNG") {
                        self.lines.push(line);
                    }
                }
            }
            Err(error) => self.lines.push(format!("{} ({error})", arrow(from_caller))),
        }
    }
}

fn arrow(from_caller: bool) -> &'static str {
    if from_caller { "-->" } else { "<--" }
}

impl Side {
    fn packet(&mut self, ifp: &Ifp) -> Vec<String> {
        match ifp {
            Ifp::Indicator(Indicator::Cng) => vec!["CNG".into()],
            Ifp::Indicator(Indicator::Ced) => vec!["CED".into()],
            Ifp::Indicator(indicator) => {
                // Whatever was begun before was broken off.
                self.frame.clear();
                if let Some((rate, short)) = indicator.as_training() {
                    *self = Self {
                        last_sequence: self.last_sequence,
                        training: Some(format!("{rate}{}", if short { " short" } else { "" })),
                        only_zeros: true,
                        ..Self::default()
                    };
                }
                Vec::new()
            }
            Ifp::Data { data_type, fields } => {
                let fast = data_type.rate().is_some();
                fields
                    .iter()
                    .filter_map(|field| {
                        self.frame.extend(&field.data);
                        if fast { self.fast(field.kind) } else { self.v21(field.kind) }
                    })
                    .collect()
            }
        }
    }

    fn v21(&mut self, kind: FieldType) -> Option<String> {
        match kind {
            FieldType::HdlcFcsOk | FieldType::HdlcFcsOkSigEnd => {
                let octets = std::mem::take(&mut self.frame);
                Some(match Frame::parse(&octets) {
                    Ok(frame) => frame.to_string(),
                    Err(error) => format!("({error})"),
                })
            }
            _ => None,
        }
    }

    fn fast(&mut self, kind: FieldType) -> Option<String> {
        let octets = match kind {
            FieldType::HdlcData => return None,
            _ => std::mem::take(&mut self.frame),
        };
        match kind {
            FieldType::HdlcFcsOk | FieldType::HdlcFcsOkSigEnd => {
                self.fast_frames += u32::from(octets.len() > 4);
            }
            _ => {
                self.image_octets += u32::try_from(octets.len()).unwrap_or(u32::MAX);
                self.only_zeros &= octets.iter().all(|octet| *octet == 0);
            }
        }
        let training = self.training.as_deref().unwrap_or("untrained");
        match kind {
            FieldType::HdlcFcsOkSigEnd => {
                Some(format!("[{training}: {} frames]", self.fast_frames))
            }
            FieldType::T4NonEcmSigEnd if self.only_zeros => Some(format!("[{training}: TCF]")),
            FieldType::T4NonEcmSigEnd => Some(format!("[{training}: page]")),
            _ => None,
        }
    }
}
