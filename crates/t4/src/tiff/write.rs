//! Files of class F: one T.6 strip a page. RFC 2306.
use super::{
    error::{TiffError, TiffMalformed, TiffUnsupported},
    fax_tags::FaxTags,
    page::MAX_PAGES,
    tag,
};
use crate::Page;
use alloc::{string::String, vec::Vec};

/// Makes a file of pages.
///
/// Call [`push`](Self::push) for each page in turn, then [`finish`](Self::finish). A file without
/// pages is no TIFF: push at least one.
#[derive(Debug)]
pub struct Writer {
    out: Vec<u8>,
    /// Where the offset of the next directory has to go.
    link: usize,
    /// Where the number of pages has to go, once it is known.
    totals: Vec<usize>,
    software: Option<String>,
    date_time: Option<String>,
    description: Option<String>,
    tags: FaxTags,
}

/// Pels per inch across. RFC 2306.
const X_DPI: u32 = 204;

/// Octets of a text; what is longer is cut.
const MAX_TEXT: usize = 1000;

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// An empty file: little-endian, classic TIFF.
    #[must_use]
    pub fn new() -> Self {
        let out = Vec::from(*b"II\x2a\0\0\0\0\0");
        let (software, date_time, description) = (None, None, None);
        let tags = FaxTags::default();
        Self { out, link: 4, totals: Vec::new(), software, date_time, description, tags }
    }

    /// The program's name, on each page that follows. Of texts, what is not ASCII becomes `?`.
    #[must_use]
    pub fn software(mut self, text: &str) -> Self {
        self.software = Some(ascii(text));
        self
    }

    /// When the pages were made, as `YYYY:MM:DD HH:MM:SS`, on each page that follows.
    #[must_use]
    pub fn date_time(mut self, text: &str) -> Self {
        self.date_time = Some(ascii(text));
        self
    }

    /// What the pages are, on each page that follows.
    #[must_use]
    pub fn description(mut self, text: &str) -> Self {
        self.description = Some(ascii(text));
        self
    }

    /// What the fax was, on the first page.
    #[must_use]
    pub fn tags(mut self, tags: FaxTags) -> Self {
        self.tags = tags;
        self
    }

    /// Adds a page.
    ///
    /// # Errors
    /// *Malformed* for a page without rows; *unsupported* above [`MAX_PAGES`] pages or 4 GiB. The
    /// file stays as it was.
    pub fn push(&mut self, page: &Page) -> Result<(), TiffError> {
        let number = self.totals.len() as u32 + 1;
        if page.rows == 0 {
            return Err(TiffError::on(number, TiffMalformed::Empty { tag: tag::IMAGE_LENGTH }));
        }
        if number > MAX_PAGES {
            return Err(TiffError::file(TiffUnsupported::Pages));
        }
        if self.out.len() + page.mmr.len() > u32::MAX as usize - DIRECTORY_ROOM {
            return Err(TiffError::on(number, TiffUnsupported::FileSize));
        }
        let strip = self.out.len() as u32;
        self.out.extend_from_slice(&page.mmr);
        self.align();
        self.put_directory(page, strip, number - 1);
        Ok(())
    }

    /// The file.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let total = self.totals.len() as u16;
        for at in core::mem::take(&mut self.totals) {
            self.out[at..at + 2].copy_from_slice(&total.to_le_bytes());
        }
        self.out
    }

    fn put_directory(&mut self, page: &Page, strip: u32, index: u32) {
        let x_resolution = self.put_rational(X_DPI);
        let y_resolution = self.put_rational(page.resolution.dpi());
        let texts = [
            (tag::IMAGE_DESCRIPTION, self.description.clone()),
            (tag::SOFTWARE, self.software.clone()),
            (tag::DATE_TIME, self.date_time.clone()),
        ];
        let mut entries = [
            Entry::long(tag::NEW_SUBFILE_TYPE, 2),
            Entry::long(tag::IMAGE_WIDTH, page.width),
            Entry::long(tag::IMAGE_LENGTH, page.rows),
            Entry::short(tag::BITS_PER_SAMPLE, 1),
            Entry::short(tag::COMPRESSION, 4),
            Entry::short(tag::PHOTOMETRIC_INTERPRETATION, 0),
            Entry::short(tag::FILL_ORDER, 1),
            Entry::long(tag::STRIP_OFFSETS, strip),
            Entry::short(tag::ORIENTATION, 1),
            Entry::short(tag::SAMPLES_PER_PIXEL, 1),
            Entry::long(tag::ROWS_PER_STRIP, page.rows),
            Entry::long(tag::STRIP_BYTE_COUNTS, page.mmr.len() as u32),
            Entry::rational(tag::X_RESOLUTION, x_resolution),
            Entry::rational(tag::Y_RESOLUTION, y_resolution),
            Entry::long(tag::T6_OPTIONS, 0),
            Entry::short(tag::RESOLUTION_UNIT, 2),
            Entry { tag: tag::PAGE_NUMBER, kind: SHORT, count: 2, value: index },
        ]
        .to_vec();
        for (tag, text) in texts {
            if let Some(text) = text {
                entries.push(self.put_text(tag, &text));
            }
        }
        if index == 0 {
            let tags = core::mem::take(&mut self.tags);
            for (tag, text) in tags.texts().into_iter().filter(|(_, text)| !text.is_empty()) {
                entries.push(self.put_text(tag, &without_zeros(text)));
            }
        }
        entries.sort_by_key(|entry| entry.tag);

        let offset = self.out.len() as u32;
        self.out[self.link..self.link + 4].copy_from_slice(&offset.to_le_bytes());
        self.out.extend((entries.len() as u16).to_le_bytes());
        for entry in entries {
            if entry.tag == tag::PAGE_NUMBER {
                self.totals.push(self.out.len() + 10);
            }
            self.out.extend(entry.tag.to_le_bytes());
            self.out.extend(entry.kind.to_le_bytes());
            self.out.extend(entry.count.to_le_bytes());
            self.out.extend(entry.value.to_le_bytes());
        }
        self.link = self.out.len();
        self.out.extend([0; 4]);
    }

    fn put_rational(&mut self, dpi: u32) -> u32 {
        let at = self.out.len() as u32;
        self.out.extend(dpi.to_le_bytes());
        self.out.extend(1_u32.to_le_bytes());
        at
    }

    /// A text with its closing zero: up to four octets stand in the entry itself.
    fn put_text(&mut self, tag: u16, text: &str) -> Entry {
        let count = text.len() as u32 + 1;
        let mut inside = [0; 4];
        let value = match inside.get_mut(..text.len()) {
            Some(place) if count <= 4 => {
                place.copy_from_slice(text.as_bytes());
                u32::from_le_bytes(inside)
            }
            _ => {
                let at = self.out.len() as u32;
                self.out.extend_from_slice(text.as_bytes());
                self.out.push(0);
                self.align();
                at
            }
        };
        Entry { tag, kind: ASCII, count, value }
    }

    /// Values and directories begin on even offsets. TIFF 6.0 section 2.
    fn align(&mut self) {
        if self.out.len() % 2 == 1 {
            self.out.push(0);
        }
    }
}

/// More than what a page takes besides its strip.
const DIRECTORY_ROOM: usize = 12 * MAX_TEXT + 1000;

const ASCII: u16 = 2;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;

/// A directory's entry. TIFF 6.0 section 2.
#[derive(Debug, Clone, Copy)]
struct Entry {
    tag: u16,
    kind: u16,
    count: u32,
    value: u32,
}

impl Entry {
    fn short(tag: u16, value: u16) -> Self {
        Self { tag, kind: SHORT, count: 1, value: value.into() }
    }

    fn long(tag: u16, value: u32) -> Self {
        Self { tag, kind: LONG, count: 1, value }
    }

    fn rational(tag: u16, at: u32) -> Self {
        Self { tag, kind: RATIONAL, count: 1, value: at }
    }
}

fn ascii(text: &str) -> String {
    let plain = |c: char| if c.is_ascii() && c != '\0' { c } else { '?' };
    text.chars().take(MAX_TEXT).map(plain).collect()
}

/// A text of at most [`MAX_TEXT`] octets that no zero ends early.
fn without_zeros(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_TEXT);
    text[..end].replace('\0', " ")
}
