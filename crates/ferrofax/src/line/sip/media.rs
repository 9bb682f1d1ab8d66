//! The two sockets of a call: RTP, which carries silence, and UDPTL.
//!
//! Datagrams are sent to where the far end's come from, once one came: many a far end sits behind
//! an address translation that its SDP knows nothing about. Only the host that SDP names and the
//! one that signals are believed, and of their ports only the first that was heard; the very
//! address of the SDP is believed over any other.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::{Interval, MissedTickBehavior};

use super::sdp::Law;

/// One RTP packet of silence carries this much. RFC 3551 4.2.
const PACKET: Duration = Duration::from_millis(20);
/// Samples, and octets, of one packet.
const SAMPLES: u32 = 160;
/// The wait after a socket error.
const AFTER_ERROR: Duration = Duration::from_millis(5);
/// The longest datagram that is read; more is cut off and then does not parse.
pub const MAX_DATAGRAM: usize = 2048;

/// One socket and where its datagrams go.
#[derive(Debug)]
pub struct Path {
    socket: UdpSocket,
    /// Where to send; `None` before SDP said so, or on hold.
    to: Option<SocketAddr>,
    /// Where SDP says the far end is.
    signalled: Option<SocketAddr>,
    heard: Heard,
    carries: Carries,
}

/// Whom a path has heard since SDP last said where the far end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// Nobody.
    Nobody,
    /// Another port, or another host, than SDP says.
    Translated(SocketAddr),
    /// The address that SDP says.
    Signalled,
}

/// What the datagrams of a path are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carries {
    /// RTP.
    Rtp,
    /// UDPTL. Late RTP of a far end that uses one port for both is not taken for its beginning.
    Udptl,
}

impl Path {
    /// A socket on `ip`, with any port.
    ///
    /// # Errors
    /// When there is none.
    pub async fn bind(ip: IpAddr, carries: Carries) -> io::Result<Self> {
        let socket = UdpSocket::bind(SocketAddr::new(ip, 0)).await?;
        Ok(Self { socket, to: None, signalled: None, heard: Heard::Nobody, carries })
    }

    /// Its port.
    ///
    /// # Errors
    /// When the socket is broken.
    pub fn port(&self) -> io::Result<u16> {
        Ok(self.socket.local_addr()?.port())
    }

    /// Takes over where SDP says the far end is.
    pub fn direct(&mut self, to: SocketAddr) {
        if self.signalled != Some(to) {
            self.signalled = Some(to);
            self.to = (!to.ip().is_unspecified()).then_some(to);
            self.heard = Heard::Nobody;
        }
    }

    /// Sends, if it is known where to. A datagram that the network does not take is lost, as it
    /// may be anywhere on its way.
    pub fn send(&self, datagram: &[u8]) {
        if let Some(to) = self.to
            && let Err(error) = self.socket.try_send_to(datagram, to)
        {
            tracing::trace!(%error, %to, "a datagram was lost at once");
        }
    }

    /// Waits for a datagram of the far end; `peer` is the host that signals. It may be dropped at
    /// any time and nothing gets lost.
    pub async fn receive<'a>(&mut self, peer: IpAddr, buffer: &'a mut [u8]) -> &'a [u8] {
        loop {
            match self.socket.recv_from(buffer).await {
                Ok((octets, from)) => {
                    if self.believe(peer, from, buffer.get(..octets).unwrap_or_default()) {
                        return buffer.get(..octets).unwrap_or_default();
                    }
                }
                // Linux reports here that an earlier datagram was not delivered.
                Err(error) => {
                    tracing::trace!(%error, "receiving");
                    tokio::time::sleep(AFTER_ERROR).await;
                }
            }
        }
    }

    /// A datagram that is already there.
    pub fn receive_now<'a>(&mut self, peer: IpAddr, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
        let (octets, from) = self.socket.try_recv_from(buffer).ok()?;
        let datagram = buffer.get(..octets)?;
        self.believe(peer, from, datagram).then_some(datagram)
    }

    fn believe(&mut self, peer: IpAddr, from: SocketAddr, datagram: &[u8]) -> bool {
        let Some(signalled) = self.signalled.filter(|_| !datagram.is_empty()) else { return false };
        let first = match self.heard {
            Heard::Signalled => return from == signalled,
            Heard::Translated(known) if from == known => return true,
            Heard::Translated(_) => from == signalled,
            Heard::Nobody => from.ip() == signalled.ip() || from.ip() == peer,
        };
        let late = self.carries == Carries::Udptl && is_rtp(datagram);
        if first && !late {
            let exact = from == signalled;
            self.heard = if exact { Heard::Signalled } else { Heard::Translated(from) };
            self.to = Some(from);
        }
        first && !late
    }
}

/// Whether a datagram is RTP or RTCP, version 2. RFC 3550 5.1.
fn is_rtp(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| first >> 6 == 2)
}

