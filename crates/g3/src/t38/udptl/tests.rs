use alloc::vec;

use super::*;

fn ifp(octets: &[u8], recovered: bool) -> Delivered {
    Delivered::Ifp { octets: octets.to_vec(), recovered }
}

#[test]
fn a_loss_within_the_redundancy_is_repaired_and_one_beyond_it_is_told() {
    let mut sender = Sender::new(400, 1);
    let datagrams: Vec<Vec<u8>> = (0..6).map(|n| sender.send(&[n * 2])).collect();
    let mut receiver = Receiver::new();
    let mut take = |n: usize| receiver.receive(&datagrams[n], &|_| true).unwrap();
    assert_eq!(take(0), [ifp(&[0], false)]);
    assert_eq!(take(2), [ifp(&[2], true), ifp(&[4], false)]);
    assert_eq!(take(1), [], "late");
    assert_eq!(take(5), [Delivered::Gap { missing: 1 }, ifp(&[8], true), ifp(&[10], false)]);
    assert_eq!(take(5), [], "repeated");
}

#[test]
fn redundancy_is_cut_to_fit_and_the_packet_is_not() {
    let mut sender = Sender::new(72, 3);
    let sizes: Vec<usize> = [6, 6, 6, 59, 59].map(|n| sender.send(&vec![0xC0; n]).len()).into();
    assert_eq!(sizes, [11, 18, 25, 71, 64]);
    assert_eq!(sender.repeat().map(<[u8]>::len), Some(64));
    for (max, third) in [(24, 18), (25, 25), (26, 25)] {
        let mut sender = Sender::new(max, 3);
        let sizes = [6, 6, 6].map(|n| sender.send(&vec![0xC0; n]).len());
        assert_eq!(sizes, [11, 18, third], "at most {max} octets");
    }
    assert_eq!(Sender::new(400, 0).max_packet(0), 394);
    for max in [16, 72, 130, 131, 132, 133, 134, 400] {
        for copies in 0..4 {
            let sender = Sender::new(max, copies);
            let packet = sender.max_packet(copies);
            let size = HEADER + (usize::from(copies) + 1) * sized(packet);
            assert!(size <= usize::from(max), "{max} octets, {copies} copies, {packet}");
        }
    }
}

/// The recorded datagram 9 of a far end that sends parity: span 3, 3 entries.
#[test]
fn parity_gives_back_a_lost_packet_and_its_neighbour() {
    let packets: [&[u8]; 10] = [
        &[0x00],
        &[0x02],
        &[0x00],
        &[0x06],
        &[0xC0, 1, 0x80, 0, 0, 0xFF],
        &[0xC0, 1, 0x80, 0, 0, 0xC8],
        &[0xC0, 1, 0x80, 0, 0, 0x02],
        &[0xC0, 1, 0x80, 0, 0, 0xEC],
        &[0xC0, 1, 0x80, 0, 0, 0x6C],
        &[0xC0, 1, 0x80, 0, 0, 0x0C],
    ];
    let plain = |n: u8| {
        let mut datagram = vec![0, n];
        put_open(&mut datagram, packets[usize::from(n)]);
        datagram.extend_from_slice(&[0x80, 1, 0, 0]);
        datagram
    };
    for newest_first in [false, true] {
        let mut last = plain(9);
        last.truncate(last.len() - 2);
        last.extend_from_slice(&[3, 3]);
        let mut entries: Vec<Vec<u8>> = (0..3)
            .map(|e| {
                let mut parity = vec![0; 6];
                for packet in [e, e + 3, e + 6].map(|n| packets[n]) {
                    for (octet, other) in parity.iter_mut().zip(packet) {
                        *octet ^= other;
                    }
                }
                parity
            })
            .collect();
        assert_eq!(entries[0], [0xC6, 1, 0x80, 0, 0, 2]);
        if newest_first {
            entries.reverse();
        }
        for entry in entries {
            put_open(&mut last, &entry);
        }
        let mut receiver = Receiver::new();
        let reads = |octets: &[u8]| {
            crate::t38::ifp::Decoder::new(crate::t38::ifp::Syntax::V1998).reads(octets)
        };
        for n in 0..7 {
            assert_eq!(
                receiver.receive(&plain(n), &reads),
                Ok(vec![ifp(packets[usize::from(n)], false)])
            );
        }
        assert_eq!(
            receiver.receive(&last, &reads),
            Ok(vec![ifp(packets[7], true), ifp(packets[8], true), ifp(packets[9], false)]),
            "newest first: {newest_first}"
        );
    }
}

#[test]
fn a_new_stream_is_believed_when_two_datagrams_agree() {
    let mut receiver = Receiver::new();
    let mut take = |octets: &[u8]| receiver.receive(octets, &|_| true).unwrap();
    assert_eq!(take(&[0, 0, 1, 0, 0, 0]), [ifp(&[0], false)]);
    assert_eq!(take(&[0x1F, 0x40, 1, 6, 0, 0]), []);
    assert_eq!(
        take(&[0x1F, 0x41, 1, 2, 0, 0]),
        [Delivered::Gap { missing: 1 }, ifp(&[6], false), ifp(&[2], false)]
    );
    assert_eq!(take(&[0x1F, 0x42, 1, 4, 0, 0]), [ifp(&[4], false)]);
}

#[test]
fn late_audio_on_the_port_is_dropped() {
    let mut receiver = Receiver::new();
    let mut take = |octets: &[u8]| receiver.receive(octets, &|_| true);
    assert_eq!(take(&[0x80, 0, 1, 6, 0, 0]), Err(UdptlError::NotUdptl));
    assert_eq!(take(&[0x80, 0, 1, 6, 0, 0]), Err(UdptlError::NotUdptl));
    let report = [0x80, 0xC8, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(take(&report), Err(UdptlError::NotUdptl));
    assert_eq!(take(&[0, 0, 1, 6, 0, 0]), Ok(vec![ifp(&[6], false)]));
}

#[test]
fn a_datagram_of_another_protocol_does_not_begin_a_stream() {
    let mut receiver = Receiver::new();
    let binding_request = [0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xA4, 0x42];
    assert_eq!(
        receiver.receive(&binding_request, &|octets| !octets.is_empty()),
        Err(UdptlError::NotUdptl)
    );
    assert_eq!(receiver.receive(&[0, 0, 1, 6, 0, 0], &|_| true), Ok(vec![ifp(&[6], false)]));
}

#[test]
fn a_stream_may_begin_where_audio_would() {
    let mut receiver = Receiver::new();
    let mut take = |octets: &[u8]| receiver.receive(octets, &|_| true);
    assert_eq!(take(&[0x9F, 0xFF, 1, 6, 0, 0]), Err(UdptlError::NotUdptl));
    assert_eq!(take(&[0xA0, 0, 1, 2, 0, 0]), Ok(vec![ifp(&[6], false), ifp(&[2], false)]));
}
