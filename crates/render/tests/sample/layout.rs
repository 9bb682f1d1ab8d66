//! The two pages of the sample.

use std::fmt::Write as _;

use crate::file::File;
use crate::photo::Photo;
use crate::truetype::Font;

const A4: (f64, f64) = (595.28, 841.89);
const LEFT: f64 = 56.0;
const RIGHT: f64 = A4.0 - 56.0;

/// The faces of the sample, and what is on the page so far.
struct Sheet<'a> {
    faces: &'a mut [Font; 4],
    content: String,
}

/// Which face: the names of the resources are these numbers.
#[derive(Clone, Copy)]
enum Face {
    Regular,
    Bold,
    Arabic,
    Hebrew,
}

impl Sheet<'_> {
    fn text(&mut self, face: Face, size: f64, (x, y): (f64, f64), text: &str) {
        let glyphs = self.faces[face as usize].plain(text);
        let _ = writeln!(
            self.content,
            "BT /F{} {size} Tf {x:.2} {y:.2} Td <{glyphs}> Tj ET",
            face as usize
        );
    }

    fn shaped(&mut self, face: Face, size: f64, (x, y): (f64, f64), text: &str) {
        let glyphs = self.faces[face as usize].shaped(text, size);
        let _ =
            writeln!(self.content, "BT /F{} {size} Tf {x:.2} {y:.2} Td {glyphs} ET", face as usize);
    }

    fn width(&self, face: Face, size: f64, text: &str) -> f64 {
        width(&self.faces[face as usize].face(), text, size)
    }

    fn centred(&mut self, face: Face, size: f64, (x, y): (f64, f64), text: &str) {
        let width = self.width(face, size, text);
        self.text(face, size, (x - width / 2.0, y), text);
    }

    /// Wraps a text; where the next line would be.
    fn paragraph(&mut self, size: f64, (left, top, right): (f64, f64, f64), text: &str) -> f64 {
        let (mut line, mut y) = (String::new(), top);
        for word in text.split(' ') {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(Face::Regular, size, &longer) > right - left {
                self.text(Face::Regular, size, (left, y), &line);
                y -= size * 1.42;
                word.clone_into(&mut line);
            } else {
                line = longer;
            }
        }
        self.text(Face::Regular, size, (left, y), &line);
        y - size * 1.42
    }

    fn draw(&mut self, operators: &str) {
        self.content.push_str(operators);
        self.content.push('\n');
    }

    fn rule(&mut self, y: f64, width: f64) {
        self.draw(&format!("{width} w {LEFT} {y} m {RIGHT} {y} l S"));
    }

    fn foot(&mut self, page: u32) {
        self.rule(52.0, 0.4);
        self.text(Face::Regular, 8.0, (LEFT, 40.0), "Ferrofax, an open fax server");
        let number = format!("Page {page} of 2");
        let width = self.width(Face::Regular, 8.0, &number);
        self.text(Face::Regular, 8.0, (RIGHT - width, 40.0), &number);
    }
}

/// The sample as a PDF file.
pub(crate) fn sample() -> Vec<u8> {
    let mut faces =
        ["NotoSans-Regular", "NotoSans-Bold", "NotoSansArabic-Regular", "NotoSansHebrew-Regular"]
            .map(|name| Font::new(shipped(name)));
    let pages = [first(&mut faces), second(&mut faces)];
    let mut file = File::new();
    let mut fonts = String::new();
    for (number, face) in faces.iter().enumerate() {
        let object = face.embed(&mut file, &format!("SAMPLE+Noto{number}"));
        let _ = write!(fonts, "/F{number} {object} 0 R ");
    }
    let picture = picture(&mut file);
    for content in pages {
        let resources = format!("/Font <<{fonts}>> /XObject <</P {picture} 0 R>>");
        file.page(A4, &resources, &content);
    }
    file.finish_in_streams()
}

fn shipped(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fonts");
    std::fs::read(format!("{folder}/{name}.ttf")).expect("a font that is shipped")
}

fn picture(file: &mut File) -> usize {
    let photo = Photo::new(420, 280);
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 80)
        .encode(&photo.grey(), photo.width, photo.height, image::ExtendedColorType::L8)
        .expect("a picture");
    let size = format!("/Width {} /Height {}", photo.width, photo.height);
    file.stream(
        &format!(
            "/Type /XObject /Subtype /Image {size} /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /DCTDecode"
        ),
        &jpeg,
    )
}

