//! UDPTL datagrams of one direction of a call, each after an octet with its length.

use g3::t38::ifp::{Decoder, Syntax};
use g3::t38::udptl::{Delivered, MAX_ENTRIES, Receiver};

/// Receives the datagrams one after another.
pub(crate) fn run(octets: &[u8]) {
    let mut rest = octets;
    let mut receiver = Receiver::new();
    let decoder = Decoder::new(Syntax::V1998);
    while let Some((length, octets)) = rest.split_first() {
        let (datagram, after) = octets.split_at(usize::from(*length).min(octets.len()));
        rest = after;
        let Ok(delivered) = receiver.receive(datagram, &|packet| decoder.reads(packet)) else {
            continue;
        };
        let mut packets = 0;
        for item in &delivered {
            match item {
                Delivered::Ifp { octets, .. } => {
                    assert!(!octets.is_empty() && octets.len() < 256);
                    packets += 1;
                }
                Delivered::Gap { missing } => assert!((1..=Receiver::WINDOW).contains(missing)),
            }
        }
        assert!(packets <= MAX_ENTRIES + 2, "{packets} packets from one datagram");
    }
}
