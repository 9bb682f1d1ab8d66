//! The `T38Fax..` attributes of an image stream. T.38 Annex D 2.3.

use std::fmt;

/// A number of a description that is always between `MIN` and `MAX`.
///
/// What is missing or no number becomes `DEFAULT`; so does what is below `MIN`, for 0 and
/// negative numbers are written where nothing is meant. What is above `MAX` becomes `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bounded<const MIN: u32, const MAX: u32, const DEFAULT: u32>(u32);

/// `T38FaxVersion`: 0 is the syntax of 1998, the others share the corrected one.
pub type Version = Bounded<0, 3, 0>;
/// `T38MaxBitRate` in bit/s: how fast its maker can receive.
pub type BitRate = Bounded<2400, 33_600, 14_400>;
/// `T38FaxMaxDatagram` in octets: the longest UDPTL datagram that its maker takes. Below 64 not
/// even 30 ms at 14 400 bit/s would fit, so that is not meant.
pub type MaxDatagram = Bounded<64, 1400, 400>;
/// `T38FaxMaxBuffer` in octets: how much its maker can hold back.
pub type MaxBuffer = Bounded<1, 65_535, 500>;
/// `T38FaxMaxIFP` in octets: the longest IFP that its maker takes.
pub type MaxIfp = Bounded<16, 1400, 1400>;
/// `T38FaxUdpFECMaxSpan`, and the two numbers of `T38FaxUdpECDepth`: packets.
pub type Span = Bounded<1, 16, 1>;

impl<const MIN: u32, const MAX: u32, const DEFAULT: u32> Bounded<MIN, MAX, DEFAULT> {
    /// `value` brought within the bounds.
    #[must_use]
    pub const fn new(value: u32) -> Self {
        match value {
            below if below < MIN => Self(DEFAULT),
            above if above > MAX => Self(MAX),
            fits => Self(fits),
        }
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }

    fn parse(text: &str) -> Self {
        let text = text.strip_prefix('+').unwrap_or(text);
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        Self::new(if digits { text.parse().unwrap_or(u32::MAX) } else { DEFAULT })
    }
}

impl<const MIN: u32, const MAX: u32, const DEFAULT: u32> Default for Bounded<MIN, MAX, DEFAULT> {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

/// `T38FaxRateManagement`: who checks the training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RateManagement {
    /// Each gateway for itself; meant for TCP.
    LocalTcf,
    /// The two terminals: the training goes through as data.
    #[default]
    TransferredTcf,
}

/// `T38FaxUdpEC`: how its maker wants lost packets made good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ErrorCorrection {
    /// Not at all.
    None,
    /// Earlier packets are repeated.
    #[default]
    Redundancy,
    /// Parity packets.
    Fec,
}

impl ErrorCorrection {
    /// Its name for people.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::None => "no error correction",
            Self::Redundancy => "redundancy",
            Self::Fec => "FEC",
        }
    }
}

/// All attributes of one image stream, each with a value that makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct T38 {
    /// `T38FaxVersion`.
    pub version: Version,
    /// How fast its maker can receive.
    pub max_bit_rate: BitRate,
    /// `T38FaxFillBitRemoval`.
    pub fill_bit_removal: bool,
    /// `T38FaxTranscodingMMR`.
    pub transcoding_mmr: bool,
    /// `T38FaxTranscodingJBIG`.
    pub transcoding_jbig: bool,
    /// Who checks the training.
    pub rate_management: RateManagement,
    /// How much its maker can hold back; `None` when not said.
    pub max_buffer: Option<MaxBuffer>,
    /// The longest datagram that its maker takes.
    pub max_datagram: MaxDatagram,
    /// The longest IFP that its maker takes; `None` when not said.
    pub max_ifp: Option<MaxIfp>,
    /// How lost packets are made good.
    pub error_correction: ErrorCorrection,
    /// `T38FaxUdpECDepth`: least and most repeated packets.
    pub ec_depth: Option<(Span, Span)>,
    /// `T38FaxUdpFECMaxSpan`.
    pub fec_max_span: Option<Span>,
    /// `T38VendorInfo`: country, extension, maker's code.
    pub vendor: Option<(u8, u8, u32)>,
}

