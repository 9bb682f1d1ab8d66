//! Octets to characters.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How much of a text is looked at to guess its encoding.
const LOOK: usize = 64 * 1024;

/// The characters of a text, whose lines end in a line feed.
pub(super) fn decode(octets: &[u8]) -> String {
    let (text, _) = encoding(octets).decode_with_bom_removal(octets);
    text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n")
}

/// In what a text is written: what its mark says, UTF-8 when it can be, UTF-16 when it looks like that,
/// or else the likeliest of the encodings of before.
fn encoding(octets: &[u8]) -> &'static Encoding {
    if let Some((marked, _)) = Encoding::for_bom(octets) {
        return marked;
    }
    if std::str::from_utf8(octets).is_ok() && !octets.contains(&0) {
        return UTF_8;
    }
    let head = octets.get(..LOOK).unwrap_or(octets);
    crate::kind::utf_16(head).map_or_else(
        || {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
            detector.feed(head, head.len() == octets.len());
            detector.guess(None, Utf8Detection::Allow)
        },
        |big_endian| if big_endian { UTF_16BE } else { UTF_16LE },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, GBK, KOI8_R, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

    #[track_caller]
    fn check(octets: &[u8], text: &str) {
        assert_eq!(crate::Kind::of(octets), Some(crate::Kind::Text));
        assert_eq!(decode(octets), text);
    }

    #[test]
    fn marks_and_utf_8_are_believed() {
        check("Grüße €".as_bytes(), "Grüße €");
        check("\u{feff}Grüße".as_bytes(), "Grüße");
        check(b"\xff\xfea\0\xe4\0", "aä");
        check(b"\xfe\xff\0a\0\xe4", "aä");
    }

    #[test]
    fn utf_16_without_a_mark_is_seen() {
        let octets = |swap: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "Hello world, this is it.\r\n".encode_utf16().flat_map(swap).collect()
        };
        check(&octets(u16::to_le_bytes), "Hello world, this is it.\n");
        check(&octets(u16::to_be_bytes), "Hello world, this is it.\n");
    }

    #[test]
    fn encodings_of_before_are_guessed() {
        let cases = [
            (WINDOWS_1252, "Sehr geehrte Frau Müller, die Größe der Tür beträgt 2 Meter. Grüße"),
            (WINDOWS_1251, "Уважаемые господа, просим выслать документы по адресу."),
            (KOI8_R, "Уважаемые господа, просим выслать документы по адресу."),
            (SHIFT_JIS, "拝啓、先日ご依頼いただきました書類をお送りいたします。"),
            (BIG5, "您好,隨函附上貴方要求的文件,請查收。謝謝您的合作與支持。"),
            (GBK, "您好,随函附上贵方要求的文件,请查收。谢谢您的合作与支持。"),
        ];
        for (encoding, text) in cases {
            let (octets, _, lost) = encoding.encode(text);
            assert!(!lost, "{}", encoding.name());
            check(&octets, text);
        }
    }

    #[test]
    fn all_line_ends_are_the_same() {
        check(b"a\r\nb\rc\nd", "a\nb\nc\nd");
    }
}
