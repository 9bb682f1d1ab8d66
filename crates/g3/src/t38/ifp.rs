//! Internet Fax Protocol packets: what one end of a T.38 call tells the other. T.38 7.
//!
//! A packet is either an [`Indicator`] (what is on the line from now on) or data of a carrier: a
//! list of [`Field`]s. Packets are packed PER (T.38 Annex A) in one of two [`Syntax`]es that
//! differ in one bit per field. [`Ifp::encode`] and [`Ifp::decode`] are exact; [`Decoder`] knows
//! what real far ends do and keeps, per call, what it learned about its own.

mod decoder;
mod reader;

use alloc::vec::Vec;
use core::fmt;

use crate::{Modulation, Rate};

pub use decoder::Decoder;

/// The most fields one packet may have here. Nobody is known to send more than 4.
pub const MAX_ITEMS: usize = 16;

/// The longest packet that is read, in octets; it fits one unfragmented datagram.
pub const MAX_OCTETS: usize = 1400;

/// Which edition of the ASN.1 module a packet is written in. T.38 Annex A.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// `T38FaxVersion` 0, 1998: three bits for the kind of a field.
    V1998,
    /// `T38FaxVersion` 1 and higher: an extension bit before the three bits.
    Corrected,
}

impl Syntax {
    /// The syntax that an agreed `T38FaxVersion` stands for.
    #[must_use]
    pub const fn of_version(version: u8) -> Self {
        if version == 0 { Self::V1998 } else { Self::Corrected }
    }

    const fn other(self) -> Self {
        match self {
            Self::V1998 => Self::Corrected,
            Self::Corrected => Self::V1998,
        }
    }
}

/// A number in a root range or behind the extension bit of a PER ENUMERATED.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    Root(u8),
    Extended(u8),
}

macro_rules! coded {
    ($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $name:ident = $kind:ident $number:literal, $word:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[$doc])* $name,)+ }

        impl $type {
            /// Every value, in the order of the ASN.1 module.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            const fn code(self) -> Code {
                match self { $(Self::$name => Code::$kind($number)),+ }
            }

            const fn from_code(code: Code) -> Option<Self> {
                match code { $(Code::$kind($number) => Some(Self::$name),)+ _ => None }
            }
        }

        impl fmt::Display for $type {
            /// The name as the ASN.1 module spells it.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $word),+ })
            }
        }
    };
}

coded! {
    /// What is on the line from now on. T.38 7.3.1; the extended ones are of version 3.
    Indicator {
        /// Silence.
        NoSignal = Root 0, "no-signal";
        /// Calling tone, 1100 Hz.
        Cng = Root 1, "cng";
        /// Answering tone, 2100 Hz.
        Ced = Root 2, "ced";
        /// The flags before V.21 frames.
        V21Preamble = Root 3, "v21-preamble";
        /// V.27 ter training for 2400 bit/s.
        V27At2400 = Root 4, "v27-2400-training";
        /// V.27 ter training for 4800 bit/s.
        V27At4800 = Root 5, "v27-4800-training";
        /// V.29 training for 7200 bit/s.
        V29At7200 = Root 6, "v29-7200-training";
        /// V.29 training for 9600 bit/s.
        V29At9600 = Root 7, "v29-9600-training";
        /// V.17 short training for 7200 bit/s.
        V17At7200Short = Root 8, "v17-7200-short-training";
        /// V.17 long training for 7200 bit/s.
        V17At7200Long = Root 9, "v17-7200-long-training";
        /// V.17 short training for 9600 bit/s.
        V17At9600Short = Root 10, "v17-9600-short-training";
        /// V.17 long training for 9600 bit/s.
        V17At9600Long = Root 11, "v17-9600-long-training";
        /// V.17 short training for 12000 bit/s.
        V17At12000Short = Root 12, "v17-12000-short-training";
        /// V.17 long training for 12000 bit/s.
        V17At12000Long = Root 13, "v17-12000-long-training";
        /// V.17 short training for 14400 bit/s.
        V17At14400Short = Root 14, "v17-14400-short-training";
        /// V.17 long training for 14400 bit/s.
        V17At14400Long = Root 15, "v17-14400-long-training";
        /// V.8 answering tone; a far end of an older version never means it.
        V8Ansam = Extended 0, "v8-ansam";
        /// A V.8 signal.
        V8Signal = Extended 1, "v8-signal";
        /// V.34 control channel.
        V34CntlChannel1200 = Extended 2, "v34-cntl-channel-1200";
        /// V.34 primary channel.
        V34PriChannel = Extended 3, "v34-pri-channel";
        /// V.34 control channel retrain.
        V34CcRetrain = Extended 4, "v34-CC-retrain";
        /// V.33 training for 12000 bit/s.
        V33At12000 = Extended 5, "v33-12000-training";
        /// V.33 training for 14400 bit/s.
        V33At14400 = Extended 6, "v33-14400-training";
    }
}