impl T38 {
    /// Reads the values of `a=` lines; unknown ones are left out, the last of two counts.
    ///
    /// Names are compared without case, and the misspellings that real devices write are known.
    #[must_use]
    pub fn parse<'a>(attributes: impl Iterator<Item = &'a str>) -> Self {
        let mut t38 = Self::default();
        for attribute in attributes {
            let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
            t38.take(&name.trim().to_ascii_lowercase(), value.trim());
        }
        t38
    }

    fn take(&mut self, name: &str, value: &str) {
        match name {
            "t38faxversion" => self.version = Version::parse(value),
            "t38maxbitrate" | "t38faxmaxbitrate" | "t38faxmaxrate" => {
                self.max_bit_rate = BitRate::parse(value);
            }
            "t38faxfillbitremoval" => self.fill_bit_removal = parse_flag(value),
            "t38faxtranscodingmmr" => self.transcoding_mmr = parse_flag(value),
            "t38faxtranscodingjbig" => self.transcoding_jbig = parse_flag(value),
            "t38faxratemanagement" => {
                let local = ["localTCF", "localTFC"].iter().any(|v| value.eq_ignore_ascii_case(v));
                self.rate_management =
                    if local { RateManagement::LocalTcf } else { RateManagement::TransferredTcf };
            }
            "t38faxmaxbuffer" | "t38faxmaxbuffersize" => {
                self.max_buffer = Some(MaxBuffer::parse(value));
            }
            "t38faxmaxdatagram" | "t38maxdatagram" => {
                self.max_datagram = MaxDatagram::parse(value);
            }
            "t38faxmaxifp" => self.max_ifp = Some(MaxIfp::parse(value)),
            "t38faxudpec" => self.error_correction = parse_error_correction(value),
            "t38faxudpecdepth" => self.ec_depth = parse_depth(value),
            "t38faxudpfecmaxspan" => self.fec_max_span = Some(Span::parse(value)),
            "t38vendorinfo" => self.vendor = parse_vendor(value),
            _ => {}
        }
    }
}

/// Bare, `:1` and `:true` are true; `:0`, `:false` and anything else are not.
fn parse_flag(value: &str) -> bool {
    value.is_empty() || value == "1" || value.eq_ignore_ascii_case("true")
}

fn parse_error_correction(value: &str) -> ErrorCorrection {
    match value.to_ascii_lowercase().as_str() {
        "t38udpnoec" => ErrorCorrection::None,
        "t38udpfec" => ErrorCorrection::Fec,
        _ => ErrorCorrection::Redundancy,
    }
}

fn parse_depth(value: &str) -> Option<(Span, Span)> {
    let mut words = value.split_ascii_whitespace();
    let least = Span::parse(words.next()?);
    let most = words.next().map_or(least, Span::parse);
    Some((least, if most.value() < least.value() { least } else { most }))
}

fn parse_vendor(value: &str) -> Option<(u8, u8, u32)> {
    let mut words = value.split_ascii_whitespace();
    let vendor =
        (words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    words.next().is_none().then_some(vendor)
}

impl fmt::Display for T38 {
    /// The `a=` lines in the order of T.38 Annex D 2.3; booleans bare, and only when true.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a=T38FaxVersion:{}\r\n", self.version.value())?;
        write!(f, "a=T38MaxBitRate:{}\r\n", self.max_bit_rate.value())?;
        let flags = [
            ("T38FaxFillBitRemoval", self.fill_bit_removal),
            ("T38FaxTranscodingMMR", self.transcoding_mmr),
            ("T38FaxTranscodingJBIG", self.transcoding_jbig),
        ];
        for (name, _) in flags.iter().filter(|(_, set)| *set) {
            write!(f, "a={name}\r\n")?;
        }
        let management = match self.rate_management {
            RateManagement::LocalTcf => "localTCF",
            RateManagement::TransferredTcf => "transferredTCF",
        };
        write!(f, "a=T38FaxRateManagement:{management}\r\n")?;
        if let Some(buffer) = self.max_buffer {
            write!(f, "a=T38FaxMaxBuffer:{}\r\n", buffer.value())?;
        }
        write!(f, "a=T38FaxMaxDatagram:{}\r\n", self.max_datagram.value())?;
        if let Some(ifp) = self.max_ifp {
            write!(f, "a=T38FaxMaxIFP:{}\r\n", ifp.value())?;
        }
        let correction = match self.error_correction {
            ErrorCorrection::None => "t38UDPNoEC",
            ErrorCorrection::Redundancy => "t38UDPRedundancy",
            ErrorCorrection::Fec => "t38UDPFEC",
        };
        write!(f, "a=T38FaxUdpEC:{correction}\r\n")?;
        if let Some((least, most)) = self.ec_depth {
            write!(f, "a=T38FaxUdpECDepth:{} {}\r\n", least.value(), most.value())?;
        }
        if let Some(span) = self.fec_max_span {
            write!(f, "a=T38FaxUdpFECMaxSpan:{}\r\n", span.value())?;
        }
        if let Some((country, extension, code)) = self.vendor {
            write!(f, "a=T38VendorInfo:{country} {extension} {code}\r\n")?;
        }
        Ok(())
    }
}
