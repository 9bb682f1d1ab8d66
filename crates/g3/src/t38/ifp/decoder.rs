//! Reading what real far ends send, whatever was agreed on.

use super::reader::{Form, Reading, read};
use super::{Code, DataType, Field, FieldType, Ifp, IfpError, Syntax};

/// Reads the packets of one far end.
///
/// The two syntaxes are told apart by what the octets can mean at all: each possible reading is
/// judged by its oddities (pad bits that are not 0, data where none belongs, an end of the carrier
/// within a frame ...) and the one with the fewest is believed; between equals the agreed syntax
/// wins. As soon as a packet has a regular reading in only one form, that form is kept until a
/// packet has none in it.
///
/// What has no effect is taken out: empty `hdlc-data` and `t4-non-ecm-data`, and data inside
/// `hdlc-sig-end`.
#[derive(Debug, Clone)]
pub struct Decoder {
    form: Form,
    /// A packet proved the form.
    proven: bool,
    /// The last packet left an HDLC frame without its end, or `None` after a loss.
    in_frame: Option<bool>,
    irregular: u32,
}

impl Decoder {
    /// A decoder for a call whose SDP agreed on `syntax`.
    #[must_use]
    pub const fn new(syntax: Syntax) -> Self {
        let form = Form { syntax, aligned: false };
        Self { form, proven: false, in_frame: None, irregular: 0 }
    }

    /// The syntax that packets are read in now.
    #[must_use]
    pub const fn syntax(&self) -> Syntax {
        self.form.syntax
    }

    /// Packets so far that were readable only by leniency.
    #[must_use]
    pub const fn irregular(&self) -> u32 {
        self.irregular
    }

    /// Tells that packets were lost: what comes next is not judged by what came before.
    pub const fn lost(&mut self) {
        self.in_frame = None;
    }

    /// Whether `octets`, perhaps with zeros after them, can be a packet of this call at all.
    /// For testing what parity recovery made.
    #[must_use]
    pub fn reads(&self, octets: &[u8]) -> bool {
        let syntaxes = [self.form.syntax, self.form.syntax.other()];
        let syntaxes = if self.proven { &syntaxes[..1] } else { &syntaxes[..] };
        syntaxes.iter().any(|&syntax| {
            [false, true].into_iter().any(|aligned| {
                read(octets, Form { syntax, aligned })
                    .is_ok_and(|reading| reading.pads_clear && comes_out_even(&reading, octets))
            })
        })
    }

    /// Reads one packet.
    ///
    /// # Errors
    /// What is wrong with the octets when they are read as agreed; the packet has no effect.
    pub fn decode(&mut self, octets: &[u8]) -> Result<Ifp, IfpError> {
        let current = read(octets, self.form);
        let settled = match &current {
            Ok(reading) => {
                matches!(reading.ifp, Ifp::Indicator(_))
                    || self.proven
                        && reading.pads_clear
                        && reading.skipped == 0
                        && comes_out_even(reading, octets)
            }
            Err(IfpError::Empty | IfpError::TooLong | IfpError::IndicatorWithData) => true,
            Err(_) => false,
        };
        if settled { current } else { self.judge(octets, current) }.map(|reading| {
            if !reading.pads_clear || reading.skipped > 0 || !comes_out_even(&reading, octets) {
                self.irregular = self.irregular.saturating_add(1);
            }
            self.follow(&reading.ifp);
            without_effectless_parts(reading.ifp)
        })
    }