fn first(faces: &mut [Font; 4]) -> String {
    let mut sheet = Sheet { faces, content: String::new() };
    sheet.text(Face::Bold, 44.0, (LEFT - 2.0, 752.0), "Ferrofax");
    sheet.text(Face::Regular, 15.0, (LEFT, 728.0), "An open fax server");
    sheet.rule(714.0, 1.6);
    let y = sheet.paragraph(
        11.0,
        (LEFT, 690.0, 322.0),
        "This page is a real fax. It began as a PDF file. A process that can reach neither the \
         network nor a single file drew it, straight in the dots of a fax: letters and lines have \
         sharp edges, because nothing was blurred first and cut off later.",
    );
    sheet.paragraph(
        11.0,
        (LEFT, y - 6.0, 322.0),
        "Then it was queued, a line called the other one by SIP, both agreed on T.38, and two fax \
         machines made of software talked T.30 until every page was confirmed.",
    );
    sheet.draw("q 190 0 0 126.67 349 574 cm /P Do Q 0.6 w 349 574 190 126.67 re S");
    sheet.text(Face::Regular, 8.0, (349.0, 562.0), "Pictures become dots, text stays text.");
    sheet.text(Face::Bold, 14.0, (LEFT, 520.0), "What happens to a document");
    way(&mut sheet);
    sheet.text(Face::Bold, 14.0, (LEFT, 384.0), "What can be sent");
    table(&mut sheet);
    sheet.paragraph(
        9.5,
        (LEFT, 150.0, RIGHT),
        "Only a fax whose last page has been confirmed is called sent. A call that breaks goes on \
         with the first page that is not. A receiver that takes only standard resolution, or \
         narrow pages, gets the same page in its own terms, at the moment of the call.",
    );
    sheet.foot(1);
    sheet.content
}

/// Five boxes with arrows between them.
fn way(sheet: &mut Sheet<'_>) {
    let (wide, high, y) = (82.0, 46.0, 450.0);
    let gap = (RIGHT - LEFT - 5.0 * wide) / 4.0;
    let boxes = [
        ("document", "PDF, text, picture"),
        ("renderer", "no files, no network"),
        ("queue", "on disk, synced"),
        ("line", "SIP, T.38, T.30"),
        ("far end", "every page confirmed"),
    ];
    for (n, (name, what)) in (0..).zip(boxes) {
        let x = LEFT + f64::from(n) * (wide + gap);
        sheet.draw(&format!("0.8 w {x:.2} {y} {wide} {high} re S"));
        sheet.centred(Face::Bold, 10.5, (x + wide / 2.0, y + 26.0), name);
        sheet.centred(Face::Regular, 7.0, (x + wide / 2.0, y + 11.0), what);
        if n > 0 {
            let (from, to, middle) = (x - gap + 2.0, x - 2.0, y + high / 2.0);
            sheet.draw(&format!("0.8 w {from:.2} {middle} m {:.2} {middle} l S", to - 5.0));
            sheet.draw(&format!(
                "{to:.2} {middle} m {:.2} {} l {:.2} {} l f",
                to - 6.0,
                middle + 3.0,
                to - 6.0,
                middle - 3.0
            ));
        }
    }
    sheet.centred(
        Face::Regular,
        8.0,
        (A4.0 / 2.0, 428.0),
        "A page travels one way. Nothing comes back but results and events.",
    );
}

fn table(sheet: &mut Sheet<'_>) {
    let rows = [
        ("Kind", "Read as", "Becomes"),
        (
            "PDF",
            "text, lines, pictures, forms; a password if it has one",
            "sharp text, dotted pictures",
        ),
        ("PNG, JPEG, GIF, BMP, WebP", "with its orientation", "a halftone of few octets"),
        ("TIFF", "strips, tiles, several pages, all usual codings", "faxes: dot for dot"),
        ("Text", "UTF-8 and what came before it; both directions", "lines that wrap"),
        ("Office files, PostScript", "if the programs for them are there", "as their PDF"),
        ("A name and a number", "a cover page", "the page before this one"),
    ];
    let (top, high) = (372.0, 27.0);
    let columns = [LEFT, LEFT + 136.0, LEFT + 366.0, RIGHT];
    sheet.draw(&format!("0.92 g {LEFT} {} {} {high} re f 0 g", top - high, RIGHT - LEFT));
    for (n, (kind, read, becomes)) in (0..).zip(rows) {
        let y = top - f64::from(n) * high;
        let face = if n == 0 { Face::Bold } else { Face::Regular };
        for (x, text) in columns.into_iter().zip([kind, read, becomes]) {
            let size = if n == 0 || x > LEFT { 8.5 } else { 9.0 };
            sheet.text(
                if n > 0 && x == LEFT { Face::Bold } else { face },
                size,
                (x + 5.0, y - 17.0),
                text,
            );
        }
        sheet.draw(&format!("0.4 w {LEFT} {y} m {RIGHT} {y} l S"));
    }
    let bottom = top - high * 7.0;
    sheet.draw(&format!("0.4 w {LEFT} {bottom} m {RIGHT} {bottom} l S"));
    for x in columns {
        sheet.draw(&format!("{x} {top} m {x} {bottom} l S"));
    }
}

