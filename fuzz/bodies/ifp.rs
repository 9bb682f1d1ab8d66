//! IFP packets. The first octet says what was agreed on (bit 1: the corrected syntax), then comes
//! one packet after another, each after an octet with its length.

use g3::t38::ifp::{Decoder, Ifp, MAX_ITEMS, Syntax};

/// Reads the packets as one call does.
pub(crate) fn run(octets: &[u8]) {
    let Some((flags, mut rest)) = octets.split_first() else { return };
    let syntax = if flags & 1 == 0 { Syntax::V1998 } else { Syntax::Corrected };
    let mut decoder = Decoder::new(syntax);
    while let Some((length, octets)) = rest.split_first() {
        let (packet, after) = octets.split_at(usize::from(*length).min(octets.len()));
        rest = after;
        one_packet(packet, syntax);
        if let Ok(ifp) = decoder.decode(packet) {
            assert!(fields(&ifp) <= MAX_ITEMS);
        }
        if packet.is_empty() {
            decoder.lost();
        }
    }
}

fn one_packet(packet: &[u8], syntax: Syntax) {
    if let Ok((ifp, used)) = Ifp::decode_prefix(packet, syntax) {
        assert!(used <= packet.len());
        let written = ifp.encode(syntax);
        assert_eq!(Ifp::decode(&written, syntax).as_ref(), Ok(&ifp));
        assert!(!ifp.to_string().is_empty());
        assert!(Decoder::new(syntax).reads(&written));
    }
}

fn fields(ifp: &Ifp) -> usize {
    match ifp {
        Ifp::Indicator(_) => 0,
        Ifp::Data { fields, .. } => fields.len(),
    }
}
