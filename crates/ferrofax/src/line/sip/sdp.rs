//! Session descriptions: one audio stream of G.711, or one image stream of T.38 over UDPTL.
//!
//! A foreign description is read once, into types that cannot be wrong: each number has bounds and
//! a default, lines that make no sense are left out, and a stream that this end cannot use is
//! [`Media::Off`], which only keeps its slot. RFC 4566, RFC 3264, T.38 Annex D.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

pub use t38::{
    BitRate, Bounded, ErrorCorrection, MaxBuffer, MaxDatagram, MaxIfp, RateManagement, Span, T38,
    Version,
};

mod t38;
#[cfg(test)]
mod tests;

/// The longest description that is read, in octets.
pub const MAX_OCTETS: usize = 8192;
/// The most streams of one description.
pub const MAX_STREAMS: usize = 8;
/// How much of the words of a stream that this end cannot use is kept, in characters.
const MAX_OFF_CHARS: usize = 64;

/// A session description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sdp {
    /// Who made it, and which version it is.
    pub origin: Origin,
    /// The streams in their order; an answer has as many as its offer. RFC 3264 6.
    pub media: Vec<Media>,
}

/// The `o=` line as far as it means anything here. RFC 4566 5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The session, unique for its maker.
    pub id: u64,
    /// Rises by one with each change of the description. RFC 3264 8.
    pub version: u64,
    /// The address of its maker.
    pub address: IpAddr,
}

/// One stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Media {
    /// G.711 over RTP.
    Audio(Audio),
    /// T.38 over UDPTL.
    Image(Image),
    /// Refused or ended (port 0), or of a kind that this end does not know.
    Off(Off),
}

/// `m=audio PORT RTP/AVP ..`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audio {
    /// Where it is received; the port is never 0. An unspecified address means hold.
    pub at: SocketAddr,
    /// The laws in order of preference; at least one.
    pub laws: Vec<Law>,
    /// Who sends.
    pub direction: Direction,
}

/// `m=image PORT udptl t38`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// Where it is received; the port is never 0.
    pub at: SocketAddr,
    /// The `T38Fax..` attributes.
    pub t38: T38,
}

/// The slot of a stream that does not run. RFC 3264 6, 8.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Off {
    /// `audio`, `image`, `video` ..
    kind: String,
    /// Transport and formats, to be repeated in the answer.
    rest: String,
}

/// The two laws of G.711 and their static payload types. RFC 3551 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Law {
    /// PCMU, payload type 0.
    Mu,
    /// PCMA, payload type 8.
    A,
}

impl Law {
    /// The RTP payload type.
    #[must_use]
    pub const fn payload_type(self) -> u8 {
        match self {
            Self::Mu => 0,
            Self::A => 8,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Mu => "PCMU",
            Self::A => "PCMA",
        }
    }

    fn from_format(format: &str) -> Option<Self> {
        match format {
            "0" => Some(Self::Mu),
            "8" => Some(Self::A),
            _ => None,
        }
    }
}

/// Who sends, as seen by the maker of the description. RFC 4566 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Both.
    SendRecv,
    /// Only the maker of the description.
    SendOnly,
    /// Only the reader of the description.
    RecvOnly,
    /// Nobody.
    Inactive,
}

impl Direction {
    /// The direction that the other end gives in its answer. RFC 3264 6.1.
    #[must_use]
    pub const fn answer(self) -> Self {
        match self {
            Self::SendRecv => Self::SendRecv,
            Self::SendOnly => Self::RecvOnly,
            Self::RecvOnly => Self::SendOnly,
            Self::Inactive => Self::Inactive,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::SendRecv, Self::SendOnly, Self::RecvOnly, Self::Inactive]
            .into_iter()
            .find(|direction| name.eq_ignore_ascii_case(direction.name()))
    }
}

impl Media {
    fn in_short(&self) -> String {
        match self {
            Self::Audio(audio) => {
                let laws: Vec<&str> = audio.laws.iter().map(|law| law.name()).collect();
                let (laws, at) = (laws.join(" "), audio.at);
                match audio.direction {
                    Direction::SendRecv => format!("audio {laws} {at}"),
                    direction => format!("audio {laws} {at} {}", direction.name()),
                }
            }
            Self::Image(Image { at, t38 }) => {
                let (version, rate) = (t38.version.value(), t38.max_bit_rate.value());
                let correction = t38.error_correction.name();
                format!("image udptl {at}, version {version}, {correction}, {rate} bit/s")
            }
            Self::Off(off) => format!("{} off", off.kind),
        }
    }

