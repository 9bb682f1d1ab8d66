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
    /// Text and lines: pel by pel.
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
    pub(crate) look: Look,
}

impl Made {
    fn line(name: &'static str, octets: Vec<u8>) -> Self {
        Self { name, octets, size: A4, look: Look::Line }
    }

    fn grey(name: &'static str, octets: Vec<u8>) -> Self {
        Self { name, octets, size: A4, look: Look::Grey }
    }

    fn sized(self, size: (f64, f64)) -> Self {
        Self { size, ..self }
    }
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
