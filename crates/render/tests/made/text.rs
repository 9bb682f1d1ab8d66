//! Documents of text: every kind of font, sizes, directions, scripts.

use ttf_parser::Face;

use super::file::File;
use super::truetype::{Font, descriptor, simple_widths};
use super::words::{Random, line, literal, paragraph};
use super::{A4, Installed, Made};

const FOURTEEN: [&str; 14] = [
    "Helvetica",
    "Helvetica-Bold",
    "Helvetica-Oblique",
    "Helvetica-BoldOblique",
    "Times-Roman",
    "Times-Bold",
    "Times-Italic",
    "Times-BoldItalic",
    "Courier",
    "Courier-Bold",
    "Courier-Oblique",
    "Courier-BoldOblique",
    "Symbol",
    "ZapfDingbats",
];

pub(super) fn all(installed: Installed<'_>) -> Vec<Made> {
    vec![
        Made::text("fourteen fonts", fourteen()),
        Made::text("letter in Helvetica", letter()),
        Made::text("TrueType, 4 to 72 pt", sizes(installed("NotoSans-Regular.ttf"))),
        Made::text("TrueType, simple", simple(installed("DejaVuSerif.ttf"))),
        Made::text("small print", small(installed("NotoSerif-Regular.ttf"))),
        Made::text(
            "Type 1 font",
            type_1(&installed("NimbusRoman-Regular.otf"), &installed("NimbusRoman-Regular.t1")),
        ),
        Made::text("CFF font", cff(&installed("C059-Roman.otf"))),
        Made::text("OpenType CID font", cid(&installed("NotoSansCJK-Regular.ttc"))),
        Made::line("Type 3 font", type_3()),
        Made::text("turned text", turned(installed("NotoSans-Regular.ttf"))),
        Made::line("modes of text", modes(installed("NotoSans-Bold.ttf"))),
        Made::text("white on black", inverse(installed("NotoSans-Bold.ttf"))),
        Made::text("Arabic", shaped(installed("NotoNaskhArabic-Regular.ttf"), ARABIC)),
        Made::text("Hebrew", shaped(installed("NotoSansHebrew-Regular.ttf"), HEBREW)),
        Made::text("Greek and Cyrillic", shaped(installed("NotoSerif-Regular.ttf"), GREEK)),
        Made::text("30 pages", many(installed("NotoSerif-Regular.ttf"))),
        Made::line("text clips", clipping(installed("NotoSans-Bold.ttf"))),
        Made::line("coloured text", coloured(installed("NotoSans-Regular.ttf"))),
    ]
}

const ARABIC: [&str; 3] = [
    "بسم الله الرحمن الرحيم",
    "يولد جميع الناس أحراراً متساوين في الكرامة والحقوق",
    "رقم الفاكس ٥٥٥٠١٠٠",
];
const HEBREW: [&str; 3] =
    ["כל בני האדם נולדו בני חורין", "ושווים בערכם ובזכויותיהם", "מספר פקס 5550100"];
const GREEK: [&str; 3] = [
    "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι",
    "Все люди рождаются свободными и равными",
    "Zażółć gęślą jaźń; Příliš žluťoučký kůň; Đây là",
];

fn standard(names: &[&str]) -> String {
    let fonts: String = (1..)
        .zip(names)
        .map(|(n, name)| format!("/F{n} <</Type /Font /Subtype /Type1 /BaseFont /{name}>> "))
        .collect();
    format!("/Font <<{fonts}>>")
}

fn fourteen() -> Vec<u8> {
    let mut file = File::new();
    let mut content = String::new();
    for (n, name) in (1..).zip(FOURTEEN) {
        let y = 800 - n * 50;
        content +=
            &format!("BT /F{n} 9 Tf 60 {} Td ({name}: Hamburgefonstiv 0123) Tj ET\n", y + 20);
        content += &format!(
            "BT /F{n} 18 Tf 60 {y} Td (Hamburgefonstiv (\\251) \\304\\326\\334 0123,-) Tj ET\n"
        );
    }
    file.page(A4, &standard(&FOURTEEN), &content);
    file.finish()
}