    /// The same slot with nothing in it.
    #[must_use]
    pub fn off(&self) -> Off {
        match self {
            Self::Audio(_) => Off { kind: "audio".to_owned(), rest: "RTP/AVP 0".to_owned() },
            Self::Image(_) => Off { kind: "image".to_owned(), rest: "udptl t38".to_owned() },
            Self::Off(off) => off.clone(),
        }
    }
}

/// Why a description is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SdpError {
    /// More than [`MAX_OCTETS`].
    #[error("the session description is too long")]
    TooLong,
    /// No `v=0` in front.
    #[error("this is not a session description")]
    NotSdp,
    /// More than [`MAX_STREAMS`].
    #[error("the session description has too many streams")]
    TooManyStreams,
}

impl Sdp {
    /// Reads a description that came from `sender`, whose address stands in where the description
    /// names none that can be read, or the loopback of another host.
    ///
    /// # Errors
    /// When it is no description at all or beyond the bounds; everything else is read as well as
    /// it can be.
    pub fn parse(text: &[u8], sender: IpAddr) -> Result<Self, SdpError> {
        if text.len() > MAX_OCTETS {
            return Err(SdpError::TooLong);
        }
        let text = String::from_utf8_lossy(text);
        let mut lines = text.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty());
        if lines.next() != Some("v=0") {
            return Err(SdpError::NotSdp);
        }
        let mut origin = Origin { id: 0, version: 0, address: sender };
        let mut session = Section::default();
        let mut streams: Vec<(&str, Section<'_>)> = Vec::new();
        for line in lines {
            let Some((name, value)) = line.split_once('=') else { continue };
            if name == "m" {
                if streams.len() == MAX_STREAMS {
                    return Err(SdpError::TooManyStreams);
                }
                streams.push((value, Section::default()));
                continue;
            }
            let section = streams.last_mut().map_or(&mut session, |(_, section)| section);
            match name {
                "o" => origin = Origin::parse(value, sender),
                "c" => section.address = parse_connection(value).or(section.address),
                "a" => section.attributes.push(value),
                _ => {}
            }
        }
        let media = streams
            .into_iter()
            .map(|(line, stream)| parse_media(line, &session, &stream, sender))
            .collect();
        Ok(Self { origin, media })
    }

    /// What it says, in few words, for people.
    #[must_use]
    pub fn in_short(&self) -> String {
        let streams: Vec<String> = self.media.iter().map(Media::in_short).collect();
        if streams.is_empty() { "no streams".to_owned() } else { streams.join(" + ") }
    }

    /// The first audio stream that runs, and its slot.
    #[must_use]
    pub fn audio(&self) -> Option<(usize, &Audio)> {
        self.media.iter().enumerate().find_map(|(slot, media)| match media {
            Media::Audio(audio) => Some((slot, audio)),
            Media::Image(_) | Media::Off(_) => None,
        })
    }

    /// The first T.38 stream that runs, and its slot.
    #[must_use]
    pub fn image(&self) -> Option<(usize, &Image)> {
        self.media.iter().enumerate().find_map(|(slot, media)| match media {
            Media::Image(image) => Some((slot, image)),
            Media::Audio(_) | Media::Off(_) => None,
        })
    }
}

/// What belongs to the session, or to one stream of it.
#[derive(Default)]
struct Section<'a> {
    address: Option<IpAddr>,
    attributes: Vec<&'a str>,
}

impl Origin {
    fn parse(value: &str, sender: IpAddr) -> Self {
        let mut words = value.split_ascii_whitespace().skip(1);
        let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        let (id, version) = (number(), number());
        let address = words.nth(2).and_then(|word| word.parse().ok()).unwrap_or(sender);
        Self { id, version, address }
    }
}

/// `IN IP4 192.0.2.1`, with or without `/ttl`. RFC 4566 5.7.
fn parse_connection(value: &str) -> Option<IpAddr> {
    let address = value.split_ascii_whitespace().nth(2)?;
    address.split('/').next()?.parse().ok()
}

