//! What is offered and what is answered. RFC 3264, T.38 Annex D 2.3.

use std::net::{IpAddr, SocketAddr};

use g3::T38Config;

use super::super::sdp::{
    Audio, BitRate, Direction, ErrorCorrection, Image, Law, MaxBuffer, MaxDatagram, Media, Origin,
    Sdp, T38, Version,
};

/// The longest UDPTL datagram that this end takes, in octets: what fits into an Ethernet frame.
const MAX_DATAGRAM: u32 = 1400;
/// What is said about the buffer of this end, in octets.
const MAX_BUFFER: u32 = 2000;

/// The kind of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// G.711.
    Audio,
    /// T.38.
    Image,
}

/// What this end brings to every exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own {
    /// Where RTP is received.
    pub audio: SocketAddr,
    /// Where UDPTL is received.
    pub image: SocketAddr,
    /// The newest `T38FaxVersion` that is offered and answered.
    pub version: Version,
    /// The fastest rate that is offered, in bit/s.
    pub max_bit_rate: BitRate,
    /// Earlier packets repeated in each datagram, where the far end wants redundancy.
    pub redundancy: u8,
}

/// A stream that both ends agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stream {
    /// G.711 over RTP.
    Audio {
        /// Where the far end receives; an unspecified address means hold.
        to: SocketAddr,
        /// The law to send in.
        law: Law,
        /// Whether the far end wants to hear anything.
        send: bool,
    },
    /// T.38 over UDPTL.
    Image {
        /// Where the far end receives.
        to: SocketAddr,
        /// What T.30 is to know.
        t38: T38Config,
    },
}

impl Stream {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Audio { .. } => Kind::Audio,
            Self::Image { .. } => Kind::Image,
        }
    }
}

impl Own {
    /// The first offer of a call: one stream of `kind`.
    #[must_use]
    pub fn first_offer(&self, kind: Kind) -> Vec<Media> {
        vec![self.offered(kind)]
    }

    /// An offer that puts `kind` into the slot of the stream that runs in `current`; the other
    /// slots stay and stay empty. RFC 3264 8, 8.3.3.
    #[must_use]
    pub fn next_offer(&self, current: &Sdp, kind: Kind) -> Vec<Media> {
        let running = current.media.iter().position(|media| !matches!(media, Media::Off(_)));
        let mut media: Vec<Media> =
            current.media.iter().map(|media| Media::Off(media.off())).collect();
        match running.and_then(|slot| media.get_mut(slot)) {
            Some(slot) => *slot = self.offered(kind),
            None => media.push(self.offered(kind)),
        }
        media
    }

    /// The answer to `offer` and the stream that it makes: T.38 where it is offered, else audio,
    /// all other slots refused. `None` when there is neither.
    #[must_use]
    pub fn answer(&self, offer: &Sdp) -> Option<(Vec<Media>, Stream)> {
        let (slot, answer, stream) = match (offer.image(), offer.audio()) {
            (Some((slot, image)), _) => {
                let (answer, stream) = self.answer_image(image);
                (slot, Media::Image(answer), stream)
            }
            (None, Some((slot, audio))) => {
                let (answer, stream) = self.answer_audio(audio)?;
                (slot, Media::Audio(answer), stream)
            }
            (None, None) => return None,
        };
        let mut media: Vec<Media> =
            offer.media.iter().map(|media| Media::Off(media.off())).collect();
        *media.get_mut(slot)? = answer;
        Some((media, stream))
    }

    /// The stream that the far end's `answer` to an offer of `kind` makes; `None` when it refused.
    #[must_use]
    pub fn answered(&self, kind: Kind, answer: &Sdp) -> Option<Stream> {
        match kind {
            Kind::Audio => {
                let (_, audio) = answer.audio()?;
                self.answer_audio(audio).map(|(_, stream)| stream)
            }
            Kind::Image => {
                let (_, image) = answer.image()?;
                let version = image.t38.version.min(self.version);
                Some(self.image_stream(image, version, image.t38.error_correction))
            }
        }
    }

    /// A description of `media` made by this end.
    #[must_use]
    pub fn describe(&self, id: u64, version: u64, media: Vec<Media>) -> Sdp {
        let address: IpAddr = match media.iter().find(|media| !matches!(media, Media::Off(_))) {
            Some(Media::Image(image)) => image.at.ip(),
            Some(Media::Audio(_) | Media::Off(_)) | None => self.audio.ip(),
        };
        Sdp { origin: Origin { id, version, address }, media }
    }

    fn offered(&self, kind: Kind) -> Media {
        match kind {
            Kind::Audio => Media::Audio(Audio {
                at: self.audio,
                laws: vec![Law::Mu, Law::A],
                direction: Direction::SendRecv,
            }),
            Kind::Image => Media::Image(Image {
                at: self.image,
                t38: T38 {
                    version: self.version,
                    max_bit_rate: self.max_bit_rate,
                    max_buffer: Some(MaxBuffer::new(MAX_BUFFER)),
                    max_datagram: MaxDatagram::new(MAX_DATAGRAM),
                    error_correction: if self.redundancy == 0 {
                        ErrorCorrection::None
                    } else {
                        ErrorCorrection::Redundancy
                    },
                    ..T38::default()
                },
            }),
        }
    }

    fn answer_audio(&self, offer: &Audio) -> Option<(Audio, Stream)> {
        let law = *offer.laws.first()?;
        let direction = offer.direction.answer();
        let send = matches!(direction, Direction::SendRecv | Direction::SendOnly);
        let answer = Audio { at: self.audio, laws: vec![law], direction };
        Some((answer, Stream::Audio { to: offer.at, law, send }))
    }

    /// Rate management as offered, nothing claimed that was not offered, the weaker of the two
    /// error corrections, and the 1998 syntax for an offer of version 1, whose syntax is not sure.
    fn answer_image(&self, offer: &Image) -> (Image, Stream) {
        let version = match offer.t38.version.value() {
            1 => Version::new(0),
            _ => offer.t38.version.min(self.version),
        };
        let error_correction = offer.t38.error_correction.min(ErrorCorrection::Redundancy);
        let t38 = T38 {
            version,
            max_bit_rate: self.max_bit_rate,
            rate_management: offer.t38.rate_management,
            max_buffer: Some(MaxBuffer::new(MAX_BUFFER)),
            max_datagram: MaxDatagram::new(MAX_DATAGRAM),
            error_correction,
            ..T38::default()
        };
        (Image { at: self.image, t38 }, self.image_stream(offer, version, error_correction))
    }

    fn image_stream(&self, theirs: &Image, version: Version, ec: ErrorCorrection) -> Stream {
        Stream::Image {
            to: theirs.at,
            t38: T38Config {
                version: u8::try_from(version.value()).unwrap_or(0),
                max_datagram: u16::try_from(theirs.t38.max_datagram.value()).unwrap_or(u16::MAX),
                max_bit_rate: theirs.t38.max_bit_rate.min(self.max_bit_rate).value(),
                redundancy: if ec == ErrorCorrection::None { 0 } else { self.redundancy },
            },
        }
    }
}
