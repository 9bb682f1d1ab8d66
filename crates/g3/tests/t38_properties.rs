//! What holds for every packet and for every order in which a network delivers datagrams.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use g3::t38::ifp::{DataType, Decoder, Field, FieldType, Ifp, Indicator, MAX_ITEMS, Syntax};
use g3::t38::udptl::{Datagram, Delivered, Receiver, Sender};
use proptest::prelude::*;

fn any_syntax() -> impl Strategy<Value = Syntax> {
    prop_oneof![Just(Syntax::V1998), Just(Syntax::Corrected)]
}

fn any_field() -> impl Strategy<Value = Field> {
    let kind = proptest::sample::select(FieldType::ALL);
    let data = proptest::collection::vec(any::<u8>(), 0..80);
    (kind, data).prop_map(|(kind, data)| Field::new(kind, data))
}

fn any_ifp() -> impl Strategy<Value = Ifp> {
    let indicator = proptest::sample::select(Indicator::ALL).prop_map(Ifp::Indicator);
    let fields = proptest::collection::vec(any_field(), 0..=MAX_ITEMS);
    let data = (proptest::sample::select(DataType::ALL), fields)
        .prop_map(|(data_type, fields)| Ifp::Data { data_type, fields });
    prop_oneof![1 => indicator, 4 => data]
}

/// The kinds that the first edition knows.
fn has_only_root_kinds(ifp: &Ifp) -> bool {
    use FieldType::{CiMessage, CmMessage, JmMessage, V34Rate};
    match ifp {
        Ifp::Indicator(_) => true,
        Ifp::Data { fields, .. } => fields
            .iter()
            .all(|field| !matches!(field.kind, CmMessage | JmMessage | CiMessage | V34Rate)),
    }
}

/// One transmission as a regular far end sends it.
fn any_signal() -> impl Strategy<Value = Vec<Ifp>> {
    let frame = proptest::collection::vec(any::<u8>(), 1..20);
    let frames = (proptest::collection::vec(frame, 1..4), 1..9_usize, any::<bool>(), 0..3_u8);
    let control = frames.clone().prop_map(|(frames, chunk, merged, end)| {
        hdlc(Indicator::V21Preamble, DataType::V21, &frames, chunk, merged, end)
    });
    let image = frames.prop_map(|(frames, chunk, merged, end)| {
        let training = Indicator::V17At14400Short;
        hdlc(training, DataType::V17At14400, &frames, chunk, merged, end)
    });
    let page = (1..6_usize, any::<bool>()).prop_map(|(chunks, data_at_end)| {
        let carrier = DataType::V29At9600;
        let mut signal = vec![Ifp::Indicator(Indicator::V29At9600)];
        signal
            .extend((0..chunks).map(|_| Ifp::data(carrier, FieldType::T4NonEcmData, vec![0; 36])));
        let rest = if data_at_end { vec![0; 36] } else { Vec::new() };
        signal.push(Ifp::data(carrier, FieldType::T4NonEcmSigEnd, rest));
        signal.push(Ifp::Indicator(Indicator::NoSignal));
        signal
    });
    prop_oneof![control, image, page]
}

fn hdlc(
    training: Indicator,
    carrier: DataType,
    frames: &[Vec<u8>],
    chunk: usize,
    merged: bool,
    end: u8,
) -> Vec<Ifp> {
    let mut signal = vec![Ifp::Indicator(training)];
    for (index, frame) in frames.iter().enumerate() {
        let is_last = index + 1 == frames.len();
        let close =
            if is_last && end == 0 { FieldType::HdlcFcsOkSigEnd } else { FieldType::HdlcFcsOk };
        let mut chunks = frame.chunks(chunk).peekable();
        while let Some(octets) = chunks.next() {
            let mut fields = vec![Field::new(FieldType::HdlcData, octets.to_vec())];
            if merged && chunks.peek().is_none() {
                fields.push(Field::empty(close));
            }
            signal.push(Ifp::Data { data_type: carrier, fields });
        }
        if !merged {
            signal.push(Ifp::data(carrier, close, Vec::new()));
        }
    }
    if end == 1 {
        signal.push(Ifp::data(carrier, FieldType::HdlcSigEnd, Vec::new()));
    }
    signal.push(Ifp::Indicator(Indicator::NoSignal));
    signal
}

proptest! {
    #[test]
    fn a_packet_is_read_as_it_was_written(ifp in any_ifp(), syntax in any_syntax(), zeros in 0..9_usize) {
        prop_assume!(syntax == Syntax::Corrected || has_only_root_kinds(&ifp));
        let mut octets = ifp.encode(syntax);
        prop_assert_eq!(Ifp::decode_prefix(&octets, syntax), Ok((ifp.clone(), octets.len())));
        octets.resize(octets.len() + zeros, 0);
        prop_assert_eq!(Ifp::decode(&octets, syntax), Ok(ifp));
    }

    #[test]
    fn no_octets_can_break_a_reader(
        datagrams in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..80), 0..20),
        syntax in any_syntax(),
    ) {
        let mut decoder = Decoder::new(syntax);
        let mut receiver = Receiver::new();
        for octets in &datagrams {
            let _ = Ifp::decode(octets, syntax);
            let _ = decoder.decode(octets);
            let _ = Datagram::parse(octets);
            let _ = receiver.receive(octets, &|packet| decoder.reads(packet));
        }
    }

    /// Leniency never changes what a far end says that keeps to what was agreed, also with losses.
    #[test]
    fn what_is_regular_is_read_as_agreed(
        signals in proptest::collection::vec(any_signal(), 1..6),
        syntax in any_syntax(),
        losses in proptest::collection::vec(0..100_u8, 60),
    ) {
        let mut decoder = Decoder::new(syntax);
        for (ifp, loss) in signals.iter().flatten().zip(losses.iter().cycle()) {
            if *loss < 10 {
                decoder.lost();
            } else {
                prop_assert_eq!(decoder.decode(&ifp.encode(syntax)), Ok(ifp.clone()));
            }
        }
        prop_assert_eq!(decoder.syntax(), syntax);
        prop_assert_eq!(decoder.irregular(), 0);
    }
}

