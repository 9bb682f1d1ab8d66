//! A file as anybody may hand it in: whatever it is, the pages taken from it are whole.
use t4::{Coding, Resolution, tiff};

/// Pages looked at, so that one input does not take long.
const PAGES: usize = 4;

pub(crate) fn run(data: &[u8]) {
    for page in tiff::read(data).unwrap_or_default().iter().take(PAGES) {
        let Ok((page, _)) = page.to_page() else { continue };
        page.encode(Coding::Mh, 0).expect("a page that was read can be sent");
        page.fit(1728, Resolution::Standard).expect("a page that was read can be made to fit");
    }
}