coded! {
    /// The carrier that data belongs to. T.38 7.3.2; the extended ones are of version 3.
    DataType {
        /// V.21 channel 2, 300 bit/s: the control frames of T.30.
        V21 = Root 0, "v21";
        /// V.27 ter, 2400 bit/s.
        V27At2400 = Root 1, "v27-2400";
        /// V.27 ter, 4800 bit/s.
        V27At4800 = Root 2, "v27-4800";
        /// V.29, 7200 bit/s.
        V29At7200 = Root 3, "v29-7200";
        /// V.29, 9600 bit/s.
        V29At9600 = Root 4, "v29-9600";
        /// V.17, 7200 bit/s.
        V17At7200 = Root 5, "v17-7200";
        /// V.17, 9600 bit/s.
        V17At9600 = Root 6, "v17-9600";
        /// V.17, 12000 bit/s.
        V17At12000 = Root 7, "v17-12000";
        /// V.17, 14400 bit/s.
        V17At14400 = Root 8, "v17-14400";
        /// V.8 messages.
        V8 = Extended 0, "v8";
        /// The rate of the V.34 primary channel.
        V34PriRate = Extended 1, "v34-pri-rate";
        /// V.34 control channel, 1200 bit/s.
        V34Cc1200 = Extended 2, "v34-CC-1200";
        /// V.34 primary channel.
        V34PriCh = Extended 3, "v34-pri-ch";
        /// V.33, 12000 bit/s.
        V33At12000 = Extended 4, "v33-12000";
        /// V.33, 14400 bit/s.
        V33At14400 = Extended 5, "v33-14400";
    }
}

coded! {
    /// What a field of a data packet is. T.38 7.4; the extended ones need the corrected syntax.
    FieldType {
        /// Octets of an HDLC frame from the address to before the FCS, without stuffing.
        HdlcData = Root 0, "hdlc-data";
        /// The HDLC carrier has gone.
        HdlcSigEnd = Root 1, "hdlc-sig-end";
        /// The frame ended, its FCS is good, the carrier stays.
        HdlcFcsOk = Root 2, "hdlc-fcs-OK";
        /// The frame ended, its FCS is bad, the carrier stays.
        HdlcFcsBad = Root 3, "hdlc-fcs-BAD";
        /// The last frame ended, its FCS is good, the carrier goes.
        HdlcFcsOkSigEnd = Root 4, "hdlc-fcs-OK-sig-end";
        /// The last frame ended, its FCS is bad, the carrier goes.
        HdlcFcsBadSigEnd = Root 5, "hdlc-fcs-BAD-sig-end";
        /// Part of a page without ECM, or of a TCF; more follows.
        T4NonEcmData = Root 6, "t4-non-ecm-data";
        /// The last part of a page without ECM or of a TCF; may be empty.
        T4NonEcmSigEnd = Root 7, "t4-non-ecm-sig-end";
        /// V.8 call menu: one digit.
        CmMessage = Extended 0, "cm-message";
        /// V.8 joint menu: `A0`, `N0`, `N1` or `N2`.
        JmMessage = Extended 1, "jm-message";
        /// V.8 call indication: one digit.
        CiMessage = Extended 2, "ci-message";
        /// V.34 rate: three digits, in units of 100 bit/s.
        V34Rate = Extended 3, "v34rate";
    }
}

/// One field of a data packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What the octets are.
    pub kind: FieldType,
    /// The octets, first bit on the line in the most significant bit; at most 65535. An empty
    /// field has no field-data on the wire.
    pub data: Vec<u8>,
}

impl Field {
    /// A field that carries `data`.
    #[must_use]
    pub const fn new(kind: FieldType, data: Vec<u8>) -> Self {
        Self { kind, data }
    }

    /// A field without data: the end of a frame or of a carrier.
    #[must_use]
    pub const fn empty(kind: FieldType) -> Self {
        Self { kind, data: Vec::new() }
    }
}

/// One packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ifp {
    /// What is on the line from now on.
    Indicator(Indicator),
    /// Data of a carrier.
    Data {
        /// The carrier.
        data_type: DataType,
        /// The fields, in order.
        fields: Vec<Field>,
    },
}