fn letter() -> Vec<u8> {
    let mut file = File::new();
    let mut random = Random(1);
    for _ in 0..2 {
        let mut content = "BT /F2 16 Tf 70 770 Td (Confirmation of your order) Tj ET\n".to_owned();
        content += &paragraph(&mut random, "F1", 11.0, (70.0, 740.0, 525.0, 430.0));
        content += &paragraph(&mut random, "F3", 12.0, (70.0, 410.0, 525.0, 80.0));
        file.page(A4, &standard(&["Helvetica", "Helvetica-Bold", "Times-Roman"]), &content);
    }
    file.finish()
}

fn with_font(mut font: Font, draw: impl FnOnce(&mut Font) -> String) -> Vec<u8> {
    let mut file = File::new();
    let content = draw(&mut font);
    let number = font.embed(&mut file, "ABCDEF+Embedded");
    file.page(A4, &format!("/Font <</F1 {number} 0 R>>"), &content);
    file.finish()
}

fn sizes(octets: Vec<u8>) -> Vec<u8> {
    with_font(Font::new(octets), |font| {
        let (mut content, mut y) = (String::new(), 800.0);
        for size in
            [4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 14.0, 18.0, 24.0, 36.0, 48.0, 72.0]
        {
            y -= size * 1.3;
            let text = font.plain(&format!("{size} pt: Hamburgefonstiv ÄÖÜ éàç @ 0123456789"));
            content += &format!("BT /F1 {size} Tf 50 {y:.2} Td <{text}> Tj ET\n");
        }
        content
    })
}

fn simple(octets: Vec<u8>) -> Vec<u8> {
    let mut file = File::new();
    let number = Font::new(octets).embed_simple(&mut file, "DejaVuSerif");
    let content = paragraph(&mut Random(2), "F1", 10.5, (60.0, 780.0, 500.0, 60.0));
    file.page(A4, &format!("/Font <</F1 {number} 0 R>>"), &content);
    file.finish()
}

fn small(octets: Vec<u8>) -> Vec<u8> {
    let mut random = Random(3);
    with_font(Font::new(octets), |font| {
        let mut content = String::new();
        for row in 0..120 {
            let size = if row % 2 == 0 { 4.5 } else { 5.5 };
            let text = font.plain(&line(&mut random, 150));
            content += &format!(
                "BT /F1 {size} Tf 50 {} Td <{text}> Tj ET\n",
                800.0 - 6.2 * f64::from(row)
            );
        }
        content
    })
}

fn type_1(metrics: &[u8], octets: &[u8]) -> Vec<u8> {
    let mut file = File::new();
    let face = Face::parse(metrics, 0).expect("a font");
    let find = |what: &[u8]| octets.windows(what.len()).position(|window| window == what);
    let clear = find(b"eexec").expect("a Type 1 font") + 6;
    let zeros = find(b"0000000000000000000000000000000000000000000000000000000000000000");
    let end = zeros.unwrap_or(octets.len());
    let lengths =
        format!("/Length1 {clear} /Length2 {} /Length3 {}", end - clear, octets.len() - end);
    let data = file.flate(&lengths, octets);
    let descriptor =
        file.add(descriptor(&face, "NimbusRoman-Regular", &format!("/FontFile {data} 0 R")));
    font_page(&mut file, "NimbusRoman-Regular", &simple_widths(&face), descriptor);
    file.finish()
}

fn cff(octets: &[u8]) -> Vec<u8> {
    let mut file = File::new();
    let face = Face::parse(octets, 0).expect("a font");
    let table = face.raw_face().table(ttf_parser::Tag::from_bytes(b"CFF ")).expect("CFF");
    let data = file.flate("/Subtype /Type1C", table);
    let descriptor = file.add(descriptor(&face, "C059-Roman", &format!("/FontFile3 {data} 0 R")));
    font_page(&mut file, "C059-Roman", &simple_widths(&face), descriptor);
    file.finish()
}

