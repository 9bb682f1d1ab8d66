//! What a file is, by its first octets.

/// How far into a file is looked.
const LOOK: usize = 4096;

/// How a PDF begins.
const PDF: &[u8] = b"%PDF-";

/// How far into a file a PDF may begin. ISO 32000-1 Annex H.3.4.1.
const PDF_WITHIN: usize = 1024;

/// How a PostScript program begins.
const POSTSCRIPT: &[u8] = b"%!PS";

/// How a print job begins that tells the printer first what it is (PJL).
const PRINT_JOB: &[u8] = b"\x1b%-12345X";

/// How long the header of a BMP behind that of the file is: those of OS/2 and of Windows.
const BMP_HEADERS: [u8; 8] = [12, 16, 40, 52, 56, 64, 108, 124];

/// Of so many octets of a text, one may be a control character.
const CONTROLS_ONE_IN: usize = 256;

/// The kinds of file that people want to fax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// TIFF: faxes, scans, pictures.
    Tiff,
    /// PDF.
    Pdf,
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF; its first picture.
    Gif,
    /// BMP.
    Bmp,
    /// WebP.
    WebP,
    /// PostScript.
    PostScript,
    /// RTF.
    Rtf,
    /// An HTML page.
    Html,
    /// XML, drawn as text.
    Xml,
    /// A document of Word since 2007.
    Word,
    /// A workbook of Excel since 2007.
    Excel,
    /// A presentation of PowerPoint since 2007.
    PowerPoint,
    /// A file of OpenDocument.
    OpenDocument,
    /// An archive of anything else.
    Zip,
    /// A file of Office of before 2007.
    OldOffice,
    /// Plain text.
    Text,
    /// Nothing that is known here.
    Unknown,
}

/// Kinds that begin with octets of their own.
const MAGIC: [(&[u8], Kind); 14] = [
    (b"II\x2a\0", Kind::Tiff),
    (b"MM\0\x2a", Kind::Tiff),
    (b"II\x2b\0", Kind::Tiff),
    (b"MM\0\x2b", Kind::Tiff),
    (b"\x89PNG\r\n\x1a\n", Kind::Png),
    (b"\xff\xd8\xff", Kind::Jpeg),
    (b"GIF87a", Kind::Gif),
    (b"GIF89a", Kind::Gif),
    (POSTSCRIPT, Kind::PostScript),
    (b"\x04%!PS", Kind::PostScript),
    (b"\xc5\xd0\xd3\xc6", Kind::PostScript),
    (b"{\\rtf", Kind::Rtf),
    (b"PK\x03\x04", Kind::Zip),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind::OldOffice),
];

/// Names inside an archive that say what it is.
const IN_ARCHIVE: [(&[u8], Kind); 4] = [
    (b"word/", Kind::Word),
    (b"xl/", Kind::Excel),
    (b"ppt/", Kind::PowerPoint),
    (b"mimetypeapplication/vnd.oasis.opendocument", Kind::OpenDocument),
];

impl Kind {
    /// What these octets are; `None` when there are none.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let head = bytes.get(..LOOK).unwrap_or(bytes);
        if head.is_empty() {
            return None;
        }
        if begins_as_pdf(head) {
            return Some(Self::Pdf);
        }
        if let Some(kind) = in_print_job(head) {
            return Some(kind);
        }
        let magic =
            MAGIC.iter().find(|(octets, _)| head.starts_with(octets)).map(|(_, kind)| *kind);
        Some(match magic {
            Some(Self::Zip) => in_archive(bytes),
            Some(kind) => kind,
            None if is_webp(head) => Self::WebP,
            None if is_bmp(head) => Self::Bmp,
            None => match of_text(head) {
                // Behind something else that was put before it. A text may speak of a PDF.
                Self::Unknown if contains(head.get(..PDF_WITHIN).unwrap_or(head), PDF) => Self::Pdf,
                kind => kind,
            },
        })
    }

    /// Its media type; `None` when nobody can fax it.
    pub const fn media_type(self) -> Option<&'static str> {
        Some(match self {
            Self::Tiff => "image/tiff",
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::WebP => "image/webp",
            Self::PostScript => "application/postscript",
            Self::Rtf => "application/rtf",
            Self::Html => "text/html",
            Self::Word => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Excel => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::PowerPoint => {
                "application/vnd.openxmlformats-officedocument.presentationml.presentation"
            }
            Self::OpenDocument => "application/vnd.oasis.opendocument.text",
            Self::OldOffice => "application/msword",
            Self::Text | Self::Xml => "text/plain",
            Self::Zip | Self::Unknown => return None,
        })
    }

    /// The kind as it stands at the beginning of a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Tiff => "a TIFF",
            Self::Pdf => "a PDF",
            Self::Png => "a PNG image",
            Self::Jpeg => "a JPEG image",
            Self::Gif => "a GIF image",
            Self::Bmp => "a BMP image",
            Self::WebP => "a WebP image",
            Self::PostScript => "PostScript",
            Self::Rtf => "an RTF document",
            Self::Html => "an HTML page",
            Self::Xml => "an XML document",
            Self::Word => "a Word document",
            Self::Excel => "an Excel workbook",
            Self::PowerPoint => "a PowerPoint presentation",
            Self::OpenDocument => "an OpenDocument file",
            Self::Zip => "a ZIP archive",
            Self::OldOffice => "an Office document of before 2007",
            Self::Text => "plain text",
            Self::Unknown => "a file of a type that is not known here",
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    find(bytes, wanted).is_some()
}