/// Numbers that look random, the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ z >> 31) % limit
    }
}

/// A V.21 packet that carries `number`.
fn packet(number: u32) -> Vec<u8> {
    let data = number.to_be_bytes().to_vec();
    Ifp::data(DataType::V21, FieldType::HdlcData, data).encode(Syntax::V1998)
}

fn number(octets: &[u8]) -> u32 {
    let Ok(Ifp::Data { fields, .. }) = Ifp::decode(octets, Syntax::V1998) else {
        panic!("not a packet of ours: {octets:02x?}");
    };
    u32::from_be_bytes(fields[0].data.as_slice().try_into().unwrap())
}

/// Sends `count` packets over a network with these chances in percent and checks that what comes
/// out is in order, once and complete but for the gaps that are told. Gives the number of packets
/// that are missing.
fn network(seed: u64, count: u32, redundancy: u8, loss: u64, copies: u64, late: u64) -> u32 {
    let mut random = Random(seed);
    let mut sender = Sender::new(400, redundancy);
    let mut line: Vec<(u64, Vec<u8>)> = Vec::new();
    for n in 0..count {
        let datagram = sender.send(&packet(n));
        let at = u64::from(n) * 10;
        // The first one always comes: the receiver cannot know what was before it.
        if n == 0 || random.below(100) >= loss {
            let delay = if random.below(100) < late { random.below(60) } else { 0 };
            line.push((at + if n == 0 { 0 } else { delay }, datagram.clone()));
        }
        if n > 0 && random.below(100) < copies {
            line.push((at + random.below(60), sender.repeat().unwrap().to_vec()));
        }
    }
    line.sort_by_key(|(at, _)| *at);

    let mut receiver = Receiver::new();
    let mut next = 0;
    let mut missing = 0;
    for (_, datagram) in &line {
        for delivered in receiver.receive(datagram, &|_| true).unwrap() {
            match delivered {
                Delivered::Ifp { octets, .. } => {
                    assert_eq!(number(&octets), next, "seed {seed}");
                    next += 1;
                }
                Delivered::Gap { missing: lost } => {
                    next += u32::from(lost);
                    missing += u32::from(lost);
                }
            }
        }
    }
    assert!(next > count.saturating_sub(60), "seed {seed}: {next} of {count}");
    missing
}

#[test]
fn whatever_the_network_does_packets_come_in_order_and_gaps_are_told() {
    for seed in 0..200 {
        let redundancy = u8::try_from(seed % 5).unwrap();
        network(seed, 500, redundancy, seed % 40, seed % 13, seed % 17);
    }
}

#[test]
fn numbers_wrap_in_a_long_call() {
    let seed = 7;
    assert_eq!(network(seed, 140_000, 3, 0, 1, 0), 0, "seed {seed}");
}

/// One loss in twenty, each alone more often than not: three copies leave almost nothing missing.
#[test]
fn redundancy_repairs_what_it_can() {
    let missing = |redundancy| (0..20).map(|seed| network(seed, 1000, redundancy, 5, 0, 0)).sum();
    let without: u32 = missing(0);
    let with_three: u32 = missing(3);
    assert!(without > 800, "{without} of 20000 missing without redundancy");
    assert!(with_three < 5, "{with_three} of 20000 missing with three copies");
}

/// Every datagram with parity over the 9 packets before it, span 3, as a far end sends it.
#[test]
fn parity_repairs_bursts_up_to_its_depth() {
    for seed in 0..100 {
        let mut random = Random(seed);
        let mut receiver = Receiver::new();
        let decoder = Decoder::new(Syntax::V1998);
        let mut next = 0;
        let mut burst = 0;
        let mut since = 0;
        for n in 0..400_u32 {
            if burst > 0 {
                burst -= 1;
                since = 0;
                continue;
            }
            since += 1;
            let datagram = with_parity(n);
            for delivered in receiver.receive(&datagram, &|octets| decoder.reads(octets)).unwrap() {
                let Delivered::Ifp { octets, .. } = delivered else {
                    panic!("seed {seed}: {delivered:?} before {n}");
                };
                assert_eq!(number(&octets), next, "seed {seed}");
                next += 1;
            }
            // The next burst may begin when nothing of this one is needed any more.
            if since > 9 && n > 10 && random.below(4) == 0 {
                burst = random.below(4);
            }
        }
    }
}

fn with_parity(n: u32) -> Vec<u8> {
    let octets = packet(n);
    let mut datagram = u16::try_from(n).unwrap().to_be_bytes().to_vec();
    datagram.push(u8::try_from(octets.len()).unwrap());
    datagram.extend(&octets);
    if n < 9 {
        datagram.extend([0x80, 1, 0, 0]);
        return datagram;
    }
    datagram.extend([0x80, 1, 3, 3]);
    for entry in 0..3 {
        let mut parity = vec![0; octets.len()];
        for earlier in [0, 3, 6].map(|k| packet(n - 9 + entry + k)) {
            parity.iter_mut().zip(earlier).for_each(|(octet, other)| *octet ^= other);
        }
        datagram.push(u8::try_from(parity.len()).unwrap());
        datagram.extend(parity);
    }
    datagram
}
