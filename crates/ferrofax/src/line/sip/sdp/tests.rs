use std::net::Ipv4Addr;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const SENDER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 99));

fn parse(lines: &[&str]) -> Sdp {
    Sdp::parse(lines.join("\r\n").as_bytes(), SENDER).unwrap()
}

/// The T.38 attributes of a stream with these `a=` lines.
fn t38(attributes: &[&str]) -> T38 {
    let mut lines = vec!["v=0", "m=image 4000 udptl t38"];
    lines.extend(attributes);
    let sdp = parse(&lines);
    let (_, image) = sdp.image().unwrap();
    image.t38
}

#[test]
fn a_t38_offer_of_a_gateway_is_read_whole() {
    let sdp = parse(&[
        "v=0",
        "o=CiscoSystemsSIP-GW-UserAgent 5932 2133 IN IP4 192.0.2.10",
        "s=SIP Call",
        "c=IN IP4 192.0.2.10",
        "t=0 0",
        "m=image 17540 udptl t38",
        "c=IN IP4 192.0.2.11",
        "a=T38FaxVersion:0",
        "a=T38MaxBitRate:9600",
        "a=T38FaxFillBitRemoval:0",
        "a=T38FaxTranscodingMMR:0",
        "a=T38FaxTranscodingJBIG:1",
        "a=T38FaxRateManagement:transferredTCF",
        "a=T38FaxMaxBuffer:200",
        "a=T38FaxMaxDatagram:180",
        "a=T38FaxMaxIFP:40",
        "a=T38FaxUdpEC:t38UDPFEC",
        "a=T38FaxUdpECDepth:1 3",
        "a=T38FaxUdpFECMaxSpan:5",
        "a=T38VendorInfo:0 0 37",
        "a=T38ModemType:t38G3FaxOnly",
    ]);
    let origin = Origin { id: 5932, version: 2133, address: "192.0.2.10".parse().unwrap() };
    let t38 = T38 {
        max_bit_rate: BitRate::new(9600),
        transcoding_jbig: true,
        max_buffer: Some(MaxBuffer::new(200)),
        max_datagram: MaxDatagram::new(180),
        max_ifp: Some(MaxIfp::new(40)),
        error_correction: ErrorCorrection::Fec,
        ec_depth: Some((Span::new(1), Span::new(3))),
        fec_max_span: Some(Span::new(5)),
        vendor: Some((0, 0, 37)),
        ..T38::default()
    };
    let image = Image { at: "192.0.2.11:17540".parse().unwrap(), t38 };
    assert_eq!(sdp, Sdp { origin, media: vec![Media::Image(image)] });
}

#[test]
fn names_are_read_in_every_spelling_of_the_field() {
    for rate in ["T38MaxBitRate", "T38maxBitRate", "T38MaxBitrate", "T38FaxMaxRate"] {
        assert_eq!(t38(&[&format!("a={rate}:4800")]).max_bit_rate.value(), 4800, "{rate}");
    }
    for datagram in ["T38FaxMaxDatagram", "T38MaxDatagram", "t38faxmaxdatagram"] {
        assert_eq!(t38(&[&format!("a={datagram}:528")]).max_datagram.value(), 528, "{datagram}");
    }
    for buffer in ["T38FaxMaxBuffer", "T38FaxMaxBufferSize"] {
        let buffer = t38(&[&format!("a={buffer}:262")]).max_buffer;
        assert_eq!(buffer.map(Bounded::value), Some(262));
    }
    for local in ["localTCF", "localTFC", "LOCALTCF"] {
        let management = t38(&[&format!("a=T38FaxRateManagement:{local}")]).rate_management;
        assert_eq!(management, RateManagement::LocalTcf, "{local}");
    }
    for ec in ["a=T38FaxUdpEc:t38UDPNoEC", "a=T38FaxUdpEC: T38UdpNoEc"] {
        assert_eq!(t38(&[ec]).error_correction, ErrorCorrection::None, "{ec}");
    }
}

