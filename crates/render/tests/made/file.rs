//! PDF files, written by hand.

use std::fmt::Write as _;
use std::io::Write as _;

/// A file while it is written. Object 1 is the catalogue, object 2 the tree of pages.
pub(crate) struct File {
    objects: Vec<Vec<u8>>,
    pages: Vec<usize>,
    /// What stands in the catalogue beside its pages.
    pub(crate) catalog: String,
    /// What stands in the trailer beside its root.
    pub(crate) trailer: String,
}

/// The objects before the first of the document.
const RESERVED: usize = 2;

impl File {
    pub(crate) fn new() -> Self {
        Self {
            objects: vec![Vec::new(); RESERVED],
            pages: Vec::new(),
            catalog: String::new(),
            trailer: String::new(),
        }
    }

    /// Adds an object; its number.
    pub(crate) fn add(&mut self, body: impl Into<Vec<u8>>) -> usize {
        self.objects.push(body.into());
        self.objects.len()
    }

    /// The number of the next object.
    pub(crate) fn next(&self) -> usize {
        self.objects.len() + 1
    }

    /// Adds a stream; `dict` stands beside its length.
    pub(crate) fn stream(&mut self, dict: &str, data: &[u8]) -> usize {
        self.add(stream(dict, data))
    }

    /// Adds a stream that is compressed.
    pub(crate) fn flate(&mut self, dict: &str, data: &[u8]) -> usize {
        self.stream(&format!("{dict} /Filter /FlateDecode"), &deflated(data))
    }

    /// Adds a page of this size in points; its number.
    pub(crate) fn page(&mut self, size: (f64, f64), resources: &str, content: &str) -> usize {
        self.page_with(&format!("/MediaBox [0 0 {} {}]", size.0, size.1), resources, content)
    }

    /// Adds a page; `dict` has its boxes and whatever else.
    pub(crate) fn page_with(&mut self, dict: &str, resources: &str, content: &str) -> usize {
        let content = self.flate("", content.as_bytes());
        self.page_of(dict, resources, &format!("{content} 0 R"))
    }

    /// Adds a page whose content is these objects.
    pub(crate) fn page_of(&mut self, dict: &str, resources: &str, contents: &str) -> usize {
        let page = self.add(format!(
            "<</Type /Page /Parent 2 0 R {dict} /Resources <<{resources}>> /Contents {contents}>>"
        ));
        self.pages.push(page);
        page
    }

    /// The file with a table of where its objects are.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.tree();
        let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", self.objects.len() + 1);
        for (number, body) in (1..).zip(&self.objects) {
            let _ = writeln!(table, "{:010} 00000 n ", out.len());
            object(&mut out, number, body);
        }
        let start = out.len();
        let count = self.objects.len() + 1;
        out.extend(table.as_bytes());
        let _ = write!(
            out,
            "trailer\n<</Size {count} /Root 1 0 R {}>>\nstartxref\n{start}\n%%EOF\n",
            self.trailer
        );
        out
    }

    /// The file with its objects in streams, and a stream that says where they are.
    pub(crate) fn finish_in_streams(mut self) -> Vec<u8> {
        self.tree();
        let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let holder = self.objects.len() + 1;
        let (mut heads, mut bodies, mut inside) = (String::new(), Vec::new(), 0_u16);
        let mut rows: Vec<[u8; 7]> = vec![row(0, 0, 65535)];
        for (number, body) in (1..).zip(&self.objects) {
            if body.windows(7).any(|window| window == b"stream\n") {
                rows.push(row(1, out.len(), 0));
                object(&mut out, number, body);
            } else {
                rows.push(row(2, holder, inside));
                inside += 1;
                let _ = write!(heads, "{number} {} ", bodies.len());
                bodies.extend(body);
                bodies.push(b'\n');
            }
        }
        rows.push(row(1, out.len(), 0));
        let dict = format!("/Type /ObjStm /N {inside} /First {} /Filter /FlateDecode", heads.len());
        let content = [heads.as_bytes(), &bodies].concat();
        object(&mut out, holder, &stream(&dict, &deflated(&content)));
        let start = out.len();
        rows.push(row(1, start, 0));
        let dict =
            format!("/Type /XRef /Size {} /W [1 4 2] /Root 1 0 R /Filter /FlateDecode", rows.len());
        object(&mut out, holder + 1, &stream(&dict, &deflated(&rows.concat())));
        let _ = write!(out, "startxref\n{start}\n%%EOF\n");
        out
    }

    fn tree(&mut self) {
        self.objects[0] = format!("<</Type /Catalog /Pages 2 0 R {}>>", self.catalog).into_bytes();
        let kids: String = self.pages.iter().map(|page| format!("{page} 0 R ")).collect();
        let count = self.pages.len();
        self.objects[1] = format!("<</Type /Pages /Kids [{kids}] /Count {count}>>").into_bytes();
    }
}

/// Appends objects to a file, as a program does that saves a change: numbers and bodies.
pub(crate) fn update(mut file: Vec<u8>, size: usize, changed: &[(usize, &str)]) -> Vec<u8> {
    let text = String::from_utf8_lossy(&file).into_owned();
    let before = text.rsplit("startxref\n").next().and_then(|rest| rest.lines().next());
    let before = before.unwrap_or("0").to_owned();
    let mut table = String::from("xref\n");
    for (number, body) in changed {
        let _ = write!(table, "{number} 1\n{:010} 00000 n \n", file.len());
        object(&mut file, *number, body.as_bytes());
    }
    let start = file.len();
    let _ = write!(
        file,
        "{table}trailer\n<</Size {size} /Root 1 0 R /Prev {before}>>\nstartxref\n{start}\n%%EOF\n"
    );
    file
}

/// A stream with its dictionary.
pub(crate) fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut body = format!("<<{dict} /Length {}>>\nstream\n", data.len()).into_bytes();
    body.extend(data);
    body.extend(b"\nendstream");
    body
}

/// In the form of zlib.
pub(crate) fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

fn object(out: &mut Vec<u8>, number: usize, body: &[u8]) {
    out.extend(format!("{number} 0 obj\n").as_bytes());
    out.extend(body);
    out.extend(b"\nendobj\n");
}

fn row(kind: u8, place: usize, number: u16) -> [u8; 7] {
    let place = u32::try_from(place).expect("a small file").to_be_bytes();
    let number = number.to_be_bytes();
    [kind, place[0], place[1], place[2], place[3], number[0], number[1]]
}
