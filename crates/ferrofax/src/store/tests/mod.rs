//! The store suite.

mod bounds;
mod crash;
mod house;
mod jobs;
mod recovery;

use g3::{Coding, ReceivedPage};
use t4::{Page, Resolution};
use tempfile::TempDir;

use super::{NewJob, PortDefaults, PortId, Setting, Source, Store};
use crate::clock::Clock;
use crate::queue::Number;

/// A store in a folder of its own.
pub(super) struct Fixture {
    pub(super) store: Store,
    pub(super) folder: TempDir,
}

impl Fixture {
    pub(super) async fn new() -> Self {
        let folder = TempDir::new().expect("a folder for the test");
        let store = open(folder.path()).await;
        Self { store, folder }
    }

    /// The store as the next start finds it.
    pub(super) async fn restart(self) -> Self {
        let Self { store, folder } = self;
        store.close().await;
        drop(store);
        let store = open(folder.path()).await;
        Self { store, folder }
    }
}

async fn open(folder: &std::path::Path) -> Store {
    let store = Store::open(folder, Clock::real()).await.expect("it opens");
    store.set_lines(vec![line("trunk"), line("spare")]).await.expect("lines");
    store
}

pub(super) const TRUNK: PortId = PortId(1);

pub(super) fn line(name: &str) -> PortDefaults {
    let text = |value: &str| Setting { value: value.to_owned(), source: Source::File };
    let yes = Setting { value: true, source: Source::Default };
    PortDefaults {
        name: name.to_owned(),
        rings: Setting { value: 1, source: Source::Default },
        csid: text("+1 555 0100"),
        tsid: text("+1 555 0100"),
        send: yes.clone(),
        receive: yes,
        channels: 1,
        store_in: None,
    }
}

pub(super) fn order(number: &str) -> NewJob {
    NewJob {
        document: None,
        user_name: "anna".to_owned(),
        number: Number::parse(number).expect("a number"),
        recipient_name: "Bruno".to_owned(),
        sender_name: "Anna".to_owned(),
        sender_company: "Example".to_owned(),
        sender_department: "Post".to_owned(),
        tsid: String::new(),
        billing_code: "17".to_owned(),
        display_name: "letter.tif".to_owned(),
        discount: false,
        cover: String::new(),
        cover_pages: 0,
        drawn: None,
    }
}

/// `count` small pages, each different from the others.
pub(super) fn pages(count: u32) -> Vec<Page> {
    (0..count).map(page).collect()
}

pub(super) fn page(seed: u32) -> Page {
    let mut bitmap = t4::Bitmap::new(1728, 20).expect("a bitmap");
    for row in 0..20 {
        bitmap.set(seed * 16 + row, row, true);
    }
    Page::from_bitmap(&bitmap, Resolution::Fine)
}

pub(super) fn received(index: u32) -> ReceivedPage {
    ReceivedPage { index, page: page(index), coding: Coding::Mmr, bad_rows: 0 }
}
