//! A file as anybody may hand it in: whatever it is, the pages taken from it are whole.
use t4::{
    Coding, Resolution,
    tiff::{self, tag},
};

/// Pages looked at, so that one input does not take long.
const PAGES: usize = 4;

/// The most octets of a tag's text: each of the 4096 looked at may become a sign of three.
const MAX_TEXT: usize = 3 * 4096;

/// The first of the tags that any file has, and the first of ours.
const FIRST_TAGS: [u16; 2] = [tag::NEW_SUBFILE_TYPE, tag::RECIPIENT_NAME];

pub(crate) fn run(data: &[u8]) {
    for number in FIRST_TAGS.into_iter().flat_map(|first| first..first + 80) {
        let text = tiff::tag_text(data, number).unwrap_or_default();
        assert!(text.len() <= MAX_TEXT, "the text of tag {number} has {} octets", text.len());
    }
    for page in tiff::read(data).unwrap_or_default().iter().take(PAGES) {
        let Ok((page, _)) = page.to_page() else { continue };
        page.encode(Coding::Mh, 0).expect("a page that was read can be sent");
        page.fit(1728, Resolution::Standard).expect("a page that was read can be made to fit");
    }
}
