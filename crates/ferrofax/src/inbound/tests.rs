use g3::Coding;
use t4::{Bitmap, Resolution};
use tempfile::TempDir;

use super::*;
use crate::clock::Clock;
use crate::queue::JobState;
use crate::store::{Listing, PortDefaults, PortId, PortPatch, Setting, Source};

const TRUNK: PortId = PortId(1);

struct House {
    store: Store,
    lines: Lines,
    inbound: Inbound,
    stop: CancellationToken,
    _folder: TempDir,
}

impl House {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::open(folder.path(), Clock::real()).await.unwrap();
        let text = |value: &str| Setting { value: value.to_owned(), source: Source::File };
        let yes = Setting { value: true, source: Source::Default };
        let line = PortDefaults {
            name: "trunk".to_owned(),
            rings: Setting { value: 1, source: Source::Default },
            csid: text("FILE"),
            tsid: text(""),
            send: yes.clone(),
            receive: yes,
            channels: 1,
            store_in: None,
        };
        store.set_lines(vec![line]).await.unwrap();
        let lines = Lines::new([(TRUNK, "trunk".to_owned(), 1)]);
        let stop = CancellationToken::new();
        let inbound = Inbound::new(store.clone(), lines.clone(), stop.clone());
        Self { store, lines, inbound, stop, _folder: folder }
    }

    async fn call(&self, line: &str) -> Result<IncomingHost, Refusal> {
        let (line, caller, called) = (line.to_owned(), "5550111".to_owned(), "0199".to_owned());
        self.inbound.accept(IncomingCall { line, caller, called }).await
    }

    async fn set(&self, patch: PortPatch) {
        self.store.set_port(TRUNK, patch).await.unwrap();
    }
}

fn page(index: u32) -> ReceivedPage {
    let bitmap = Bitmap::new(1728, 10).unwrap();
    let page = Page::from_bitmap(&bitmap, Resolution::Standard);
    ReceivedPage { index, page, coding: Coding::Mr, bad_rows: 0 }
}

fn outcome(failure: Option<Failure>) -> CallOutcome {
    CallOutcome { report: None, failure }
}

#[tokio::test]
async fn a_line_answers_when_it_may() {
    let house = House::new().await;
    assert_eq!(house.call("nowhere").await.unwrap_err(), Refusal::Unavailable);
    let first = house.call("trunk").await.unwrap();
    assert_eq!(house.call("trunk").await.unwrap_err(), Refusal::Busy);
    house.inbound.ended(first, outcome(None)).await;
    house.set(PortPatch { receive: Some(false), ..PortPatch::default() }).await;
    assert_eq!(house.call("trunk").await.unwrap_err(), Refusal::Busy);
    house.set(PortPatch { receive: Some(true), ..PortPatch::default() }).await;
    house.stop.cancel();
    assert_eq!(house.call("trunk").await.unwrap_err(), Refusal::Unavailable);
    // A call that is not answered leaves no trace.
    assert_eq!(house.store.jobs(Listing::All, None, 10).await.unwrap().count, 1);
}

#[tokio::test]
async fn the_identity_that_a_client_set_is_sent() {
    let house = House::new().await;
    house.set(PortPatch { csid: Some("SET".to_owned()), ..PortPatch::default() }).await;
    let host = house.call("trunk").await.unwrap();
    assert_eq!(host.ident(), Some(Ident::new("SET")));
}

#[tokio::test]
async fn a_fax_that_broke_keeps_its_pages_in_the_queue() {
    let house = House::new().await;
    let host = house.call("trunk").await.unwrap();
    let at = Time::from_millis(1);
    host.event(at, &Event::Phase(g3::Phase::B)).await.unwrap();
    host.event(at, &Event::RemoteIdent(Ident::new("FAR"))).await.unwrap();
    host.event(at, &Event::PageStarted { index: 0 }).await.unwrap();
    let job = house.store.job(host.job()).await.unwrap();
    let progress = job.progress.unwrap();
    assert_eq!((progress.device, progress.page), (DeviceWord::Receiving, 1));
    host.received(page(0)).await.unwrap();
    host.event(at, &Event::PageConfirmed { index: 0 }).await.unwrap();
    let lost = Failure::Call(g3::Failure::DcnInPage);
    let id = host.job();
    house.inbound.ended(host, outcome(Some(lost))).await;
    let job = house.store.job(id).await.unwrap();
    assert_eq!((job.state, job.failure), (JobState::ReceiveFailed, Some(lost)));
    assert_eq!((job.pages, job.pages_confirmed, job.tsid.as_str()), (1, 1, "FAR"));
    let visible = house.store.jobs(Listing::Visible { as_of: None }, None, 10).await.unwrap();
    assert_eq!(visible.jobs, [job]);
}

#[tokio::test]
async fn a_driver_that_breaks_down_frees_its_line() {
    let house = House::new().await;
    let mut news = house.store.watch_events();
    let host = house.call("trunk").await.unwrap();
    let id = host.job();
    assert_eq!(house.lines.room(TRUNK), 0);
    drop(host);
    while house.store.job(id).await.unwrap().state == JobState::Active {
        news.changed().await.unwrap();
    }
    assert_eq!(house.lines.room(TRUNK), 1);
    let failure = house.store.job(id).await.unwrap().failure;
    assert_eq!(failure, Some(Failure::Call(g3::Failure::Internal)));
}
