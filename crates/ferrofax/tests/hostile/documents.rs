//! Hostile PDF files and texts.

use super::cipher;
use super::file::{File, deflated, update};
use super::{End, Hostile, TOO_MUCH_COMPUTING, TOO_MUCH_MEMORY};

const A4: (f64, f64) = (595.0, 842.0);
const LINE: &str = "5 w 50 50 495 742 re S";

/// One page with a line on it.
pub(crate) fn honest() -> Vec<u8> {
    let mut file = File::new();
    file.page(A4, "", LINE);
    file.finish()
}

pub(crate) fn all() -> Vec<Hostile> {
    use End::{Pages, Says};
    let too_many = Says("document: it has 100000 pages; a job has at most 50");
    let wants_password = Says("document: it is encrypted; give its password");
    let no_image = Says("document: page 1: an image in it cannot be decoded");
    let wrong_password = Says("the password given does not open it");
    vec![
        Hostile::new("an empty file", Vec::new(), Says("document: it is empty")),
        Hostile::new("100 000 pages", many_pages(), too_many),
        Hostile::new("2 GiB of operators in 2 MiB", flate_bomb(), Says(TOO_MUCH_MEMORY)),
        Hostile::new("a stream deflated five times", nested_bomb(), Says(TOO_MUCH_MEMORY)),
        Hostile::new("a form that draws itself", own_form(), Pages(1)),
        Hostile::new("forms that double, 40 deep", doubling_forms(), Says(TOO_MUCH_COMPUTING)),
        Hostile::new("a pattern that paints with itself", own_pattern(), Pages(1)),
        Hostile::new("a page tree with a loop", page_loop(), Pages(1)),
        Hostile::new("an outline with a loop", outline_loop(), Pages(1)),
        Hostile::new("tables of objects in a loop", table_loop(), Pages(1)),
        Hostile::new("a file cut in half", cut(), Says("document: ")),
        Hostile::new("RC4, no password", cipher::rc4_40("secret"), wants_password),
        Hostile::new("RC4, the wrong password", cipher::rc4_40("secret"), wrong_password)
            .with_password("sesame"),
        Hostile::new("RC4, the password", cipher::rc4_40("secret"), Pages(1))
            .with_password("secret"),
        Hostile::new("RC4, an empty password", cipher::rc4_40(""), Pages(1)),
        Hostile::new("AES, no password", cipher::aes_256("secret"), wants_password),
        Hostile::new("AES, the wrong password", cipher::aes_256("secret"), wrong_password)
            .with_password("sesame"),
        Hostile::new("AES, the password", cipher::aes_256("secret"), Pages(1))
            .with_password("secret"),
        Hostile::new("a font that lies", lying_font(), Pages(1)),
        Hostile::new("brackets 200 000 deep", brackets(), Pages(1)),
        Hostile::new("states 2 000 000 deep", states(), Pages(1)),
        Hostile::new("a shading of a million triangles", triangles(), Says(TOO_MUCH_MEMORY)),
        Hostile::new("a billion dashes", dashes(), Pages(1)),
        Hostile::new("a pattern of tiny cells", tiny_cells(), Pages(1)),
        Hostile::new("a page a million metres wide", wide_page(), Says("document: page 1: ")),
        Hostile::new("garbage as JBIG2", garbage_image("/JBIG2Decode", 600), no_image),
        Hostile::new("garbage as JPEG 2000", garbage_image("/JPXDecode", 600), no_image),
        Hostile::new(
            "a picture of 60 000 by 60 000",
            garbage_image("/DCTDecode", 60_000),
            Says("an image on it has 60000 by 60000 pixels, which is too many"),
        ),
        Hostile::new("garbage as JPEG", garbage_image("/DCTDecode", 600), no_image),
        Hostile::new(
            "100 MB of text on one line",
            vec![b'x'; 100_000_000],
            Says("a job has at most 50"),
        ),
        Hostile::new(
            "an archive",
            b"PK\x03\x04 and nothing of use".to_vec(),
            Says("a ZIP archive cannot be faxed"),
        ),
    ]
}