fn font_page(file: &mut File, name: &str, widths: &str, descriptor: usize) {
    let font = format!(
        "/Font <</F1 <</Type /Font /Subtype /Type1 /BaseFont /{name} /FirstChar 32 /LastChar 126 \
         /Widths [{widths}] /Encoding /WinAnsiEncoding /FontDescriptor {descriptor} 0 R>>>>"
    );
    let mut content = paragraph(&mut Random(4), "F1", 11.0, (60.0, 780.0, 500.0, 300.0));
    content += "BT /F1 40 Tf 60 200 Td (Quartz & Sphinx) Tj ET";
    file.page(A4, &font, &content);
}

fn cid(collection: &[u8]) -> Vec<u8> {
    let mut file = File::new();
    let face = Face::parse(collection, 0).expect("a font");
    let table = face.raw_face().table(ttf_parser::Tag::from_bytes(b"CFF ")).expect("CFF");
    let data = file.stream("/Subtype /CIDFontType0C", table);
    let descriptor = file.add(descriptor(&face, "NotoSansCJK", &format!("/FontFile3 {data} 0 R")));
    // The face's CIDs are the numbers of its glyphs.
    let font = format!(
        "/Font <</F1 <</Type /Font /Subtype /Type0 /BaseFont /NotoSansCJK /Encoding /Identity-H \
         /DescendantFonts [<</Type /Font /Subtype /CIDFontType0 /BaseFont /NotoSansCJK /DW 1000 \
         /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> \
         /FontDescriptor {descriptor} 0 R>>]>>>>"
    );
    let (mut content, mut y) = (String::new(), 780.0);
    for (size, text) in [
        (12.0, "人人生而自由在尊严和权利上一律平等他们赋有理性和良心"),
        (10.5, "すべての人間は生まれながらにして自由でありかつ尊厳と権利とについて平等である"),
        (9.0, "모든인간은태어날때부터자유로우며그존엄과권리에있어동등하다"),
        (28.0, "傳真服務器永東國酬愛鬱"),
        (7.0, "龍鬱籲驫齉麤鸞鑿靈鷹鹽廳豔驗體鬥齡懿蠶聽觀灣蘭灘巖"),
    ] {
        let glyphs: String = text
            .chars()
            .map(|c| format!("{:04X}", face.glyph_index(c).unwrap_or_default().0))
            .collect();
        content += &format!("BT /F1 {size} Tf 60 {y} Td <{glyphs}> Tj ET\n");
        y -= size * 2.0;
    }
    file.page(A4, &font, &content);
    file.finish()
}

fn type_3() -> Vec<u8> {
    let mut file = File::new();
    let square = file.flate("", b"750 0 0 0 750 750 d1 0 0 750 750 re f");
    let triangle = file.flate("", b"1000 0 0 0 1000 1000 d1 0 0 m 375 750 l 750 0 l f");
    let ring = file.flate(
        "",
        b"1000 0 0 0 1000 1000 d1 80 w 400 0 m 800 0 800 800 400 800 c 0 800 0 0 400 0 c S",
    );
    let font = file.add(format!(
        "<</Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [.001 0 0 .001 0 0] \
         /CharProcs <</square {square} 0 R /triangle {triangle} 0 R /ring {ring} 0 R>> /Resources <<>> \
         /Encoding <</Type /Encoding /Differences [97 /square /triangle /ring]>> \
         /FirstChar 97 /LastChar 99 /Widths [1000 1000 1000]>>"
    ));
    let mut content = String::new();
    for (row, size) in (0..).zip([6, 8, 10, 12, 20, 40]) {
        content += &format!("BT /F1 {size} Tf 60 {} Td (abcabcaaccbb) Tj ET\n", 760 - 60 * row);
    }
    file.page(A4, &format!("/Font <</F1 {font} 0 R>>"), &content);
    file.finish()
}