    /// Chooses among all readings and keeps the form of the chosen one.
    fn judge(
        &mut self,
        octets: &[u8],
        current: Result<Reading, IfpError>,
    ) -> Result<Reading, IfpError> {
        let Form { syntax, aligned } = self.form;
        let others = [
            Form { syntax, aligned: !aligned },
            Form { syntax: syntax.other(), aligned: false },
            Form { syntax: syntax.other(), aligned: true },
        ];
        let mut error = None;
        let mut best: Option<(u32, Form, Reading)> = None;
        let mut best_of_other_syntax = u32::MAX;
        let readings = core::iter::once((self.form, current))
            .chain(others.into_iter().map(|form| (form, read(octets, form))));
        for (form, reading) in readings {
            let reading = match reading {
                Ok(reading) => reading,
                Err(cause) => {
                    error.get_or_insert(cause);
                    continue;
                }
            };
            let oddities = self.oddities(&reading, octets);
            let (better, loser) = match &best {
                None => (true, None),
                Some((least, chosen, _)) if oddities < *least => {
                    (true, (chosen.syntax != form.syntax).then_some(*least))
                }
                Some((_, chosen, _)) => (false, (chosen.syntax != form.syntax).then_some(oddities)),
            };
            best_of_other_syntax = best_of_other_syntax.min(loser.unwrap_or(u32::MAX));
            if better {
                best = Some((oddities, form, reading));
            }
        }
        let (oddities, form, reading) = best.ok_or(error.unwrap_or(IfpError::Empty))?;
        if oddities < IRREGULAR {
            self.proven = best_of_other_syntax >= IRREGULAR;
            self.form = form;
        }
        Ok(reading)
    }

    /// How strange a reading is; from [`IRREGULAR`] on it breaks a rule of PER.
    fn oddities(&self, reading: &Reading, octets: &[u8]) -> u32 {
        let mut irregular = 0;
        irregular += u32::from(!reading.pads_clear);
        irregular += u32::from(reading.skipped > 0);
        irregular += 4 * u32::from(!comes_out_even(reading, octets));
        let mut odd = 0;
        if let Ifp::Data { data_type, fields } = &reading.ifp {
            let mut in_frame = self.in_frame;
            for field in fields {
                odd += u32::from(is_odd(*data_type, field, in_frame));
                in_frame = after(in_frame, field);
            }
        }
        irregular * IRREGULAR + odd
    }

    fn follow(&mut self, ifp: &Ifp) {
        match ifp {
            Ifp::Indicator(_) => self.in_frame = Some(false),
            Ifp::Data { fields, .. } => {
                for field in fields {
                    self.in_frame = after(self.in_frame, field);
                }
            }
        }
    }
}

/// Weight of a broken rule against mere oddities, of which a packet has at most one per field.
const IRREGULAR: u32 = 100;

/// Only zeros follow the packet.
fn comes_out_even(reading: &Reading, octets: &[u8]) -> bool {
    octets.get(reading.used..).is_some_and(|rest| rest.iter().all(|&octet| octet == 0))
}

/// Whether an HDLC frame is open after `field`.
fn after(in_frame: Option<bool>, field: &Field) -> Option<bool> {
    match field.kind {
        FieldType::HdlcData if field.data.is_empty() => in_frame,
        FieldType::HdlcData => Some(true),
        _ => Some(false),
    }
}

/// Whether nobody is known to send `field` on purpose.
fn is_odd(data_type: DataType, field: &Field, in_frame: Option<bool>) -> bool {
    let is_message_carrier = matches!(data_type, DataType::V8 | DataType::V34PriRate);
    match field.kind {
        FieldType::HdlcData => field.data.is_empty(),
        FieldType::T4NonEcmData => field.data.is_empty() || data_type == DataType::V21,
        FieldType::HdlcSigEnd => in_frame == Some(true),
        FieldType::HdlcFcsOk | FieldType::HdlcFcsOkSigEnd => {
            field.data.is_empty() && in_frame == Some(false)
        }
        FieldType::HdlcFcsBad | FieldType::HdlcFcsBadSigEnd => !field.data.is_empty(),
        FieldType::T4NonEcmSigEnd => false,
        FieldType::CmMessage | FieldType::JmMessage | FieldType::CiMessage | FieldType::V34Rate => {
            !is_message_carrier
        }
    }
}

fn without_effectless_parts(mut ifp: Ifp) -> Ifp {
    if let Ifp::Data { fields, .. } = &mut ifp {
        fields.retain(|field| {
            let needs_data = matches!(field.kind, FieldType::HdlcData | FieldType::T4NonEcmData)
                || matches!(field.kind.code(), Code::Extended(_));
            !needs_data || !field.data.is_empty()
        });
        for field in fields.iter_mut().filter(|field| field.kind == FieldType::HdlcSigEnd) {
            field.data.clear();
        }
    }
    ifp
}
