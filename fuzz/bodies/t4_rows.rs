//! Octets as they come over the line: the pieces they come in make no difference, and what is made
//! of them is whole. The first three octets say the coding, the width and the length of a piece.
use t4::{Coding, Decoder, End, Framing, Page, Resolution, Row, Stats};

pub(crate) fn run(data: &[u8]) {
    let [kind, width, piece, wire @ ..] = data else { return };
    let (coding, framing) = match kind % 4 {
        0 => (Coding::Mh, Framing::Wire),
        1 => (Coding::Mh, Framing::AlignedRow),
        2 => (Coding::Mr { k: 2 }, Framing::Wire),
        _ => (Coding::Mmr, Framing::Wire),
    };
    let width = [1728, 2432, 1, 64][usize::from(width % 4)] + u32::from(width / 4);
    let (rows, stats) = decode(coding, framing, width, wire, wire.len().max(1));
    assert!((rows, stats) == decode(coding, framing, width, wire, usize::from(*piece).max(1)));
    assert!(stats.end != End::Open && stats.bad_rows <= stats.rows);
    assert!(stats.longest_bad_run <= stats.bad_rows);
    let decoded = Page::decode_wire(coding, width, Resolution::Fine, wire);
    let (page, _) = decoded.expect("the width is within bounds");
    page.encode(Coding::Mh, 0).expect("a page that was received is whole");
}

/// The checksum of all rows, and how they came.
fn decode(coding: Coding, framing: Framing, width: u32, wire: &[u8], piece: usize) -> (u64, Stats) {
    let decoder = Decoder::new(coding, width).expect("the width is within bounds");
    let mut decoder = decoder.framing(framing);
    let mut row = vec![0; width.div_ceil(8) as usize];
    let mut sum = 0_u64;
    let mut drain = |decoder: &mut Decoder| {
        while let Row::Good | Row::Bad(_) = decoder.next_row(&mut row) {
            let fold = |sum: u64, octet: &u8| sum.wrapping_mul(31).wrapping_add((*octet).into());
            sum = row.iter().fold(sum, fold);
        }
    };
    for piece in wire.chunks(piece) {
        decoder.push(piece);
        drain(&mut decoder);
    }
    decoder.finish();
    drain(&mut decoder);
    (sum, decoder.stats())
}
