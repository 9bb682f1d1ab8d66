//! What a fax was, told in the tags of its file.
use crate::build::{Build, Ifd, Value, drawing, single};
use proptest::prelude::*;
use t4::{
    Page, Resolution,
    tiff::{self, FaxTags, Writer, tag, tag_text},
};

fn file(tags: FaxTags, pages: usize) -> Vec<u8> {
    let page = Page::from_bitmap(&drawing(16, 4), Resolution::Fine);
    let mut writer = Writer::new().software("F").tags(tags);
    (0..pages).for_each(|_| writer.push(&page).unwrap());
    writer.finish()
}

fn all() -> FaxTags {
    FaxTags {
        recipient_name: "Änne Übel".into(),
        recipient_number: "+49 30 123".into(),
        sender_name: "田中".into(),
        routing: "123|/srv/fax".into(),
        caller_id: "sip:ann@example.org".into(),
        csid: "B".into(),
        tsid: "+1 555 0100".into(),
        time: "2026-01-02T03:04:05Z".into(),
    }
}

#[test]
fn the_first_page_says_what_the_fax_was() {
    let file = file(all(), 2);
    for (number, expected) in [
        (tag::RECIPIENT_NAME, "Änne Übel"),
        (tag::RECIPIENT_NUMBER, "+49 30 123"),
        (tag::SENDER_NAME, "田中"),
        (tag::ROUTING, "123|/srv/fax"),
        (tag::CALLER_ID, "sip:ann@example.org"),
        (tag::CSID, "B"),
        (tag::TSID, "+1 555 0100"),
        (tag::RECEIVE_TIME, "2026-01-02T03:04:05Z"),
    ] {
        assert_eq!(tag_text(&file, number).as_deref(), Some(expected));
    }
    let pages = tiff::read(&file).unwrap();
    assert_eq!(pages[0].text(tag::TSID).as_deref(), Some("+1 555 0100"));
    assert_eq!(pages[1].text(tag::TSID), None);
    pages.iter().for_each(|page| assert_eq!(page.to_page().unwrap().1, 0));
}

#[test]
fn what_is_empty_is_not_there() {
    let file = file(FaxTags { csid: "x".into(), ..FaxTags::default() }, 1);
    assert_eq!(tag_text(&file, tag::CSID).as_deref(), Some("x"));
    assert_eq!((tag_text(&file, tag::TSID), tag_text(&file, 65_009)), (None, None));
}

#[test]
fn long_texts_are_cut_between_characters() {
    let tags = FaxTags { tsid: "a\0b".into(), sender_name: "ä".repeat(501), ..FaxTags::default() };
    let file = file(FaxTags { recipient_name: "€".repeat(400), ..tags }, 1);
    assert_eq!(tag_text(&file, tag::SENDER_NAME), Some("ä".repeat(500)));
    assert_eq!(tag_text(&file, tag::RECIPIENT_NAME), Some("€".repeat(333)));
    assert_eq!(tag_text(&file, tag::TSID).as_deref(), Some("a b"));
}

/// What is told of a value, in both orders of octets.
#[track_caller]
fn check(value: &Value, expected: Option<&str>) {
    for big in [false, true] {
        let ifd = Ifd::new(8, 1, 1, vec![vec![0x55]]).with(40_000, value.clone());
        let file = Build::file(big, &[ifd], |_| 0);
        assert_eq!(tag_text(&file, 40_000).as_deref(), expected, "{value:?} big-endian: {big}");
    }
}

