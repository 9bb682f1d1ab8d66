use super::*;

fn check(octets: &[u8], syntax: Syntax, text: &str) {
    let ifp = Ifp::decode(octets, syntax).unwrap();
    assert_eq!(alloc::format!("{ifp}"), text);
    assert_eq!(ifp.encode(syntax), octets, "{text}");
}

#[test]
fn both_syntaxes_read_and_write_exact_per() {
    use Syntax::{Corrected, V1998};
    check(&[0x06], V1998, "v21-preamble");
    check(&[0x21, 0x80], Corrected, "v33-14400-training");
    check(&[0xC0, 1, 0x80, 0, 0, 0xFF], V1998, "v21: hdlc-data[ff]");
    check(&[0xC0, 1, 0x80, 0, 0, 0xFF], Corrected, "v21: hdlc-data[ff]");
    check(&[0xC0, 2, 0x80, 0, 1, 0xFF, 0xC8, 0x20], V1998, "v21: hdlc-data[ff c8] hdlc-fcs-OK");
    check(&[0xC0, 2, 0x80, 0, 1, 0xFF, 0xC8, 0x10], Corrected, "v21: hdlc-data[ff c8] hdlc-fcs-OK");
    check(&[0xC0, 2, 0x21], V1998, "v21: hdlc-fcs-OK hdlc-sig-end");
    check(&[0xC0, 2, 0x10, 0x40], Corrected, "v21: hdlc-fcs-OK hdlc-sig-end");
    check(&[0xD0, 1, 0xF0, 0, 1, 0, 0], V1998, "v17-14400: t4-non-ecm-sig-end[00 00]");
    check(&[0xD0, 1, 0xB8, 0, 1, 0, 0], Corrected, "v17-14400: t4-non-ecm-sig-end[00 00]");
}

#[test]
fn rates_trainings_and_carriers_fit_together() {
    for rate in Rate::ALL {
        assert_eq!(DataType::from_rate(rate).rate(), Some(rate));
        for short in [false, true] {
            let expected = short && rate.modulation() == Modulation::V17;
            assert_eq!(Indicator::training(rate, short).as_training(), Some((rate, expected)));
        }
    }
    assert_eq!(Indicator::V21Preamble.as_training(), None);
    assert_eq!(DataType::V21.rate(), None);
    assert_eq!((Indicator::ALL.len(), DataType::ALL.len(), FieldType::ALL.len()), (23, 15, 12));
}

/// What a whole V.21 turn of a far end of one syntax becomes in a decoder that was told the other.
#[test]
fn a_decoder_that_was_told_the_wrong_syntax_finds_the_right_one() {
    for (sent, agreed) in [(Syntax::V1998, Syntax::Corrected), (Syntax::Corrected, Syntax::V1998)] {
        let mut decoder = Decoder::new(agreed);
        let mut turn = alloc::vec![Ifp::Indicator(Indicator::V21Preamble)];
        for end in [FieldType::HdlcFcsOk, FieldType::HdlcFcsOkSigEnd] {
            turn.push(Ifp::data(DataType::V21, FieldType::HdlcData, [0xFF].into()));
            turn.push(Ifp::data(DataType::V21, end, Vec::new()));
        }
        turn.push(Ifp::Indicator(Indicator::NoSignal));
        turn.push(Ifp::data(DataType::V17At14400, FieldType::T4NonEcmData, [0; 54].into()));
        for ifp in &turn {
            decoder.decode(&ifp.encode(sent)).unwrap();
        }
        assert_eq!(decoder.syntax(), sent);
        for ifp in &turn {
            assert_eq!(decoder.decode(&ifp.encode(sent)).as_ref(), Ok(ifp));
        }
        assert_eq!(decoder.irregular(), 0);
    }
}

/// The octets 10 end a frame in one syntax and the carrier in the other.
#[test]
fn an_ambiguous_end_is_read_by_what_came_before() {
    let data: &[u8] = &[0xC0, 1, 0x80, 0, 0, 0xFF];
    let end: &[u8] = &[0xC0, 1, 0x10];
    let check = |packets: &[&[u8]], expected: &str| {
        let mut decoder = Decoder::new(Syntax::V1998);
        let last = packets.iter().map(|packet| decoder.decode(packet).unwrap()).last();
        assert_eq!(alloc::format!("{}", last.unwrap()), expected);
    };
    check(&[data, end], "v21: hdlc-fcs-OK");
    check(&[data, &[0xC0, 1, 0x20], end], "v21: hdlc-sig-end");
    check(&[data, &[0x00], end], "v21: hdlc-sig-end");
    let mut decoder = Decoder::new(Syntax::V1998);
    decoder.decode(data).unwrap();
    decoder.lost();
    assert_eq!(
        decoder.decode(end),
        Ok(Ifp::data(DataType::V21, FieldType::HdlcSigEnd, Vec::new()))
    );
}

#[test]
fn fields_on_octet_boundaries_are_read_as_their_sender_meant_them() {
    let mut decoder = Decoder::new(Syntax::Corrected);
    decoder.decode(&[0xC0, 1, 0x80, 0, 0, 0xFF]).unwrap();
    let ifp = decoder.decode(&[0xC0, 2, 0x10, 0x08]).unwrap();
    assert_eq!(alloc::format!("{ifp}"), "v21: hdlc-fcs-OK hdlc-sig-end");

    let mut decoder = Decoder::new(Syntax::V1998);
    decoder.decode(&[0xC0, 1, 0x80, 0, 0, 0xFF]).unwrap();
    let ifp = decoder.decode(&[0xC0, 2, 0x20, 0x10]).unwrap();
    assert_eq!(alloc::format!("{ifp}"), "v21: hdlc-fcs-OK hdlc-sig-end");
}