fn one(resources: &str, content: &str) -> Vec<u8> {
    let mut file = File::new();
    file.page(A4, resources, content);
    file.finish()
}

fn many_pages() -> Vec<u8> {
    let mut file = File::new();
    for _ in 0..100_000 {
        file.page_of("/MediaBox [0 0 595 842]", "", "null");
    }
    file.finish()
}

fn flate_bomb() -> Vec<u8> {
    let mut file = File::new();
    let content = file.flate("", &vec![b' '; 1 << 31]);
    file.page_of("/MediaBox [0 0 595 842]", "", &format!("{content} 0 R"));
    file.finish()
}

fn nested_bomb() -> Vec<u8> {
    let mut data = vec![b'\n'; 1 << 30];
    for _ in 0..5 {
        data = deflated(&data);
    }
    let mut file = File::new();
    let filters = "/Filter [/FlateDecode /FlateDecode /FlateDecode /FlateDecode /FlateDecode]";
    let content = file.stream(filters, &data);
    file.page_of("/MediaBox [0 0 595 842]", "", &format!("{content} 0 R"));
    file.finish()
}

fn form(file: &mut File, inner: usize, content: &str) -> usize {
    file.flate(
        &format!("/Type /XObject /Subtype /Form /BBox [0 0 600 850] /Resources <</XObject <</X {inner} 0 R>>>>"),
        content.as_bytes(),
    )
}

fn own_form() -> Vec<u8> {
    let mut file = File::new();
    let number = file.next();
    let form = form(&mut file, number, &format!("{LINE} .9 0 0 .9 5 5 cm /X Do"));
    file.page(A4, &format!("/XObject <</X {form} 0 R>>"), &format!("{LINE} /X Do"));
    file.finish()
}

fn doubling_forms() -> Vec<u8> {
    let mut file = File::new();
    let mut inner =
        file.flate("/Type /XObject /Subtype /Form /BBox [0 0 600 850]", LINE.as_bytes());
    for _ in 0..40 {
        inner = form(&mut file, inner, "/X Do /X Do");
    }
    file.page(A4, &format!("/XObject <</X {inner} 0 R>>"), "/X Do");
    file.finish()
}

fn own_pattern() -> Vec<u8> {
    let mut file = File::new();
    let number = file.next();
    let pattern = file.flate(
        &format!(
            "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 90 90] /XStep 90 /YStep 90 \
             /Resources <</Pattern <</P {number} 0 R>>>>"
        ),
        b"/Pattern cs /P scn 0 0 80 80 re f",
    );
    file.page(
        A4,
        &format!("/Pattern <</P {pattern} 0 R>>"),
        &format!("{LINE} /Pattern cs /P scn 0 0 500 500 re f"),
    );
    file.finish()
}

fn page_loop() -> Vec<u8> {
    let file = honest();
    let size = 5;
    let page = 4;
    let tree = format!("<</Type /Pages /Kids [{page} 0 R 2 0 R 2 0 R] /Count 3>>");
    update(file, size, &[(2, &tree)])
}

fn outline_loop() -> Vec<u8> {
    let mut file = File::new();
    let number = file.next();
    file.add(format!(
        "<</Type /Outlines /First {} 0 R /Last {} 0 R /Count 1>>",
        number + 1,
        number + 1
    ));
    file.add(format!(
        "<</Title (again) /Parent {number} 0 R /Next {0} 0 R /First {0} 0 R /Prev {0} 0 R>>",
        number + 1
    ));
    file.catalog = format!("/Outlines {number} 0 R");
    file.page(A4, "", LINE);
    file.finish()
}

/// The table names itself as the one before it.
fn table_loop() -> Vec<u8> {
    let mut file = File::new();
    file.page(A4, "", LINE);
    let mut octets = file.finish();
    let start = octets.windows(5).position(|window| window == b"xref\n").expect("a table");
    let at = octets.windows(6).rposition(|window| window == b"/Size ").expect("a trailer");
    octets.splice(at..at, format!("/Prev {start} ").into_bytes());
    octets
}

