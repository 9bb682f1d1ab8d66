//! Recorded T.30 frames: each is read, printed and built again octet by octet.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use g3::t30::frame::{Frame, FrameError, MAX_FRAME, fcs};

/// Octets in hexadecimal; `x 9` after an octet repeats it nine times in all.
fn octets(hex: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut words = hex.split_whitespace();
    while let Some(word) = words.next() {
        if word == "x" {
            let times: usize = words.next().unwrap().parse().unwrap();
            let last = *octets.last().unwrap();
            octets.extend(std::iter::repeat_n(last, times - 1));
        } else {
            octets.push(u8::from_str_radix(word, 16).unwrap());
        }
    }
    octets
}

#[track_caller]
fn check(hex: &str, check_sequence: u16, line: &str) {
    let octets = octets(hex);
    let frame = Frame::parse(&octets).unwrap();
    assert_eq!(frame.to_string(), line);
    assert_eq!(frame.to_octets(), octets, "{line}");
    assert_eq!(Frame::parse(&octets[1..]), Ok(frame), "{line} without its address");
    assert_eq!(fcs(&octets), check_sequence, "check sequence of {line}");
}

#[test]
fn a_call_with_error_correction() {
    check("FF C0 02 EC 6C 0C AC 04 AC AC AC 04 8C D4 04 x 9", 0xE668, r#"CSI "+1 555 5067""#);
    check(
        "FF C8 01 20 77 1F 23 01 89 01 01 01 18",
        0x29F2,
        "DIS up to V.17 14400 MR MMR ECM fine superfine 1728 pels",
    );
    check("FF C0 C2 6C 6C 0C AC 04 AC AC AC 04 8C D4 04 x 9", 0xA109, r#"TSI "+1 555 5066""#);
    check("FF C8 C1 00 46 1F 22", 0x39BB, "DCS V.17 14400 fine MMR ECM");
    check("FF C8 21", 0x57BE, "CFR");
    check("FF C0 61", 0x96D3, "RCP");
    check("FF C8 FD F2 00 00 75", 0x5A09, "PPS-MPS page 0 block 0 frames 175");
    check("FF C8 31", 0x458F, "MCF");
    check("FF C8 FD F2 80 00 AC", 0x3B07, "PPS-MPS page 1 block 0 frames 54");
    check("FF C8 FD F4 40 00 2B", 0xDB06, "PPS-EOP page 2 block 0 frames 213");
    check("FF C8 DF", 0x596F, "DCN");
}

#[test]
fn image_frames_carry_their_number_least_significant_bit_first() {
    let mut frame = octets("FF C0 60 80");
    frame.extend([0x5A; 256]);
    let read = Frame::parse(&frame).unwrap();
    assert_eq!(read.to_string(), "FCD frame 1, 256 octets");
    assert_eq!(read.to_octets(), frame);
    assert!(!read.is_final);
    assert_eq!(Frame::parse(&octets("FF C0 60 00")).unwrap().to_string(), "FCD frame 0, 0 octets");
}

#[test]
fn calls_without_error_correction_and_with_failures() {
    check("FF C8 C1 00 44 1F 22", 0x57DB, "DCS V.17 14400 standard MMR ECM");
    check("FF C8 C1 00 61 1E", 0x9A31, "DCS V.29 9600 standard MR");
    check("FF C8 F4", 0xCC66, "EOP");
    check("FF C0 C2 CC 0C 0C 0C 04 AC AC AC 04 8C D4 04 x 9", 0x7090, r#"TSI "+1 555 0003""#);
    check(
        "FF C8 01 20 77 5F 23 01 EB C1 01 01 18",
        0x31D9,
        "DIS up to V.17 14400 MR MMR ECM fine superfine 2432 pels",
    );
    check("FF C8 C1 00 45 1E", 0x5013, "DCS V.17 14400 standard MR");
    check("FF C8 5F", 0xC8E7, "DCN");
    check("FF C8 22", 0x67DD, "FTT");
    check("FF C8 C1 00 54 1F 22", 0x14B8, "DCS V.17 12000 standard MMR ECM");
    check("FF C8 C1 00 64 1F 22", 0xD11D, "DCS V.17 9600 standard MMR ECM");
    check("FF C8 C1 00 60 1F 22", 0x0DDD, "DCS V.29 9600 standard MMR ECM");
    check("FF C8 C1 00 74 1F 22", 0x927E, "DCS V.17 7200 standard MMR ECM");
    check("FF C8 33", 0x65CD, "RTP");
}

#[test]
fn a_repair_of_a_damaged_block() {
    check(
        "FF C8 3D 0C D0 E4 18 2B 62 AE 82 43 E3 0F 0F 8D FF x 19",
        0x9DF9,
        "PPR 44 frames and all from frame 103",
    );
    check("FF C8 FD F4 00 00 D4", 0xD85B, "PPS-EOP page 0 block 0 frames 44");
    check("FF C8 C8 00 04", 0x4DE9, "CTC V.17 14400");
    check("FF C8 23", 0x77FC, "CTR");
    check("FF C8 FD F4 00 00 80", 0xC22A, "PPS-EOP page 0 block 0 frames 2");
    check(
        "FF C8 3D 00 08 00 60 00 00 00 00 00 00 02 00 01 FF x 19",
        0xAD00,
        "PPR 4 frames and all from frame 103",
    );
    check("FF C8 FD F4 00 00 C0", 0x8AEE, "PPS-EOP page 0 block 0 frames 4");
    check("FF C8 37", 0x2549, "RNR");
    check("FF C8 F6", 0xEC24, "RR");
    check("FF C8 3D FF x 32", 0x3B8A, "PPR all from frame 0");
}

#[test]
fn a_subaddress_and_a_poll() {
    check("FF C0 C3 8C 8C EC 2C 04 x 16", 0x2A08, r#"SUB "4711""#);
    check("FF C8 C1 00 44 1F 23 01 01 80", 0xC2DD, "DCS V.17 14400 standard MMR ECM");
    check(
        "FF C8 01 00 B7 5F 23 01 EB C1 01 01 18",
        0xE8BF,
        "DIS up to V.17 14400 MR MMR ECM fine superfine has a document cannot receive 2432 pels",
    );
    check("FF C0 83 EC EC 04 x 18", 0x5859, r#"PWD "77""#);
    check("FF C0 85 1C 1C 04 x 18", 0xED16, r#"SEP "88""#);
    check(
        "FF C8 81 00 77 5F 23 01 EB C1 01 01 18",
        0x817E,
        "DTC up to V.17 14400 MR MMR ECM fine superfine 2432 pels",
    );
    check("FF C8 41 00 44 1F 22", 0x750B, "DCS V.17 14400 standard MMR ECM");
    check("FF C8 A1", 0xC636, "CFR");
    check("FF C8 7D 74 00 00 66", 0xA02A, "PPS-EOP page 0 block 0 frames 103");
    check("FF C8 B1", 0xD407, "MCF");
}

/// Frames of the standard test script; their check sequences are computed.
#[test]
fn rare_frames() {
    for (hex, line) in [
        ("FF C8 71", "EOM"),
        ("FF C8 32", "RTN"),
        ("FF C8 73 00", "EOR-NULL"),
        ("FF C8 73 72", "EOR-MPS"),
        ("FF C8 38", "ERR"),
        ("FF C8 7C", "PRI-EOP"),
        ("FF C0 04 B5 00 2A", "NSF 3 octets"),
        ("FF C8 7D F4 00", "PPS 2 octets"),
        ("FF C8 C1 00 44 1F 02", "DCS (MMR without error correction)"),
    ] {
        let octets = octets(hex);
        check(hex, fcs(&octets), line);
    }
    check("FF C8 58", 0xB800, "CRP");
    check("FF C8 C1 00 46 1F 22", 0x39BB, "DCS V.17 14400 fine MMR ECM");
}

#[test]
fn a_frame_with_its_check_sequence_leaves_the_known_remainder() {
    let mut frame = octets("FF C8 FD F2 00 00 75");
    let sequence = fcs(&frame);
    frame.extend(sequence.to_be_bytes());
    // The complement of the remainder 1D0F of the polynomial as it stands in T.30.
    assert_eq!(!fcs(&frame), 0x1D0F);
}

#[test]
fn what_is_not_a_frame_is_refused_with_the_reason() {
    use FrameError::{NotT30, TooLong, TooShort, UnknownFcf};
    assert_eq!(Frame::parse(&[]), Err(TooShort));
    assert_eq!(Frame::parse(&[0xFF]), Err(TooShort));
    assert_eq!(Frame::parse(&[0xFF, 0xC8]), Err(TooShort));
    assert_eq!(Frame::parse(&[0xFF, 0x13, 0x84]), Err(NotT30), "the other bit order");
    let unknown = UnknownFcf { octet: 0x62, is_final: false };
    assert_eq!(Frame::parse(&[0xFF, 0xC0, 0x62]), Err(unknown));
    let mut longest = vec![0xFF, 0xC0, 0x60];
    longest.resize(MAX_FRAME, 0);
    assert!(Frame::parse(&longest).is_ok());
    longest.push(0);
    assert_eq!(Frame::parse(&longest), Err(TooLong));
}