/// Why octets are not a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IfpError {
    /// There are no octets.
    Empty,
    /// Malformed: the octets end within the packet.
    Truncated,
    /// Malformed: more than zeros follows the packet.
    TrailingOctets,
    /// Malformed: a length or count in the fragmented form, or beyond what ASN.1 allows.
    BadLength,
    /// Malformed: an indicator with a data-field.
    IndicatorWithData,
    /// Unsupported: a value that no edition assigns.
    Unassigned,
    /// Unsupported: longer than [`MAX_OCTETS`].
    TooLong,
    /// Unsupported: more fields than [`MAX_ITEMS`].
    TooManyItems,
}

impl fmt::Display for IfpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the packet is empty",
            Self::Truncated => "the packet ends too early",
            Self::TrailingOctets => "octets follow the packet",
            Self::BadLength => "a length of the packet is not valid",
            Self::IndicatorWithData => "an indicator carries data",
            Self::Unassigned => "the packet uses a value that is not assigned",
            Self::TooLong => "the packet is too long",
            Self::TooManyItems => "the packet has too many fields",
        })
    }
}

impl core::error::Error for IfpError {}

impl Ifp {
    /// A data packet with one field.
    #[must_use]
    pub fn data(data_type: DataType, kind: FieldType, data: Vec<u8>) -> Self {
        Self::Data { data_type, fields: [Field { kind, data }].into() }
    }

    /// The octets of the packet in exact PER.
    ///
    /// Only the last field should be empty: what follows an empty field does not start on an
    /// octet, and widely used far ends read that wrongly. [`Ifp::is_portable`] tells. An extended
    /// field in [`Syntax::V1998`], which has none, is left out; what is beyond [`MAX_ITEMS`] fields
    /// or 65535 octets in one is cut.
    #[must_use]
    pub fn encode(&self, syntax: Syntax) -> Vec<u8> {
        let mut writer = Writer::default();
        match self {
            Self::Indicator(indicator) => {
                writer.put(0b00, 2);
                writer.put_enumerated(indicator.code(), 4);
            }
            Self::Data { data_type, fields } => {
                let fields: Vec<&Field> =
                    fields.iter().filter(|f| f.is_in(syntax)).take(MAX_ITEMS).collect();
                writer.put(0b11, 2);
                writer.put_enumerated(data_type.code(), 4);
                writer.align();
                writer.put(u32::try_from(fields.len()).unwrap_or(0), 8);
                for field in fields {
                    field.write(&mut writer, syntax);
                }
            }
        }
        writer.octets
    }

    /// Whether every far end reads this packet alike: no empty field stands before another field.
    #[must_use]
    pub fn is_portable(&self) -> bool {
        match self {
            Self::Indicator(_) => true,
            Self::Data { fields, .. } => {
                fields.iter().rev().skip(1).all(|field| !field.data.is_empty())
            }
        }
    }

    /// Reads a packet in exact PER; zero octets after it are ignored.
    ///
    /// Pad bits are not looked at, and a field of an unassigned kind is left out.
    ///
    /// # Errors
    /// What is wrong with the octets.
    pub fn decode(octets: &[u8], syntax: Syntax) -> Result<Self, IfpError> {
        let (ifp, used) = Self::decode_prefix(octets, syntax)?;
        match octets.get(used..) {
            Some(rest) if rest.iter().any(|&octet| octet != 0) => Err(IfpError::TrailingOctets),
            _ => Ok(ifp),
        }
    }

    /// Reads the packet at the start of `octets` and tells how many octets it takes.
    ///
    /// # Errors
    /// What is wrong with the octets; never [`IfpError::TrailingOctets`].
    pub fn decode_prefix(octets: &[u8], syntax: Syntax) -> Result<(Self, usize), IfpError> {
        let reading = reader::read(octets, reader::Form { syntax, aligned: false })?;
        Ok((reading.ifp, reading.used))
    }
}

impl fmt::Display for Ifp {
    /// `cng`, or `v21: hdlc-data[ff c8] hdlc-fcs-OK`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Indicator(indicator) => indicator.fmt(f),
            Self::Data { data_type, fields } => {
                write!(f, "{data_type}:")?;
                for field in fields {
                    write!(f, " {}", field.kind)?;
                    if let [first, rest @ ..] = field.data.as_slice() {
                        write!(f, "[{first:02x}")?;
                        for octet in rest {
                            write!(f, " {octet:02x}")?;
                        }
                        f.write_str("]")?;
                    }
                }
                Ok(())
            }
        }
    }
}

