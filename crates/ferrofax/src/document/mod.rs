//! Documents in, fax pages out.
//!
//! What a document is, is found by looking at it ([`media_type`]). A [`Renderer`] draws it, with a
//! cover page in front where one is wanted.

use std::sync::Arc;

use bytes::Bytes;
pub use render::{CoverError, CoverFields, Kind, Options};
use t4::Page;

/// Why a document or its cover page cannot be faxed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// What is wrong with the document.
    #[error("document: {0}")]
    Document(render::Error),
    /// What is wrong with the cover page.
    #[error("cover page: {0}")]
    Cover(CoverError),
    /// The renderer itself failed.
    #[error("the renderer failed: {0}")]
    Renderer(String),
}

/// What is to be rendered.
#[derive(Debug, Clone)]
pub struct Order {
    /// The document; none for a cover page alone.
    pub document: Option<Bytes>,
    /// How.
    pub options: Options,
    /// The cover page in front, if one is wanted.
    pub cover: Option<CoverOrder>,
}

/// A cover page that is wanted.
#[derive(Debug, Clone)]
pub struct CoverOrder {
    /// The template's text.
    pub template: String,
    /// What it shows.
    pub fields: CoverFields,
    /// Pages of the job behind it that are drawn already; those of the order's document come on top.
    pub behind: u32,
}

/// What was rendered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The cover, then the document.
    pub pages: Vec<Page>,
    /// How many of them are the cover's.
    pub cover_pages: u32,
}

/// Renders documents, several at once.
#[derive(Debug, Clone, Default)]
pub struct Renderer;

impl Renderer {
    /// Renders a document and its cover page.
    ///
    /// # Errors
    /// Why it cannot be faxed.
    pub async fn render(&self, order: Order) -> Result<Rendered, DocumentError> {
        let drawn = tokio::task::spawn_blocking(move || draw(&order)).await;
        drawn.map_err(|error| DocumentError::Renderer(error.to_string()))?
    }
}

fn draw(order: &Order) -> Result<Rendered, DocumentError> {
    let fonts: Arc<dyn render::Fonts> = Arc::new(render::BuiltInOnly);
    let mut taken = Taken(Vec::new());
    let behind = match &order.document {
        Some(octets) => render::document(octets, &order.options, &fonts, &mut taken)
            .map_err(DocumentError::Document)?,
        None => 0,
    };
    let mut pages = match &order.cover {
        Some(cover) => render::cover(
            &cover.template,
            &cover.fields,
            behind + cover.behind,
            &order.options,
            &fonts,
        )
        .map_err(DocumentError::Cover)?,
        None => Vec::new(),
    };
    let cover_pages = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    pages.append(&mut taken.0);
    Ok(Rendered { pages, cover_pages })
}

struct Taken(Vec<Page>);

impl render::Pages for Taken {
    fn page(&mut self, page: Page) -> Result<(), render::Error> {
        self.0.push(page);
        Ok(())
    }
}

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