#[test]
fn any_value_can_be_put_into_words() {
    check(&Value::Text("F"), Some("F"));
    check(&Value::Text("two\0texts"), Some("two"));
    check(&Value::Text(""), Some(""));
    check(&Value::Raw(2, 5, b"\xe4 fax".to_vec()), Some("\u{fffd} fax"));
    check(&Value::Raw(1, 3, vec![0, 7, 255]), Some("0 7 255"));
    check(&Value::Short(vec![1, 65_535, 3]), Some("1 65535 3"));
    check(&Value::Long(vec![u32::MAX]), Some("4294967295"));
    check(&Value::Rational(20_400, 100), Some("20400/100"));
    check(&Value::Raw(6, 2, vec![0xff, 2]), Some("-1 2"));
    check(&Value::Raw(7, 2, vec![48, 49]), Some("48 49"));
    check(&Value::Raw(8, 1, vec![0xff, 0xff]), Some("-1"));
    check(&Value::Raw(9, 1, vec![0xff; 4]), Some("-1"));
    check(&Value::Raw(10, 1, vec![0xff; 8]), Some("-1/-1"));
    check(&Value::Raw(4, 0, Vec::new()), Some(""));
    check(&Value::Unknown, None);
    for big in [false, true] {
        let octets = |little: &[u8]| {
            let octets = little.iter().copied();
            if big { octets.rev().collect() } else { octets.collect::<Vec<u8>>() }
        };
        let ifd = Ifd::new(8, 1, 1, vec![vec![0x55]])
            .with(40_000, Value::Raw(11, 1, octets(&1.5_f32.to_le_bytes())))
            .with(40_001, Value::Raw(12, 1, octets(&(-0.25_f64).to_le_bytes())));
        let file = Build::file(big, &[ifd], |_| 0);
        assert_eq!(tag_text(&file, 40_000).as_deref(), Some("1.5"));
        assert_eq!(tag_text(&file, 40_001).as_deref(), Some("-0.25"));
    }
}

#[test]
fn a_value_has_a_bound() {
    let numbers = vec!["1"; 256].join(" ");
    check(&Value::Short(vec![1; 10_000]), Some(&numbers));
    check(&Value::Raw(2, 9000, vec![b'x'; 9000]), Some(&"x".repeat(4096)));
    let longest = [-f64::MIN_POSITIVE; 20].map(f64::to_le_bytes).concat();
    let ifd = Ifd::new(8, 1, 1, vec![vec![0x55]]).with(40_000, Value::Raw(12, 20, longest));
    let shown = (-f64::MIN_POSITIVE).to_string();
    let fit = 4096 / (shown.len() + 1);
    let expected = vec![shown; fit].join(" ");
    assert_eq!(tag_text(&single(ifd), 40_000), Some(expected));
}

#[test]
fn a_value_outside_of_the_file_is_not_there() {
    for kind in 1..=12 {
        let value = Value::Raw(kind, u32::MAX, vec![0x7f; 20]);
        check(&value, None);
    }
    assert_eq!(tag_text(b"", tag::TSID), None);
    assert_eq!(tag_text(b"II\x2a\0\xff\xff\xff\xff", tag::TSID), None);
    assert_eq!(tag_text(b"MM\0\x2b\0\x08\0\0\0\0\0\0\0\0\0\0", tag::TSID), None);
}

#[test]
fn a_page_of_a_type_no_page_has_is_read_as_before() {
    let odd = Ifd::new(8, 1, 1, vec![vec![0x55]])
        .with(tag::NEW_SUBFILE_TYPE, Value::Raw(9, 1, vec![1, 0, 0, 0]));
    assert_eq!(tiff::read(&single(odd)).unwrap().len(), 1);
}

proptest! {
    #[test]
    fn any_text_comes_back(texts in proptest::array::uniform8("[^\0]{1,40}")) {
        let [recipient_name, recipient_number, sender_name, routing, caller_id, csid, tsid, time] =
            texts.clone();
        let file = file(
            FaxTags {
                recipient_name,
                recipient_number,
                sender_name,
                routing,
                caller_id,
                csid,
                tsid,
                time,
            },
            1,
        );
        for (number, text) in (tag::RECIPIENT_NAME..).zip(texts) {
            prop_assert_eq!(tag_text(&file, number), Some(text));
        }
    }

    #[test]
    fn damage_never_panics(
        at in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        end in any::<prop::sample::Index>(),
    ) {
        let mut file = file(all(), 2);
        for (at, octet) in at {
            let at = at.index(file.len());
            file[at] = octet;
        }
        file.truncate(end.index(file.len()) + 1);
        for number in (250..340).chain(tag::RECIPIENT_NAME..=tag::RECEIVE_TIME) {
            // Each octet that is no UTF-8 may become a sign of three.
            prop_assert!(tag_text(&file, number).is_none_or(|text| text.len() <= 3 * 4096));
        }
    }
}
