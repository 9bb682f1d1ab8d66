//! The document that the demo sends, made here, octet by octet what lies in the repository. With
//! `FERROFAX_BLESS=1` it is written anew.

#[path = "../made/file.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod file;
mod layout;
#[path = "../made/photo.rs"]
mod photo;
#[path = "../made/truetype.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod truetype;
#[path = "../made/words.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod words;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use render::{BuiltInOnly, Error, Fonts, Options, Pages};
use t4::{Page, Resolution};

/// Octets of image that V.17 carries in a second at 14 400 bit/s.
const OCTETS_A_SECOND: usize = 1800;
/// The longest that its pages may be on the line, in seconds.
const SECONDS: usize = 75;

#[test]
fn the_sample_is_what_is_made_here() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../ferrofax/src/cli/sample.pdf");
    let made = layout::sample();
    if std::env::var_os("FERROFAX_BLESS").is_some() {
        fs::write(&path, &made).expect("the sample can be written");
    }
    let kept = fs::read(&path).expect("the sample is part of the project");
    assert!(kept == made, "the sample is another; FERROFAX_BLESS=1 writes it anew");
}

#[test]
fn the_sample_has_two_pages_that_are_soon_sent() {
    let mut taken = Taken(Vec::new());
    let fonts: Arc<dyn Fonts> = Arc::new(BuiltInOnly);
    let options = Options { resolution: Resolution::Fine, max_pages: 9, password: String::new() };
    render::document(&layout::sample(), &options, &fonts, &mut taken).expect("it is drawn");
    let octets: usize = taken.0.iter().map(|page| page.mmr.len()).sum();
    println!("{octets} octets, {} s", octets / OCTETS_A_SECOND);
    assert_eq!(taken.0.len(), 2);
    assert!(octets / OCTETS_A_SECOND <= SECONDS, "{octets} octets");
}

struct Taken(Vec<Page>);

impl Pages for Taken {
    fn page(&mut self, page: Page) -> Result<(), Error> {
        self.0.push(page);
        Ok(())
    }
}
