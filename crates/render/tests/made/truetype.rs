//! Fonts for documents: a TrueType font cut down to the glyphs in use, and what a PDF says of it.

use std::collections::BTreeSet;

use ttf_parser::{Face, GlyphId};

use super::file::File;

/// The tables that a renderer of glyphs needs.
const TABLES: [&[u8; 4]; 10] =
    [b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"prep", b"cmap"];

/// A font in a document, used by the numbers of its glyphs.
pub(crate) struct Font {
    octets: Vec<u8>,
    used: BTreeSet<u16>,
}

impl Font {
    pub(crate) fn new(octets: Vec<u8>) -> Self {
        Self { octets, used: BTreeSet::from([0]) }
    }

    /// The font as it is read.
    pub(crate) fn face(&self) -> Face<'_> {
        Face::parse(&self.octets, 0).expect("a font")
    }

    /// The text as hexadecimal glyph numbers, each character for itself.
    pub(crate) fn plain(&mut self, text: &str) -> String {
        let face = self.face();
        let glyphs: Vec<u16> =
            text.chars().map(|c| face.glyph_index(c).unwrap_or_default().0).collect();
        self.used.extend(&glyphs);
        hex(&glyphs)
    }

    /// The text shaped, as operators of text from the left end of the line.
    pub(crate) fn shaped(&mut self, text: &str, size: f64) -> String {
        let face = rustybuzz::Face::from_slice(&self.octets, 0).expect("a font");
        let mut buffer = rustybuzz::UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let glyphs = rustybuzz::shape(&face, &[], buffer);
        let scale = size / f64::from(face.units_per_em());
        let (mut out, mut x, mut used) = (String::new(), 0.0, Vec::new());
        for (info, place) in glyphs.glyph_infos().iter().zip(glyphs.glyph_positions()) {
            let glyph = u16::try_from(info.glyph_id).expect("a glyph");
            used.push(glyph);
            let (left, up) =
                (x + f64::from(place.x_offset) * scale, f64::from(place.y_offset) * scale);
            out.push_str(&format!("{left:.3} {up:.3} Td <{}> Tj ", hex(&[glyph])));
            out.push_str(&format!("{:.3} {:.3} Td\n", -left, -up));
            x += f64::from(place.x_advance) * scale;
        }
        self.used.extend(used);
        out
    }

    /// Adds the font with the glyphs used so far; its number.
    pub(crate) fn embed(&self, file: &mut File, name: &str) -> usize {
        let face = self.face();
        let octets = self.subset();
        let data = file.flate(&format!("/Length1 {}", octets.len()), &octets);
        let widths: String = self
            .used
            .iter()
            .map(|glyph| {
                let advance = face.glyph_hor_advance(GlyphId(*glyph)).unwrap_or(0);
                format!("{glyph} [{:.0}] ", f64::from(advance) * 1000.0 / em(&face))
            })
            .collect();
        let descriptor = file.add(descriptor(&face, name, &format!("/FontFile2 {data} 0 R")));
        let descendant = file.add(format!(
            "<</Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDToGIDMap /Identity \
             /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> \
             /FontDescriptor {descriptor} 0 R /W [{widths}]>>"
        ));
        file.add(format!(
            "<</Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H \
             /DescendantFonts [{descendant} 0 R]>>"
        ))
    }

    /// The whole font as a simple one, used by octets of WinAnsiEncoding; its number.
    pub(crate) fn embed_simple(&self, file: &mut File, name: &str) -> usize {
        let face = self.face();
        let data = file.flate(&format!("/Length1 {}", self.octets.len()), &self.octets);
        let descriptor = file.add(descriptor(&face, name, &format!("/FontFile2 {data} 0 R")));
        let widths = simple_widths(&face);
        file.add(format!(
            "<</Type /Font /Subtype /TrueType /BaseFont /{name} /FirstChar 32 /LastChar 126 \
             /Widths [{widths}] /Encoding /WinAnsiEncoding /FontDescriptor {descriptor} 0 R>>"
        ))
    }

    /// The font without the glyphs that are not used; the numbers stay.
    fn subset(&self) -> Vec<u8> {
        let face = self.face();
        let raw = face.raw_face();
        let table = |tag: &[u8; 4]| raw.table(ttf_parser::Tag::from_bytes(tag));
        let (loca, glyf) = (table(b"loca").expect("loca"), table(b"glyf").expect("glyf"));
        let long = table(b"head").expect("head")[51] != 0;
        let offset = |glyph: usize| {
            if long {
                u32::from_be_bytes(loca[glyph * 4..][..4].try_into().expect("four")) as usize
            } else {
                2 * usize::from(u16::from_be_bytes([loca[glyph * 2], loca[glyph * 2 + 1]]))
            }
        };
        let outline =
            |glyph: u16| &glyf[offset(usize::from(glyph))..offset(usize::from(glyph) + 1)];
        let mut used = self.used.clone();
        let mut open: Vec<u16> = used.iter().copied().collect();
        while let Some(glyph) = open.pop() {
            let parts = components(outline(glyph));
            open.extend(parts.into_iter().filter(|part| used.insert(*part)));
        }
        let (mut new_loca, mut new_glyf) = (Vec::new(), Vec::new());
        for glyph in 0..face.number_of_glyphs() {
            new_loca.extend(u32::try_from(new_glyf.len()).expect("small").to_be_bytes());
            if used.contains(&glyph) {
                new_glyf.extend(outline(glyph));
                new_glyf.resize(new_glyf.len().next_multiple_of(4), 0);
            }
        }
        new_loca.extend(u32::try_from(new_glyf.len()).expect("small").to_be_bytes());
        let mut tables = Vec::new();
        for tag in TABLES {
            let content = match tag {
                b"loca" => new_loca.clone(),
                b"glyf" => new_glyf.clone(),
                b"cmap" => vec![0, 0, 0, 0],
                _ => match table(tag) {
                    Some(content) => content.to_vec(),
                    None => continue,
                },
            };
            tables.push((*tag, content));
        }
        for (tag, content) in &mut tables {
            if tag == b"head" {
                content[50..52].copy_from_slice(&[0, 1]);
            }
        }
        assemble(&tables)
    }
}

