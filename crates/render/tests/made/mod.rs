//! Documents made from seeds, to be drawn by us and by others.

pub(crate) mod file;
mod lines;
mod paper;
mod photo;
mod pictures;
mod text;
mod truetype;
mod words;

pub(crate) use photo::Photo;

/// Points of an A4 page.
const A4: (f64, f64) = (595.28, 841.89);

/// What a document shows, and so how it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// Text: pel by pel, with as many black ones and as many edges.
    Text,
    /// Lines, where the referee blackens every pel that a line touches: pel by pel.
    Line,
    /// Shades of grey: by how dark it is.
    Grey,
}

/// A document.
pub(crate) struct Made {
    pub(crate) name: &'static str,
    pub(crate) octets: Vec<u8>,
    /// How large each page is as people see it, in points.
    pub(crate) size: (f64, f64),
    /// Points of a unit, which the referee takes for one.
    pub(crate) unit: f64,
    pub(crate) look: Look,
}

impl Made {
    fn text(name: &'static str, octets: Vec<u8>) -> Self {
        Self { name, octets, size: A4, unit: 1.0, look: Look::Text }
    }

    fn line(name: &'static str, octets: Vec<u8>) -> Self {
        Self { name, octets, size: A4, unit: 1.0, look: Look::Line }
    }

    fn grey(name: &'static str, octets: Vec<u8>) -> Self {
        Self { name, octets, size: A4, unit: 1.0, look: Look::Grey }
    }

    fn sized(self, size: (f64, f64)) -> Self {
        Self { size, ..self }
    }
}

/// Adds Noto Sans, as /F1 upright and as /F2 bold; the entry of a page's resources.
fn letters(file: &mut file::File) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fonts");
    let mut embed = |name: &str| {
        let octets = std::fs::read(format!("{folder}/{name}.ttf")).expect("a font that is shipped");
        truetype::Font::new(octets).embed_simple(file, name)
    };
    let (regular, bold) = (embed("NotoSans-Regular"), embed("NotoSans-Bold"));
    format!("/Font <</F1 {regular} 0 R /F2 {bold} 0 R>>")
}

/// Gives the octets of an installed font by the name of its file.
pub(crate) type Installed<'a> = &'a dyn Fn(&str) -> Vec<u8>;

/// All PDF documents.
pub(crate) fn pdfs(installed: Installed<'_>) -> Vec<Made> {
    let mut all = text::all(installed);
    all.extend(lines::all());
    all.extend(paper::all());
    all.extend(pictures::all());
    all
}
