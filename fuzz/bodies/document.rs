//! A document of any type as anybody may hand it in: its pages are whole, or there is an error.

use std::sync::Arc;

use render::{BuiltInOnly, Error, Fonts, Options, Pages};
use t4::{Page, Resolution};

/// So that one input does not take long.
const MAX_PAGES: u32 = 3;

/// Draws the document at the coarsest resolution; how many pages it has.
pub(crate) fn run(octets: &[u8]) -> u32 {
    let fonts: Arc<dyn Fonts> = Arc::new(BuiltInOnly);
    let options =
        Options { resolution: Resolution::Standard, max_pages: MAX_PAGES, password: String::new() };
    let mut whole = Whole(0);
    match render::document(octets, &options, &fonts, &mut whole) {
        Ok(pages) => assert!(pages == whole.0 && (1..=MAX_PAGES).contains(&pages)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    whole.0
}

/// Pages so far, each of which can be read again.
struct Whole(u32);

impl Pages for Whole {
    fn page(&mut self, page: Page) -> Result<(), Error> {
        let drawing = page.to_bitmap().expect("a page that was drawn is whole");
        assert!(drawing.rows() > 0 && [1728, 2048, 2432].contains(&drawing.width()));
        self.0 += 1;
        Ok(())
    }
}
