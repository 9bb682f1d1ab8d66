//! Octets to characters.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

/// How much of a text is looked at to guess its encoding.
const LOOK: usize = 64 * 1024;

/// How much of that may stand before its first octet that is no ASCII.
const LOOK_BEFORE: usize = 4 * 1024;

/// What begins a change of characters in ISO-2022-JP. RFC 1468.
const TO_JAPANESE: [&[u8]; 3] = [b"\x1b$@", b"\x1b$B", b"\x1b$("];

/// The characters of a text, whose lines end in a line feed.
pub(super) fn decode(octets: &[u8]) -> String {
    let (text, _) = encoding(octets).decode_with_bom_removal(octets);
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    if text.contains(BACK) { struck(&text) } else { text }
}

/// Goes back by one character.
const BACK: char = '\x08';

/// A text of which no character is struck over another: as on a typewriter letters became bold and
/// underlined. The later one stays, but a letter below its line or a blank.
fn struck(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut below = Vec::new();
    for c in text.chars() {
        if c == BACK {
            if !made.ends_with(['\n', '\x0c']) {
                below.extend(made.pop());
            }
            continue;
        }
        let before = below.pop();
        if matches!(c, '\n' | '\x0c') {
            // What was gone back over and not written again stays.
            made.extend(before);
            made.extend(below.drain(..).rev());
        }
        made.push(before.filter(|_| matches!(c, '_' | ' ')).unwrap_or(c));
    }
    made.extend(below.drain(..).rev());
    made
}

/// In what a text is written: what its mark says, UTF-8 when it can be, UTF-16 when it looks like that,
/// or else the likeliest of the encodings of before.
fn encoding(octets: &[u8]) -> &'static Encoding {
    if let Some((marked, _)) = Encoding::for_bom(octets) {
        return marked;
    }
    if is_iso_2022_jp(octets) {
        return ISO_2022_JP;
    }
    if std::str::from_utf8(octets).is_ok() && !octets.contains(&0) {
        return UTF_8;
    }
    let head = octets.get(..LOOK).unwrap_or(octets);
    crate::kind::utf_16(head).map_or_else(
        || {
            let first = octets.iter().position(|octet| !octet.is_ascii()).unwrap_or(0);
            let told = octets.get(first.saturating_sub(LOOK_BEFORE)..).unwrap_or(octets);
            let part = told.get(..LOOK).unwrap_or(told);
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(part, part.len() == told.len());
            detector.guess(None, Utf8Detection::Allow)
        },
        |big_endian| if big_endian { UTF_16BE } else { UTF_16LE },
    )
}

/// Whether a text is all of 7 bits, and changes to Japanese characters and back as it should.
fn is_iso_2022_jp(octets: &[u8]) -> bool {
    octets.windows(3).any(|three| TO_JAPANESE.contains(&three))
        && ISO_2022_JP.decode_without_bom_handling_and_without_replacement(octets).is_some()
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
            (ISO_2022_JP, "Fax: 拝啓、先日ご依頼いただきました書類をお送りいたします。"),
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
    fn a_text_is_guessed_by_what_is_not_ascii_however_late_that_comes() {
        let long = "Lines of a report in English. ".repeat(4000);
        let late = [long.as_bytes(), b"Gr\xfc\xdfe aus Z\xfcrich"].concat();
        check(&late, &(long + "Grüße aus Zürich"));
    }

    #[test]
    fn letters_struck_over_each_other_are_one() {
        check(b"N\x08NA\x08AM\x08ME\x08E", "NAME");
        check(b"_\x08f_\x08i_\x08l_\x08e and file\x08\x08\x08\x08____", "file and file");
        check(b"+\x08o\n\x08\x08ab\x08\x08\nc\x08", "o\nab\nc");
    }

    #[test]
    fn all_line_ends_are_the_same() {
        check(b"a\r\nb\rc\nd", "a\nb\nc\nd");
    }
}