#[test]
fn a_boolean_is_true_when_bare_or_1() {
    for (written, read) in
        [("", true), (":1", true), (":true", true), (":0", false), (":false", false), (":7", false)]
    {
        let line = format!("a=T38FaxFillBitRemoval{written}");
        assert_eq!(t38(&[&line]).fill_bit_removal, read, "{line}");
    }
}

#[test]
fn a_number_is_bounded_whatever_is_written() {
    for (written, rate, datagram) in [
        ("", 14_400, 400),
        ("0", 14_400, 400),
        ("-1", 14_400, 400),
        ("1", 14_400, 400),
        ("abc", 14_400, 400),
        ("12x", 14_400, 400),
        ("2400", 2400, 1400),
        ("72", 14_400, 72),
        ("999999", 33_600, 1400),
        ("99999999999999999999999999", 33_600, 1400),
    ] {
        let read = t38(&[
            &format!("a=T38MaxBitRate:{written}"),
            &format!("a=T38FaxMaxDatagram:{written}"),
        ]);
        assert_eq!(read.max_bit_rate.value(), rate, "rate {written}");
        assert_eq!(read.max_datagram.value(), datagram, "datagram {written}");
    }
    for (written, version) in [("", 0), ("-1", 0), ("1", 1), ("4", 3), ("4000000000", 3)] {
        assert_eq!(
            t38(&[&format!("a=T38FaxVersion:{written}")]).version.value(),
            version,
            "{written}"
        );
    }
    assert_eq!(t38(&["a=T38VendorInfo:0 0 999999999999"]).vendor, None);
    assert_eq!(t38(&["a=T38FaxUdpECDepth:"]).ec_depth, None);
}

#[test]
fn nothing_said_means_the_defaults_of_the_field() {
    let silent = t38(&[]);
    assert_eq!(silent, T38::default());
    assert_eq!(
        (silent.version.value(), silent.max_bit_rate.value(), silent.max_datagram.value()),
        (0, 14_400, 400)
    );
    assert_eq!(silent.error_correction, ErrorCorrection::Redundancy);
    assert_eq!(silent.rate_management, RateManagement::TransferredTcf);
}

#[test]
fn attributes_of_the_session_count_for_its_streams() {
    let sdp = parse(&["v=0", "c=IN IP4 192.0.2.7/127", "a=T38FaxVersion:3", "m=image 9 UDPTL T38"]);
    let (slot, image) = sdp.image().unwrap();
    assert_eq!((slot, image.t38.version.value()), (0, 3));
    assert_eq!(image.at, "192.0.2.7:9".parse().unwrap());
}

#[test]
fn a_stream_that_cannot_be_used_keeps_its_slot_and_its_words() {
    for (line, answer) in [
        ("m=image 0 udptl t38", "m=image 0 udptl t38\r\n"),
        ("m=image -4 udptl t38", "m=image 0 udptl t38\r\n"),
        ("m=image 70000 udptl t38", "m=image 0 udptl t38\r\n"),
        ("m=image 4000 tcp t38", "m=image 0 tcp t38\r\n"),
        ("m=image 4000 UDP/TLS/UDPTL t38", "m=image 0 UDP/TLS/UDPTL t38\r\n"),
        ("m=image 4000 udptl t37", "m=image 0 udptl t37\r\n"),
        ("m=audio 0 RTP/AVP 19", "m=audio 0 RTP/AVP 19\r\n"),
        ("m=audio 4000 RTP/AVP 18 101", "m=audio 0 RTP/AVP 18 101\r\n"),
        ("m=audio 4000 RTP/SAVP 0", "m=audio 0 RTP/SAVP 0\r\n"),
        ("m=video 4000 RTP/AVP 96", "m=video 0 RTP/AVP 96\r\n"),
        ("m=audio", "m=audio 0 RTP/AVP 0\r\n"),
        ("m=", "m=audio 0 RTP/AVP 0\r\n"),
    ] {
        let sdp = parse(&["v=0", line]);
        assert!(matches!(&sdp.media[..], [Media::Off(_)]), "{line}");
        assert_eq!(sdp.media[0].to_string(), answer, "{line}");
    }
}

