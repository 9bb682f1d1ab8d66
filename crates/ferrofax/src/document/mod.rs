//! Documents in, fax pages out.
//!
//! What a document is, is found by looking at it ([`media_type`]). A [`Renderer`] draws it, with a
//! cover page in front where one is wanted. It never does so in this process: each order has a
//! [`worker`] of its own, a child of this same binary that takes from itself all that drawing does
//! not need ([`sandbox`]) before it reads a byte. Server and worker speak over pipes ([`protocol`]).
//! PostScript and office files are made PDF by a program that is installed ([`convert`]), which
//! runs inside limits as well ([`confine`]).

mod child;
mod confine;
mod convert;
mod error;
mod fonts;
mod protocol;
mod renderer;
mod sandbox;
mod settings;
mod worker;

pub use confine::Confine;
pub use convert::conversions;
pub use error::{CoverError, DocumentError, Limit, Part};
pub use fonts::InstalledFonts;
pub use render::{CoverFields, Kind, Options};
pub use renderer::{CoverOrder, Order, Rendered, Renderer};
pub use sandbox::lacks;
pub use settings::{Program, RenderConfig};
pub use worker::Worker;

/// The media type, found by looking.
///
/// # Errors
/// [`DocumentError::Document`] when it is empty or of a type that nobody can fax.
pub fn media_type(bytes: &[u8]) -> Result<&'static str, DocumentError> {
    match Kind::of(bytes) {
        None => Err(DocumentError::Document(render::Error::Empty)),
        Some(kind) => kind.media_type().ok_or_else(|| {
            DocumentError::Document(render::Error::Unsupported(kind.words().to_owned()))
        }),
    }
}
