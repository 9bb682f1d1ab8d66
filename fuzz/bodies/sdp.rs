//! Session descriptions. What is read prints and reads back the same, keeps its bounds, and is
//! answered slot by slot or refused.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ferrofax::line::sip::negotiation::{Kind, Own, Stream};
use ferrofax::line::sip::sdp::{BitRate, MAX_STREAMS, Media, Sdp, Version};

const SENDER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// Reads the octets as a body that came with an INVITE, and as one that came with its answer.
pub(crate) fn run(octets: &[u8]) {
    let Ok(sdp) = Sdp::parse(octets, SENDER) else { return };
    assert!(sdp.media.len() <= MAX_STREAMS);
    assert_eq!(Sdp::parse(sdp.to_string().as_bytes(), SENDER).as_ref(), Ok(&sdp));
    for media in &sdp.media {
        match media {
            Media::Audio(audio) => assert!(audio.at.port() > 0 && !audio.laws.is_empty()),
            Media::Image(image) => assert!(image.at.port() > 0),
            Media::Off(_) => {}
        }
    }
    let own = Own {
        audio: SocketAddr::new(SENDER, 4000),
        image: SocketAddr::new(SENDER, 4002),
        version: Version::new(3),
        max_bit_rate: BitRate::new(14_400),
        redundancy: 3,
    };
    if let Some((answer, stream)) = own.answer(&sdp) {
        assert_eq!(answer.len(), sdp.media.len());
        let running = answer.iter().filter(|media| !matches!(media, Media::Off(_)));
        assert_eq!(running.count(), 1);
        bounded(&stream);
    }
    for kind in [Kind::Audio, Kind::Image] {
        if let Some(stream) = own.answered(kind, &sdp) {
            bounded(&stream);
        }
    }
}

fn bounded(stream: &Stream) {
    if let Stream::Image { t38, .. } = stream {
        assert!(t38.version <= 3);
        assert!((64..=1400).contains(&t38.max_datagram));
        assert!((2400..=14_400).contains(&t38.max_bit_rate));
        assert!(t38.redundancy <= 3);
    }
}
