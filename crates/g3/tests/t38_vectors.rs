//! Every vector of `vectors/t38.json`: packets, datagrams, parity and sequences of datagrams, most
//! of them recorded or confirmed by other decoders.
//!
//! `version` is the range of `T38FaxVersion` that a vector holds for. `expect` is the error, or
//! what comes out: a packet as it prints itself; a datagram as `describe` writes it; a sequence as
//! the delivered packets, with `+` before a recovered one.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use g3::t38::ifp::{Decoder, Ifp, Syntax};
use g3::t38::udptl::{Datagram, Delivered, Receiver, Recovery};
use serde_json::Value;

const VECTORS: &str = include_str!("vectors/t38.json");

struct Vector {
    id: String,
    kind: String,
    version: String,
    hex: String,
    expect: String,
    whole: Value,
}

fn vectors(layer: &str) -> Vec<Vector> {
    let all: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    all.into_iter()
        .filter(|value| value["layer"] == layer)
        .map(|value| Vector {
            id: text(&value, "id"),
            kind: text(&value, "kind"),
            version: text(&value, "version"),
            hex: text(&value, "hex"),
            expect: text(&value, "expect"),
            whole: value,
        })
        .collect()
}

impl Vector {
    fn syntaxes(&self) -> &'static [Syntax] {
        match self.version.as_str() {
            "0" => &[Syntax::V1998],
            "0-4" => &[Syntax::V1998, Syntax::Corrected],
            "1-4" | "3-4" => &[Syntax::Corrected],
            other => panic!("{}: version {other}", self.id),
        }
    }
}

fn octets(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2), "{hex}");
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn hex(octets: &[u8]) -> String {
    if octets.is_empty() {
        return "-".into();
    }
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn packets() {
    let vectors = vectors("ifp");
    assert_eq!(vectors.len(), 96);
    for vector in &vectors {
        let octets = octets(&vector.hex);
        for &syntax in vector.syntaxes() {
            let exact = Ifp::decode(&octets, syntax);
            let text = match vector.kind.as_str() {
                "lenient" => match Decoder::new(syntax).decode(&octets) {
                    Ok(ifp) => ifp.to_string(),
                    Err(error) => format!("{error:?}"),
                },
                _ => match &exact {
                    Ok(ifp) => ifp.to_string(),
                    Err(error) => format!("{error:?}"),
                },
            };
            assert_eq!(text, vector.expect, "{} {syntax:?}", vector.id);
            if let ("valid", Ok(ifp)) = (vector.kind.as_str(), exact) {
                // Data without a data-field is written as a data-field without fields.
                let written = hex(&ifp.encode(syntax));
                let is_same = written == vector.hex || ["I55", "I56"].contains(&&*vector.id);
                assert!(is_same, "{} {syntax:?}: {written}", vector.id);
                let mut decoder = Decoder::new(syntax);
                assert!(decoder.reads(&octets), "{}", vector.id);
                assert_eq!(decoder.decode(&octets), Ok(ifp), "{} {syntax:?}", vector.id);
            }
        }
    }
}

/// `1: 06; earlier 00 02; damaged`, or `9: 06; parity over 3 c601 0400`.
fn describe(datagram: &Datagram<'_>) -> String {
    let mut text = format!("{}: {}", datagram.sequence, hex(datagram.primary));
    let (word, entries) = match &datagram.recovery {
        Recovery::Secondaries(packets) if packets.is_empty() => (None, packets),
        Recovery::Secondaries(packets) => (Some("; earlier".to_owned()), packets),
        Recovery::Parity { span, entries } => (Some(format!("; parity over {span}")), entries),
    };
    text.extend(word);
    for entry in entries {
        text.push(' ');
        text.push_str(&hex(entry));
    }
    if datagram.damaged {
        text.push_str("; damaged");
    }
    text
}

#[test]
fn datagrams() {
    let vectors: Vec<Vector> =
        vectors("udptl").into_iter().filter(|vector| vector.kind != "sequence").collect();
    assert_eq!(vectors.len(), 30);
    for vector in &vectors {
        let octets = octets(&vector.hex);
        let text = match Datagram::parse(&octets) {
            Ok(datagram) => describe(&datagram),
            Err(error) => format!("{error:?}"),
        };
        assert_eq!(text, vector.expect, "{}", vector.id);
    }
}

#[test]
fn sequences_of_datagrams() {
    let vectors: Vec<Vector> =
        vectors("udptl").into_iter().filter(|vector| vector.kind == "sequence").collect();
    assert_eq!(vectors.len(), 6);
    for vector in &vectors {
        let mut receiver = Receiver::new();
        let decoder = Decoder::new(Syntax::V1998);
        let mut out = Vec::new();
        for datagram in vector.hex.split(' ') {
            let delivered =
                receiver.receive(&octets(datagram), &|octets| decoder.reads(octets)).unwrap();
            out.extend(delivered.into_iter().map(|item| match item {
                Delivered::Ifp { octets, recovered: false } => hex(&octets),
                Delivered::Ifp { octets, recovered: true } => format!("+{}", hex(&octets)),
                Delivered::Gap { missing } => format!("gap {missing}"),
            }));
        }
        assert_eq!(out.join(" "), vector.expect, "{}", vector.id);
    }
}

/// One entry of span 3: the packets that are there are 0 and 1, the lost one is 2, 3 has parity.
#[test]
fn parity() {
    let vectors = vectors("parity");
    assert_eq!(vectors.len(), 3);
    for vector in &vectors {
        let entry = octets(&vector.hex);
        let have = vector.whole["have"].as_object().unwrap();
        let decoder = Decoder::new(Syntax::V1998);
        let mut receiver = Receiver::new();
        let mut take = |number: u8, packet: &[u8], recovery: &[u8]| {
            let length = u8::try_from(packet.len()).unwrap();
            let datagram = [&[0, number, length], packet, recovery].concat();
            receiver.receive(&datagram, &|octets| decoder.reads(octets)).unwrap()
        };
        for (number, packet) in (0..).zip(have.values()) {
            take(number, &octets(packet.as_str().unwrap()), &[0, 0]);
        }
        let length = u8::try_from(entry.len()).unwrap();
        let delivered = take(3, &[0x02], &[&[0x80, 1, 3, 1, length], &entry[..]].concat());
        let Some(Delivered::Ifp { octets, recovered: true }) = delivered.first() else {
            panic!("{}: {delivered:?}", vector.id);
        };
        let packet = Ifp::decode(octets, Syntax::V1998).unwrap();
        assert_eq!(hex(&packet.encode(Syntax::V1998)), vector.expect, "{}", vector.id);
    }
}