/// Whether it is a PDF from its first octets on; blanks and a mark of UTF-8 do not count.
fn begins_as_pdf(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let start = head.iter().position(|octet| !octet.is_ascii_whitespace() && *octet != 0);
    start.is_some_and(|start| start < PDF_WITHIN && head[start..].starts_with(PDF))
}

/// What a print job prints, as far as that can be drawn here.
fn in_print_job(head: &[u8]) -> Option<Kind> {
    if !head.starts_with(PRINT_JOB) {
        return None;
    }
    let pdf = find(head, PDF).map(|at| (at, Kind::Pdf));
    let postscript = find(head, POSTSCRIPT).map(|at| (at, Kind::PostScript));
    pdf.into_iter().chain(postscript).min_by_key(|(at, _)| *at).map(|(_, kind)| kind)
}

/// Two letters alone are the beginning of many a text.
fn is_bmp(head: &[u8]) -> bool {
    matches!(
        head,
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, header, 0, 0, 0, ..]
            if BMP_HEADERS.contains(header)
    )
}

/// The names in an archive stand at its head and, all of them, at its end.
fn in_archive(bytes: &[u8]) -> Kind {
    let head = bytes.get(..LOOK).unwrap_or(bytes);
    let tail = bytes.get(bytes.len().saturating_sub(LOOK)..).unwrap_or(bytes);
    let found = IN_ARCHIVE.iter().find(|(name, _)| contains(head, name) || contains(tail, name));
    found.map_or(Kind::Zip, |(_, kind)| *kind)
}

fn is_webp(head: &[u8]) -> bool {
    matches!(head, [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..])
}

fn of_text(head: &[u8]) -> Kind {
    // A character may be cut at the end of what is looked at.
    let utf_8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
    };
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || utf_16(head).is_some() {
        return Kind::Text;
    }
    // Escape begins a change of characters in ISO-2022-JP.
    let control = |octet: &u8| {
        *octet < b' '
            && !matches!(octet, b'\n' | b'\r' | b'\t' | b'\x0c' | b'\x08' | b'\x1a' | b'\x1b')
    };
    let controls = head.iter().filter(|octet| control(octet)).count();
    // A stray one does not make a text something else, as long as nothing else looks strange.
    let most = if utf_8 { head.len() / CONTROLS_ONE_IN } else { 0 };
    if controls > most || head.contains(&0) {
        return Kind::Unknown;
    }
    let start = String::from_utf8_lossy(head.get(..64).unwrap_or(head)).to_ascii_lowercase();
    let start = start.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        Kind::Html
    } else if start.starts_with("<?xml") {
        Kind::Xml
    } else {
        Kind::Text
    }
}

/// Whether these octets are UTF-16 without a mark: every other one is zero nearly always, and the ones
/// between never. `true` when the zeros come first.
pub(crate) fn utf_16(head: &[u8]) -> Option<bool> {
    let pairs = head.len() / 2;
    let zeros =
        |from: usize| head.iter().skip(from).step_by(2).filter(|octet| **octet == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let nearly_all = |zeros: usize| zeros > 0 && zeros >= pairs - pairs / 4;
    match (even, odd) {
        (even, 0) if nearly_all(even) => Some(true),
        (0, odd) if nearly_all(odd) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(octets: &[u8], kind: Kind) {
        assert_eq!(Kind::of(octets), Some(kind), "{}", octets.escape_ascii());
    }

    #[test]
    fn a_text_that_begins_like_a_picture_is_a_text() {
        check(b"BMW invoice\nNo 17\n", Kind::Text);
        check(b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Kind::Bmp);
        check(b"BM\x1a\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0", Kind::Bmp);
    }

    #[test]
    fn a_pdf_begins_early() {
        check(b"%PDF-1.7\n", Kind::Pdf);
        check(b"\xef\xbb\xbf\r\n%PDF-1.7\n", Kind::Pdf);
        check(b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\0\x01\x02", Kind::Pdf);
        check(b"A PDF begins with %PDF-1.7.\n", Kind::Text);
        check(b"{\\rtf1 It begins with %PDF-1.7.}", Kind::Rtf);
        check(&[b"PK\x03\x04 a.pdf %PDF-1.7", &[0; 40][..]].concat(), Kind::Zip);
    }

    #[test]
    fn a_print_job_is_what_it_prints() {
        let job = |inside: &str| {
            let head = "\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=POSTSCRIPT\r\n";
            [head, inside, "\x1b%-12345X"].concat().into_bytes()
        };
        check(&job("%!PS-Adobe-3.0\nshowpage %PDF-\n"), Kind::PostScript);
        check(&job("%PDF-1.7\n"), Kind::Pdf);
        check(&job("words\n"), Kind::Text);
    }
}