fn turned(octets: Vec<u8>) -> Vec<u8> {
    with_font(Font::new(octets), |font| {
        let mut content = String::new();
        for (n, degrees) in
            (0..).zip([0.0_f64, 15.0, 30.0, 45.0, 60.0, 90.0, 135.0, 180.0, 225.0, 270.0, 315.0])
        {
            let (sin, cos) = degrees.to_radians().sin_cos();
            let size = 8 + n % 3 * 3;
            let text = font.plain(&format!("     Turned by {degrees} degrees"));
            content += &format!(
                "BT /F1 {size} Tf {cos:.5} {sin:.5} {:.5} {cos:.5} 300 420 Tm <{text}> Tj ET\n",
                -sin
            );
        }
        let text = font.plain("Slanted, stretched, mirrored");
        content += &format!("BT /F1 14 Tf 1 0 .4 1 60 700 Tm <{text}> Tj ET\n");
        content += &format!("BT /F1 14 Tf 140 Tz 60 660 Td <{text}> Tj ET\n");
        content += &format!("BT /F1 14 Tf -1 0 0 1 500 740 Tm 100 Tz <{text}> Tj ET\n");
        content
    })
}

fn modes(octets: Vec<u8>) -> Vec<u8> {
    with_font(Font::new(octets), |font| {
        let text = font.plain("Modes of text");
        let mut content = String::new();
        for (mode, width) in [(0, 1.0), (1, 0.2), (1, 1.5), (2, 0.5), (2, 2.0), (3, 1.0)] {
            content += &format!("0 -90 Td {mode} Tr {width} w <{text}> Tj\n");
        }
        format!("BT /F1 48 Tf 60 800 Td {content} ET\n")
    })
}

fn inverse(octets: Vec<u8>) -> Vec<u8> {
    with_font(Font::new(octets), |font| {
        let mut content = "0 g 50 500 495 300 re f\n1 g\n".to_owned();
        for (row, size) in (0..).zip([6, 8, 10, 12, 16, 24]) {
            let text = font.plain("White on black stays white on black");
            content += &format!("BT /F1 {size} Tf 60 {} Td <{text}> Tj ET\n", 770 - 40 * row);
        }
        content
    })
}

fn shaped(octets: Vec<u8>, lines: [&str; 3]) -> Vec<u8> {
    with_font(Font::new(octets), |font| {
        let (mut content, mut y) = (String::new(), 780.0);
        for size in [8.0, 11.0, 16.0, 24.0] {
            for text in lines {
                y -= size * 1.9;
                let glyphs = font.shaped(text, size);
                content += &format!("BT /F1 {size} Tf 60 {y} Td {glyphs} ET\n");
            }
        }
        content
    })
}

fn many(octets: Vec<u8>) -> Vec<u8> {
    let (mut file, mut font, mut random) = (File::new(), Font::new(octets), Random(5));
    let pages: Vec<String> = (1..=30)
        .map(|page| {
            let mut content = String::new();
            for row in 0..45 {
                let text = font.plain(&line(&mut random, 70));
                content += &format!("BT /F1 11 Tf 70 {} Td <{text}> Tj ET\n", 780 - 16 * row);
            }
            let number = font.plain(&format!("Page {page}"));
            content + &format!("BT /F1 9 Tf 280 40 Td <{number}> Tj ET\n")
        })
        .collect();
    let number = font.embed(&mut file, "ABCDEF+Embedded");
    for content in pages {
        file.page(A4, &format!("/Font <</F1 {number} 0 R>>"), &content);
    }
    file.finish()
}

fn clipping(octets: Vec<u8>) -> Vec<u8> {
    with_font(Font::new(octets), |font| {
        let text = font.plain("CLIPS");
        let mut content = format!("q BT /F1 150 Tf 60 500 Td 7 Tr <{text}> Tj ET 2 w\n");
        for x in 0..60 {
            content += &format!("{} 480 m {} 640 l S\n", x * 10, x * 10 + 60);
        }
        content + "Q 60 300 m 500 300 l S"
    })
}

fn coloured(octets: Vec<u8>) -> Vec<u8> {
    with_font(Font::new(octets), |font| {
        let mut content = String::new();
        let colours = [
            "0 0 0 rg",
            "1 0 0 rg",
            "0 0 1 rg",
            "0 .4 0 rg",
            ".5 0 .5 rg",
            "0 0 0 1 k",
            "1 1 0 0 k",
        ];
        for (row, colour) in (0..).zip(colours) {
            let text = font.plain(&literal("Dark colours are black on a fax"));
            content += &format!("{colour} BT /F1 14 Tf 60 {} Td <{text}> Tj ET\n", 760 - 30 * row);
        }
        content
    })
}