fn parse_media(line: &str, session: &Section<'_>, stream: &Section<'_>, sender: IpAddr) -> Media {
    let mut words = line.split_ascii_whitespace();
    let kind = words.next().unwrap_or_default();
    let port = words.next().and_then(|word| word.split('/').next()?.parse().ok()).unwrap_or(0);
    let formats: Vec<&str> = words.collect();
    let named = stream.address.or(session.address);
    let address = named.filter(|named| !named.is_loopback() || sender.is_loopback());
    let address = address.unwrap_or(sender);
    let attributes = || session.attributes.iter().chain(&stream.attributes).copied();
    let running = match formats.split_first() {
        _ if port == 0 || !is_one_host(address) => None,
        Some((proto, formats)) if is(kind, "audio") && is(proto, "RTP/AVP") => {
            let laws: Vec<Law> = formats.iter().filter_map(|f| Law::from_format(f)).collect();
            let direction = attributes().filter_map(Direction::from_name).next_back();
            (!laws.is_empty()).then(|| {
                Media::Audio(Audio {
                    at: SocketAddr::new(address, port),
                    laws: without_repeats(&laws),
                    direction: direction.unwrap_or(Direction::SendRecv),
                })
            })
        }
        Some((proto, formats)) if is(kind, "image") && is(proto, "udptl") => {
            formats.iter().any(|format| is(format, "t38")).then(|| {
                Media::Image(Image {
                    at: SocketAddr::new(address, port),
                    t38: T38::parse(attributes()),
                })
            })
        }
        _ => None,
    };
    running.unwrap_or_else(|| Media::Off(Off::new(kind, &formats)))
}

/// Whether an address is that of one host, or of none: nothing is sent to many at once, whoever
/// asks for it.
pub(super) fn is_one_host(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_unspecified() || matches!(address.octets()[0], 1..=223),
        IpAddr::V6(address) => !address.is_multicast(),
    }
}

fn without_repeats(laws: &[Law]) -> Vec<Law> {
    let mut kept = Vec::new();
    for law in laws {
        if !kept.contains(law) {
            kept.push(*law);
        }
    }
    kept
}

fn is(word: &str, name: &str) -> bool {
    word.eq_ignore_ascii_case(name)
}

impl Off {
    /// The words of a stream line that may be repeated to the far end: printable and short.
    fn new(kind: &str, rest: &[&str]) -> Self {
        let safe = |word: &&str| -> String {
            word.chars().filter(char::is_ascii_graphic).take(MAX_OFF_CHARS).collect()
        };
        let kind = safe(&kind);
        let words: Vec<String> = rest.iter().map(safe).filter(|word| !word.is_empty()).collect();
        let mut rest = words.join(" ");
        rest.truncate(MAX_OFF_CHARS);
        let rest = rest.trim_end().to_owned();
        Self {
            kind: if kind.is_empty() { "audio".to_owned() } else { kind },
            rest: if rest.is_empty() { "RTP/AVP 0".to_owned() } else { rest },
        }
    }
}

impl fmt::Display for Sdp {
    /// The description as it goes on the wire, lines ended with CR LF.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Origin { id, version, address } = self.origin;
        let of = |address: IpAddr| if address.is_ipv4() { "IN IP4" } else { "IN IP6" };
        write!(f, "v=0\r\no=- {id} {version} {} {address}\r\ns=-\r\n", of(address))?;
        write!(f, "c={} {address}\r\nt=0 0\r\n", of(address))?;
        for media in &self.media {
            let at = match media {
                Media::Audio(audio) => Some(audio.at.ip()),
                Media::Image(image) => Some(image.at.ip()),
                Media::Off(_) => None,
            };
            write!(f, "{media}")?;
            if let Some(at) = at.filter(|at| *at != address) {
                write!(f, "c={} {at}\r\n", of(at))?;
            }
            match media {
                Media::Audio(audio) => audio.write_attributes(f)?,
                Media::Image(image) => write!(f, "{}", image.t38)?,
                Media::Off(_) => {}
            }
        }
        Ok(())
    }
}

impl fmt::Display for Media {
    /// The `m=` line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Audio(audio) => {
                write!(f, "m=audio {} RTP/AVP", audio.at.port())?;
                for law in &audio.laws {
                    write!(f, " {}", law.payload_type())?;
                }
                f.write_str("\r\n")
            }
            Self::Image(image) => write!(f, "m=image {} udptl t38\r\n", image.at.port()),
            Self::Off(off) => write!(f, "m={} 0 {}\r\n", off.kind, off.rest),
        }
    }
}

impl Audio {
    fn write_attributes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for law in &self.laws {
            write!(f, "a=rtpmap:{} {}/8000\r\n", law.payload_type(), law.name())?;
        }
        write!(f, "a=ptime:20\r\na={}\r\n", self.direction.name())
    }
}