fn cut() -> Vec<u8> {
    let mut file = File::new();
    let mut content = String::new();
    for n in 0..4000 {
        content += &format!("{n} {} m {} 300 l S\n", n * 7 % 800, n * 13 % 600);
    }
    file.page(A4, "", &content);
    let mut octets = file.finish();
    octets.truncate(octets.len() / 2);
    octets
}

/// A TrueType font whose tables point outside, with glyphs that are made of each other.
fn lying_font() -> Vec<u8> {
    let mut font = vec![0, 1, 0, 0, 0, 6, 0, 64, 0, 2, 0, 32];
    for tag in [b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp"] {
        font.extend(tag);
        font.extend([0, 0, 0, 0, 0, 0, 0, 60, 0xff, 0xff, 0xff, 0xf0]);
    }
    font.extend([0xff; 300]);
    let mut file = File::new();
    let data = file.flate(&format!("/Length1 {}", font.len()), &font);
    let descriptor = file.add(format!(
        "<</Type /FontDescriptor /FontName /Liar /Flags 4 /FontBBox [0 0 1 1] /ItalicAngle 0 /Ascent 99999999999 \
         /Descent -99999999999 /CapHeight 1 /StemV 1 /FontFile2 {data} 0 R>>"
    ));
    let resources = format!(
        "/Font <</F1 <</Type /Font /Subtype /TrueType /BaseFont /Liar /FirstChar 0 /LastChar 255 \
         /Widths [-1 99999999999999999999 0] /FontDescriptor {descriptor} 0 R>>>>"
    );
    file.page(
        A4,
        &resources,
        &format!("{LINE} BT /F1 1000000000 Tf 60 700 Td (Lies) Tj /F1 12 Tf (more) Tj ET"),
    );
    file.finish()
}

fn brackets() -> Vec<u8> {
    one("", &format!("{LINE} {} {LINE}", "[".repeat(200_000)))
}

fn states() -> Vec<u8> {
    one("", &format!("{LINE} {}", "q ".repeat(2_000_000)))
}

fn triangles() -> Vec<u8> {
    let mut data = Vec::new();
    let mut state = 1_u32;
    for _ in 0..3_000_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, d] = state.to_be_bytes();
        data.extend([0, a, b, c, d, a]);
    }
    let mut file = File::new();
    let shading = file.flate(
        "/ShadingType 4 /ColorSpace /DeviceGray /BitsPerCoordinate 16 /BitsPerComponent 8 /BitsPerFlag 8 \
         /Decode [0 595 0 842 0 1]",
        &data,
    );
    file.page(A4, &format!("/Shading <</S {shading} 0 R>>"), &format!("{LINE} /S sh"));
    file.finish()
}

fn dashes() -> Vec<u8> {
    one("", &format!("{LINE} [0.0000005] 0 d 0 400 m 595 400 l S"))
}

fn tiny_cells() -> Vec<u8> {
    let mut file = File::new();
    let pattern = file.flate(
        "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.0001 /YStep 0.0001 \
         /Resources <<>>",
        b"0 0 .5 .5 re f",
    );
    file.page(A4, &format!("/Pattern <</P {pattern} 0 R>>"), "/Pattern cs /P scn 0 0 500 500 re f");
    file.finish()
}

fn wide_page() -> Vec<u8> {
    let mut file = File::new();
    file.page((2.8e9, 842.0), "", LINE);
    file.finish()
}

/// A picture so many pixels wide and high, whose data is nothing of the kind.
fn garbage_image(filter: &str, side: u32) -> Vec<u8> {
    let data: Vec<u8> =
        (0..50_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let mut file = File::new();
    let image = file.stream(
        &format!(
            "/Type /XObject /Subtype /Image /Width {side} /Height {side} /BitsPerComponent 8 \
             /ColorSpace /DeviceGray /Filter {filter}"
        ),
        &data,
    );
    file.page(
        A4,
        &format!("/XObject <</I {image} 0 R>>"),
        &format!("{LINE} 500 0 0 500 50 50 cm /I Do"),
    );
    file.finish()
}