/// The numbers of the glyphs that a glyph is made of.
fn components(outline: &[u8]) -> Vec<u16> {
    let mut found = Vec::new();
    if outline.first().is_none_or(|first| first & 0x80 == 0) {
        return found;
    }
    let mut rest = &outline[10..];
    while let [f0, f1, g0, g1, after @ ..] = rest {
        let flags = u16::from_be_bytes([*f0, *f1]);
        found.push(u16::from_be_bytes([*g0, *g1]));
        let arguments = if flags & 1 != 0 { 4 } else { 2 };
        let scale = match flags & 0b1100_1000 {
            0 => 0,
            0b1000 => 2,
            0b100_0000 => 4,
            _ => 8,
        };
        rest = &after[arguments + scale..];
        if flags & 0b10_0000 == 0 {
            break;
        }
    }
    found
}

/// A font file of these tables.
fn assemble(tables: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut sorted: Vec<_> = tables.iter().collect();
    sorted.sort_by_key(|(tag, _)| *tag);
    let count = u16::try_from(sorted.len()).expect("few");
    let power = count.ilog2();
    let range = 16_u16 << power;
    let mut out = vec![0, 1, 0, 0];
    let power = u16::try_from(power).expect("small");
    for value in [count, range, power, count * 16 - range] {
        out.extend(value.to_be_bytes());
    }
    let mut place = out.len() + 16 * sorted.len();
    for (tag, content) in &sorted {
        out.extend(tag);
        let sum = content.chunks(4).fold(0_u32, |sum, word| {
            let mut four = [0; 4];
            four[..word.len()].copy_from_slice(word);
            sum.wrapping_add(u32::from_be_bytes(four))
        });
        out.extend(sum.to_be_bytes());
        out.extend(u32::try_from(place).expect("small").to_be_bytes());
        out.extend(u32::try_from(content.len()).expect("small").to_be_bytes());
        place += content.len().next_multiple_of(4);
    }
    for (_, content) in &sorted {
        out.extend(content);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

/// The advances of the octets 32 to 126 in thousandths.
pub(crate) fn simple_widths(face: &Face<'_>) -> String {
    let width = |c: u8| {
        let glyph = face.glyph_index(char::from(c)).unwrap_or_default();
        f64::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * 1000.0 / em(face)
    };
    (32..=126).map(|c| format!("{:.0} ", width(c))).collect()
}

pub(crate) fn descriptor(face: &Face<'_>, name: &str, data: &str) -> String {
    let scaled = |value: i16| f64::from(value) * 1000.0 / em(face);
    let bounds = face.global_bounding_box();
    format!(
        "<</Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [{:.0} {:.0} {:.0} {:.0}] \
         /ItalicAngle 0 /Ascent {:.0} /Descent {:.0} /CapHeight 700 /StemV 80 {data}>>",
        scaled(bounds.x_min),
        scaled(bounds.y_min),
        scaled(bounds.x_max),
        scaled(bounds.y_max),
        scaled(face.ascender()),
        scaled(face.descender()),
    )
}

fn em(face: &Face<'_>) -> f64 {
    f64::from(face.units_per_em())
}

fn hex(glyphs: &[u16]) -> String {
    glyphs.iter().map(|glyph| format!("{glyph:04X}")).collect()
}