impl Indicator {
    /// The training for `rate`. Only V.17 has a short one.
    #[must_use]
    pub const fn training(rate: Rate, short: bool) -> Self {
        match (rate, short) {
            (Rate::V27ter2400, _) => Self::V27At2400,
            (Rate::V27ter4800, _) => Self::V27At4800,
            (Rate::V29At7200, _) => Self::V29At7200,
            (Rate::V29At9600, _) => Self::V29At9600,
            (Rate::V17At7200, true) => Self::V17At7200Short,
            (Rate::V17At7200, false) => Self::V17At7200Long,
            (Rate::V17At9600, true) => Self::V17At9600Short,
            (Rate::V17At9600, false) => Self::V17At9600Long,
            (Rate::V17At12000, true) => Self::V17At12000Short,
            (Rate::V17At12000, false) => Self::V17At12000Long,
            (Rate::V17At14400, true) => Self::V17At14400Short,
            (Rate::V17At14400, false) => Self::V17At14400Long,
        }
    }

    /// The rate that is trained for and whether it is the short training of V.17.
    #[must_use]
    pub fn as_training(self) -> Option<(Rate, bool)> {
        Rate::ALL.into_iter().find_map(|rate| {
            let short = rate.modulation() == Modulation::V17 && self == Self::training(rate, true);
            (short || self == Self::training(rate, false)).then_some((rate, short))
        })
    }
}

impl DataType {
    /// The rate of the fast modem; `None` for V.21 and for what this end does not speak.
    #[must_use]
    pub fn rate(self) -> Option<Rate> {
        Rate::ALL.into_iter().find(|&rate| Self::from_rate(rate) == self)
    }

    /// The carrier of `rate`.
    #[must_use]
    pub const fn from_rate(rate: Rate) -> Self {
        match rate {
            Rate::V27ter2400 => Self::V27At2400,
            Rate::V27ter4800 => Self::V27At4800,
            Rate::V29At7200 => Self::V29At7200,
            Rate::V29At9600 => Self::V29At9600,
            Rate::V17At7200 => Self::V17At7200,
            Rate::V17At9600 => Self::V17At9600,
            Rate::V17At12000 => Self::V17At12000,
            Rate::V17At14400 => Self::V17At14400,
        }
    }
}

impl FieldType {
    /// Whether the carrier ends with this field.
    #[must_use]
    pub const fn ends_signal(self) -> bool {
        matches!(
            self,
            Self::HdlcSigEnd
                | Self::HdlcFcsOkSigEnd
                | Self::HdlcFcsBadSigEnd
                | Self::T4NonEcmSigEnd
        )
    }

    /// Whether an HDLC frame ends with this field: `Some(true)` with a good FCS.
    #[must_use]
    pub const fn fcs(self) -> Option<bool> {
        match self {
            Self::HdlcFcsOk | Self::HdlcFcsOkSigEnd => Some(true),
            Self::HdlcFcsBad | Self::HdlcFcsBadSigEnd => Some(false),
            _ => None,
        }
    }
}

/// The longest field-data: its length less one is coded in 16 bits. T.38 Annex A.
const MAX_FIELD_DATA: usize = 65_535;

impl Field {
    fn is_in(&self, syntax: Syntax) -> bool {
        syntax == Syntax::Corrected || matches!(self.kind.code(), Code::Root(_))
    }

    fn write(&self, writer: &mut Writer, syntax: Syntax) {
        let data = self.data.get(..MAX_FIELD_DATA).unwrap_or(&self.data);
        writer.put(u32::from(!data.is_empty()), 1);
        match (syntax, self.kind.code()) {
            (Syntax::V1998, Code::Root(code)) => writer.put(u32::from(code), 3),
            (_, code) => writer.put_enumerated(code, 3),
        }
        if let Some(length) = data.len().checked_sub(1).and_then(|n| u32::try_from(n).ok()) {
            writer.align();
            writer.put(length, 16);
            writer.octets.extend_from_slice(data);
        }
    }
}

/// Packs bits, most significant first.
#[derive(Default)]
struct Writer {
    octets: Vec<u8>,
    /// Bits of the last octet that are in use; 0 when it is full or there is none.
    used: u8,
}

impl Writer {
    fn put(&mut self, value: u32, bits: u32) {
        for shift in (0..bits).rev() {
            if self.used == 0 {
                self.octets.push(0);
            }
            if let Some(last) = self.octets.last_mut() {
                *last |= u8::from(value >> shift & 1 != 0) << (7 - self.used);
            }
            self.used = (self.used + 1) % 8;
        }
    }

    /// An extensible ENUMERATED: the extension bit, then the number.
    fn put_enumerated(&mut self, code: Code, root_bits: u32) {
        match code {
            Code::Root(number) => self.put(u32::from(number), 1 + root_bits),
            Code::Extended(number) => {
                self.put(1, 1);
                self.put(u32::from(number), 7);
            }
        }
    }

    fn align(&mut self) {
        self.used = 0;
    }
}

#[cfg(test)]
mod tests;