fn second(faces: &mut [Font; 4]) -> String {
    let mut sheet = Sheet { faces, content: String::new() };
    sheet.text(Face::Bold, 22.0, (LEFT, 766.0), "How sharp is it?");
    sheet.rule(752.0, 1.6);
    let mut y = 744.0;
    for size in [5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 16.0, 24.0] {
        y -= size * 1.45;
        let text = format!("{size} pt: Jackdaws love my big sphinx of quartz, 0123456789");
        let text: String = text.chars().take(if size > 20.0 { 34 } else { 60 }).collect();
        sheet.text(Face::Regular, size, (LEFT, y), &text);
    }
    sheet.text(Face::Bold, 14.0, (LEFT, 556.0), "Every script that fonts are there for");
    let scripts = [
        "Français, Deutsch, Español, Português, Íslenska, Čeština, Tiếng Việt",
        "Ελληνικά: Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
        "Кириллица: Съешь же ещё этих мягких французских булок",
    ];
    for (n, text) in (0..).zip(scripts) {
        sheet.text(Face::Regular, 11.0, (LEFT, 534.0 - 18.0 * f64::from(n)), text);
    }
    sheet.shaped(Face::Arabic, 13.0, (LEFT, 476.0), "يولد جميع الناس أحراراً متساوين في الكرامة");
    sheet.shaped(Face::Hebrew, 13.0, (LEFT + 250.0, 476.0), "כל בני האדם נולדו בני חורין");
    sheet.text(Face::Bold, 14.0, (LEFT, 440.0), "Lines, from 0.1 to 3 points");
    lines(&mut sheet);
    sheet.text(Face::Bold, 14.0, (LEFT, 196.0), "Shades");
    for n in 0..11 {
        let x = LEFT + f64::from(n) * 43.9;
        sheet.draw(&format!("{:.1} g {x:.2} 140 43.9 42 re f 0 g", f64::from(n) / 10.0));
        sheet.centred(Face::Regular, 7.0, (x + 22.0, 130.0), &format!("{} %", 100 - n * 10));
    }
    sheet.draw(&format!("0.4 w {LEFT} 140 {} 42 re S", 43.9 * 11.0));
    sheet.paragraph(
        9.5,
        (LEFT, 104.0, RIGHT),
        "Now send a file of your own: ferrofax demo letter.pdf. The pages that arrived lie beside \
         each other as one TIFF and as PNG pictures.",
    );
    sheet.foot(2);
    sheet.content
}

fn lines(sheet: &mut Sheet<'_>) {
    for (n, width) in (0..).zip([0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0]) {
        let y = 420.0 - 20.0 * f64::from(n);
        sheet.text(Face::Regular, 7.0, (LEFT, y - 2.0), &format!("{width} pt"));
        sheet.draw(&format!("{width} w {} {y} m {} {y} l S", LEFT + 34.0, LEFT + 210.0));
    }
    let (x, y) = (380.0, 330.0);
    for n in 0..24 {
        let (sin, cos) = f64::from(n * 15).to_radians().sin_cos();
        sheet.draw(&format!(
            "0.2 w {:.2} {:.2} m {:.2} {:.2} l S",
            x + 18.0 * cos,
            y + 18.0 * sin,
            x + 100.0 * cos,
            y + 100.0 * sin
        ));
    }
    for radius in [10.0, 18.0, 60.0, 100.0] {
        let k = radius * 0.5523;
        sheet.draw(&format!(
            "0.5 w {} {y} m {} {} {} {} {x} {} c {} {} {} {} {} {y} c {} {} {} {} {x} {} c {} {} {} {} {} {y} c S",
            x + radius, x + radius, y + k, x + k, y + radius, y + radius,
            x - k, y + radius, x - radius, y + k, x - radius,
            x - radius, y - k, x - k, y - radius, y - radius,
            x + k, y - radius, x + radius, y - k, x + radius
        ));
    }
}

/// The text's width in points.
fn width(face: &ttf_parser::Face<'_>, text: &str, size: f64) -> f64 {
    let units: f64 = text
        .chars()
        .filter_map(|c| face.glyph_hor_advance(face.glyph_index(c)?))
        .map(f64::from)
        .sum();
    units * size / f64::from(face.units_per_em())
}
