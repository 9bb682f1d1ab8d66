//! Documents to fax pages: PDF, images, plain text and cover pages, as functions of their octets.
//!
//! Everything is drawn on one [`canvas`]: grey, at the resolution of the fax, with a note beside each
//! pel of what it was drawn with. Text and line art have sharp edges from the start; only what is a
//! picture is halftoned when the canvas becomes a [`t4::Page`] ([`tone`]).
//!
//! Nothing here opens a file, a socket or a thread: whoever calls gives the octets, hands over fonts
//! when they are missing ([`Fonts`]), and takes each page as it is done ([`Pages`]).

mod canvas;
mod cover;
mod error;
mod fill;
mod kind;
mod line;
mod paper;
mod pdf;
mod picture;
mod raster;
mod sheet;
mod strip;
mod text;
mod tiff;
mod tone;
mod typeface;
mod typeset;

pub use cover::{CoverFields, Party, cover, templates};
pub use error::{CoverError, Error};
pub use kind::Kind;
pub use strip::{Header, strip, strip_rows};

use std::sync::Arc;

use t4::{Page, Resolution};

/// What is to be drawn, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Lines per millimetre of the pages.
    pub resolution: Resolution,
    /// The most pages; one more is [`Error::TooManyPages`].
    pub max_pages: u32,
    /// The password of an encrypted document; empty when there is none.
    pub password: String,
}

/// Where the pages go.
pub trait Pages {
    /// Takes a page that is done, in order.
    ///
    /// # Errors
    /// When nobody wants more of them: the drawing stops.
    fn page(&mut self, page: Page) -> Result<(), Error>;
}

/// Fonts beyond those that are built in.
pub trait Fonts: Send + Sync {
    /// The file of a font that has glyphs for these characters, and the number of its face.
    fn font(&self, wanted: &WantedFont) -> Option<FontFile>;
}

/// No fonts but those that are built in.
#[derive(Debug, Clone, Copy, Default)]
pub struct BuiltInOnly;

impl Fonts for BuiltInOnly {
    fn font(&self, _: &WantedFont) -> Option<FontFile> {
        None
    }
}

/// Draws a document and gives its pages, one after the other; how many they were.
///
/// # Errors
/// Why it cannot be drawn.
pub fn document(
    octets: &[u8],
    options: &Options,
    fonts: &Arc<dyn Fonts>,
    pages: &mut dyn Pages,
) -> Result<u32, Error> {
    match Kind::of(octets) {
        None => Err(Error::Empty),
        Some(Kind::Pdf) => pdf::draw(octets, options, fonts, pages),
        Some(Kind::Tiff) => tiff::draw(octets, options, pages),
        Some(kind @ (Kind::Png | Kind::Jpeg | Kind::Gif | Kind::Bmp | Kind::WebP)) => {
            raster::draw(octets, kind, options, pages)
        }
        Some(Kind::Text | Kind::Xml) => text::draw(octets, options, fonts, pages),
        Some(kind) => Err(Error::Unsupported(kind.words().to_owned())),
    }
}

/// Asks the system what only it knows, once for this thread: whoever draws behind closed doors does it
/// before they are closed. The typesetter wants to know how deep it can go, which stands in a file.
pub fn prepare() {
    stacker::remaining_stack();
}

/// A font that is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct WantedFont {
    /// Characters that it has to show, at most 64 of them.
    pub text: String,
    /// The family, when a document names one; else empty.
    pub family: String,
    /// Bold.
    pub bold: bool,
    /// Italic or oblique.
    pub italic: bool,
    /// All characters equally wide.
    pub monospace: bool,
    /// With serifs.
    pub serif: bool,
}

/// A font file.
#[derive(Debug, Clone)]
pub struct FontFile {
    /// The octets of a TrueType, OpenType or collection file.
    pub octets: Arc<Vec<u8>>,
    /// Which face of a collection; else 0.
    pub face: u32,
}