/// Silence, 20 ms after 20 ms.
#[derive(Debug)]
pub struct Silence {
    ticks: Interval,
    law: Law,
    sequence: u16,
    timestamp: u32,
    source: u32,
}

impl Silence {
    /// Silence in `law`; `source` is the random SSRC. RFC 3550 5.1.
    #[must_use]
    pub fn new(law: Law, source: u32) -> Self {
        let mut ticks = tokio::time::interval(PACKET);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        Self { ticks, law, sequence: 0, timestamp: 0, source }
    }

    /// The next packet, when it is due. It may be dropped at any time.
    pub async fn packet(&mut self) -> Vec<u8> {
        self.ticks.tick().await;
        let silence = match self.law {
            Law::Mu => 0xFF,
            Law::A => 0xD5,
        };
        let mut packet = vec![0x80, self.law.payload_type()];
        packet.extend(self.sequence.to_be_bytes());
        packet.extend(self.timestamp.to_be_bytes());
        packet.extend(self.source.to_be_bytes());
        packet.extend([silence; SAMPLES as usize]);
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(SAMPLES);
        packet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[tokio::test]
    async fn answers_go_to_where_the_first_datagram_came_from() {
        let mut path = Path::bind(HOST, Carries::Udptl).await.unwrap();
        let here = SocketAddr::new(HOST, path.port().unwrap());
        let translated = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        path.direct("192.0.2.1:4000".parse().unwrap());
        translated.send_to(b"first", here).await.unwrap();
        let mut buffer = [0; MAX_DATAGRAM];
        assert_eq!(path.receive(HOST, &mut buffer).await, b"first");
        path.send(b"answer");
        let (octets, from) = translated.recv_from(&mut buffer).await.unwrap();
        assert_eq!((octets, from), (6, here));
    }

    #[tokio::test]
    async fn strangers_are_not_heard() {
        let mut path = Path::bind(HOST, Carries::Udptl).await.unwrap();
        let here = SocketAddr::new(HOST, path.port().unwrap());
        let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        path.direct("192.0.2.1:4000".parse().unwrap());
        stranger.send_to(b"hello", here).await.unwrap();
        let mut buffer = [0; MAX_DATAGRAM];
        let heard = path.receive("192.0.2.2".parse().unwrap(), &mut buffer);
        let heard = tokio::time::timeout(Duration::from_millis(50), heard).await;
        assert!(heard.is_err());
        assert_eq!(path.to, Some("192.0.2.1:4000".parse().unwrap()));
    }

    /// On the host of the far end other programs send, too; whoever was first, the address that
    /// SDP names is the far end.
    #[tokio::test]
    async fn other_ports_of_the_far_end_are_not_heard() {
        let mut path = Path::bind(HOST, Carries::Udptl).await.unwrap();
        let here = SocketAddr::new(HOST, path.port().unwrap());
        let [peer, other, third] = [(); 3].map(|()| std::net::UdpSocket::bind("127.0.0.1:0"));
        let [peer, other, third] = [peer.unwrap(), other.unwrap(), third.unwrap()];
        path.direct(peer.local_addr().unwrap());
        let mut buffer = [0; MAX_DATAGRAM];
        for (from, words) in [
            (&other, "a forgery"),
            (&third, "unheard"),
            (&peer, "the far end"),
            (&other, "unheard"),
            (&peer, "the end"),
        ] {
            from.send_to(words.as_bytes(), here).unwrap();
            if words != "unheard" {
                assert_eq!(path.receive(HOST, &mut buffer).await, words.as_bytes());
                assert_eq!(path.to, Some(from.local_addr().unwrap()));
            }
        }
    }

    #[tokio::test]
    async fn late_audio_is_not_the_beginning_of_a_fax() {
        let mut path = Path::bind(HOST, Carries::Udptl).await.unwrap();
        let here = SocketAddr::new(HOST, path.port().unwrap());
        let peer = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        path.direct(peer.local_addr().unwrap());
        let mut buffer = [0; MAX_DATAGRAM];
        for datagram in [&[0x80, 0, 0xA4, 0xEC][..], &[], &[0, 0, 1, 0, 0], &[0x80, 0, 1, 0, 0]] {
            peer.send_to(datagram, here).await.unwrap();
        }
        assert_eq!(path.receive(HOST, &mut buffer).await, [0, 0, 1, 0, 0]);
        assert_eq!(path.receive(HOST, &mut buffer).await, [0x80, 0, 1, 0, 0], "number 32768");
    }

    #[tokio::test]
    async fn silence_is_silence_in_each_law() {
        for (law, payload, octet) in [(Law::Mu, 0, 0xFF), (Law::A, 8, 0xD5)] {
            let mut silence = Silence::new(law, 7);
            let (first, second) = (silence.packet().await, silence.packet().await);
            assert_eq!(first[..12], [0x80, payload, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
            assert_eq!(second[..8], [0x80, payload, 0, 1, 0, 0, 0, 160]);
            assert_eq!(first[12..], [octet; 160]);
            assert!(is_rtp(&first));
        }
    }
}