#[test]
fn audio_is_read_with_its_laws_and_direction() {
    let sdp = parse(&[
        "v=0",
        "a=sendonly",
        "m=audio 4000/2 RTP/AVP 18 8 0 8 101",
        "a=rtpmap:8 PCMA/8000",
        "m=audio 4002 rtp/avp 0",
        "a=inactive",
        "c=IN IP4 0.0.0.0",
    ]);
    let audio = |at: &str, laws: &[Law], direction| {
        Media::Audio(Audio { at: at.parse().unwrap(), laws: laws.to_vec(), direction })
    };
    assert_eq!(
        sdp.media,
        [
            audio("192.0.2.99:4000", &[Law::A, Law::Mu], Direction::SendOnly),
            audio("0.0.0.0:4002", &[Law::Mu], Direction::Inactive),
        ]
    );
}

#[test]
fn garbage_lines_are_left_out() {
    let sdp =
        parse(&["v=0", "", "=", "o=", "c=IN", "hello", "a=", "m=image 5 udptl t38", "\u{1}=x"]);
    assert_eq!(sdp.image().unwrap().1.at, SocketAddr::new(SENDER, 5));
}

#[test]
fn what_is_no_description_or_too_large_is_refused() {
    assert_eq!(Sdp::parse(b"", SENDER), Err(SdpError::NotSdp));
    assert_eq!(Sdp::parse(b"m=image 5 udptl t38", SENDER), Err(SdpError::NotSdp));
    assert_eq!(Sdp::parse(&[b'v'; MAX_OCTETS + 1], SENDER), Err(SdpError::TooLong));
    let mut many = "v=0\r\n".to_owned();
    many.push_str(&"m=audio 4 RTP/AVP 0\r\n".repeat(MAX_STREAMS));
    assert_eq!(Sdp::parse(many.as_bytes(), SENDER).unwrap().media.len(), MAX_STREAMS);
    many.push_str("m=audio 4 RTP/AVP 0\r\n");
    assert_eq!(Sdp::parse(many.as_bytes(), SENDER), Err(SdpError::TooManyStreams));
}

fn any_t38() -> impl Strategy<Value = T38> {
    let span = || any::<u32>().prop_map(Span::new);
    let depth = (span(), span()).prop_map(|(a, b)| {
        (Span::new(a.value().min(b.value())), Span::new(a.value().max(b.value())))
    });
    let sizes = (
        any::<u32>().prop_map(BitRate::new),
        proptest::option::of(any::<u32>().prop_map(MaxBuffer::new)),
        (0..2000u32).prop_map(MaxDatagram::new),
        proptest::option::of((0..2000u32).prop_map(MaxIfp::new)),
    );
    let ec = prop_oneof![
        Just(ErrorCorrection::None),
        Just(ErrorCorrection::Redundancy),
        Just(ErrorCorrection::Fec)
    ];
    let rest =
        (proptest::option::of(depth), proptest::option::of(span()), any::<Option<(u8, u8, u32)>>());
    (0..6u8, any::<[bool; 4]>(), sizes, ec, rest).prop_map(|(version, flags, sizes, ec, rest)| {
        T38 {
            max_bit_rate: sizes.0,
            fill_bit_removal: flags[0],
            transcoding_mmr: flags[1],
            transcoding_jbig: flags[2],
            rate_management: if flags[3] {
                RateManagement::LocalTcf
            } else {
                RateManagement::TransferredTcf
            },
            max_buffer: sizes.1,
            max_datagram: sizes.2,
            max_ifp: sizes.3,
            error_correction: ec,
            ec_depth: rest.0,
            fec_max_span: rest.1,
            vendor: rest.2,
            version: Version::new(version.into()),
        }
    })
}

fn any_media() -> impl Strategy<Value = Media> {
    // A stream goes to one host, and not from elsewhere to this one.
    let usable = |ip: &IpAddr| is_one_host(*ip) && !ip.is_loopback();
    let one_host = any::<IpAddr>().prop_filter("one host", usable);
    let at = (one_host, 1..=u16::MAX).prop_map(|(ip, port)| SocketAddr::new(ip, port));
    let laws = prop_oneof![
        Just(vec![Law::Mu]),
        Just(vec![Law::A]),
        Just(vec![Law::Mu, Law::A]),
        Just(vec![Law::A, Law::Mu])
    ];
    let direction = prop_oneof![
        Just(Direction::SendRecv),
        Just(Direction::SendOnly),
        Just(Direction::RecvOnly),
        Just(Direction::Inactive)
    ];
    prop_oneof![
        (at.clone(), laws, direction).prop_map(|(at, laws, direction)| Media::Audio(Audio {
            at,
            laws,
            direction
        })),
        (at, any_t38()).prop_map(|(at, t38)| Media::Image(Image { at, t38 })),
        ("[a-z]{1,9}", vec("[!-~]{1,12}", 1..4)).prop_map(|(kind, rest)| {
            Media::Off(Off::new(&kind, &rest.iter().map(String::as_str).collect::<Vec<_>>()))
        }),
    ]
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_the_same(
        id: u64,
        version: u64,
        address: IpAddr,
        media in vec(any_media(), 0..MAX_STREAMS),
    ) {
        let sdp = Sdp { origin: Origin { id, version, address }, media };
        prop_assert_eq!(Sdp::parse(sdp.to_string().as_bytes(), SENDER), Ok(sdp));
    }

    #[test]
    fn random_octets_are_read_or_refused_and_what_was_read_prints(
        octets in vec(any::<u8>(), 0..600),
        lines in vec("[vomca]=[ -~]{0,40}", 0..20),
    ) {
        let _refused = Sdp::parse(&octets, SENDER);
        let text = format!("v=0\n{}", lines.join("\n"));
        if let Ok(sdp) = Sdp::parse(text.as_bytes(), SENDER) {
            prop_assert_eq!(Sdp::parse(sdp.to_string().as_bytes(), SENDER), Ok(sdp));
        }
    }
}

/// Nothing is ever sent to many hosts at once, nor to this host for one that is elsewhere.
#[test]
fn media_goes_to_one_host() {
    let near: IpAddr = "127.0.0.1".parse().unwrap();
    let far: IpAddr = "192.0.2.1".parse().unwrap();
    for (sender, named, expected) in [
        (far, "198.51.100.7", Some("198.51.100.7")),
        (far, "224.0.0.1", None),
        (far, "239.1.2.3/127", None),
        (far, "255.255.255.255", None),
        (far, "240.0.0.1", None),
        (far, "0.1.2.3", None),
        (far, "ff02::1", None),
        (far, "::ffff:224.0.0.1", None),
        (far, "127.0.0.1", Some("192.0.2.1")),
        (far, "::1", Some("192.0.2.1")),
        (near, "127.0.0.1", Some("127.0.0.1")),
        (far, "0.0.0.0", Some("0.0.0.0")),
        (far, "fax.example", Some("192.0.2.1")),
    ] {
        let family = if named.contains(':') { "IP6" } else { "IP4" };
        for stream in ["audio 4000 RTP/AVP 0", "image 4000 udptl t38"] {
            let text = format!("v=0\r\nc=IN {family} {named}\r\nm={stream}\r\n");
            let sdp = Sdp::parse(text.as_bytes(), sender).unwrap();
            let audio = sdp.audio().map(|(_, audio)| audio.at);
            let at = audio.or(sdp.image().map(|(_, image)| image.at));
            assert_eq!(at.map(|at| at.ip().to_string()).as_deref(), expected, "{named}");
        }
    }
}
