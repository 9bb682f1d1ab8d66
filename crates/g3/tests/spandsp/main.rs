//! Whole calls with a far end that is not ours, libspandsp, over UDP on loopback and faster than
//! real time. Every page must arrive as it was sent, pel for pel.
//!
//! They need a C compiler, libspandsp and libtiff: `cargo test -p g3 -- --ignored`.

mod driver;
mod pages;
mod peer;
mod scenarios;

use std::fs;
use std::net::UdpSocket;
use std::sync::{Mutex, PoisonError};

use g3::{
    CallConfig, Capabilities, Coding, Failure, Ident, PageInfo, Rate, Report, Role, T38Config,
};
use serde_json::Value;
use t4::{Page, tiff};

use driver::Outcome;
use pages::Paper;
use peer::Peer;

/// How many seconds of a call pass in one real second. Time-outs of T.30 shrink with it: a machine
/// that stands still for T4 / SCALE is heard as a far end that fell silent.
const SCALE: f64 = 20.0;

/// One call at a time: two would take the processor from each other in the middle of a page.
static LINE: Mutex<()> = Mutex::new(());

/// A call, and what both ends must report of it.
struct Scenario {
    papers: &'static [Paper],
    /// What our end may do.
    ours: Capabilities,
    /// T38FaxVersion of both ends.
    version: u8,
    /// Options of the peer's command line.
    peer: &'static str,
    rate: Rate,
    ecm: bool,
    coding: Coding,
}

impl Scenario {
    /// Everything allowed, a clean line: V.17 14400, ECM, MMR.
    fn clean(papers: &'static [Paper]) -> Self {
        Self {
            papers,
            ours: Capabilities::default(),
            version: 0,
            peer: "",
            rate: Rate::V17At14400,
            ecm: true,
            coding: Coding::Mmr,
        }
    }

    /// Neither end offers ECM.
    fn without_ecm(papers: &'static [Paper]) -> Self {
        let ours = Capabilities { ecm: false, ..Capabilities::default() };
        let clean = Self::clean(papers);
        Self { ours, peer: "--ecm 0", ecm: false, coding: Coding::Mr, ..clean }
    }
}

/// We dial and send; gives the transcript of our end.
#[track_caller]
fn sends(scenario: &Scenario) -> String {
    check(Role::Caller, scenario)
}

/// The peer dials and sends; gives the transcript of our end.
#[track_caller]
fn receives(scenario: &Scenario) -> String {
    check(Role::Answerer, scenario)
}

#[track_caller]
fn check(role: Role, scenario: &Scenario) -> String {
    let pages = pages::make(scenario.papers);
    let Finished { outcome, theirs, file } = call(role, scenario, &pages);
    let both = format!("{}\n{theirs}", outcome.transcript.join("\n"));
    compare_reports(scenario, &outcome.report, &theirs, &both);
    let arrived = match role {
        Role::Caller => pages_of(&file),
        Role::Answerer => received(scenario, outcome, &both),
    };
    compare_pages(&pages, &arrived, &both);
    both
}

/// The peer breaks off; our end says so with this failure.
#[track_caller]
fn fails(role: Role, scenario: &Scenario, failure: Failure) {
    let pages = pages::make(scenario.papers);
    let Finished { outcome, theirs, .. } = call(role, scenario, &pages);
    let both = format!("{}\n{theirs}", outcome.transcript.join("\n"));
    assert_eq!(outcome.report.failure, Some(failure), "{both}");
    assert_eq!(theirs["ok"], Value::from(false), "{both}");
}

/// What is left of a call when both ends have finished.
struct Finished {
    outcome: Outcome,
    /// The peer's own account.
    theirs: Value,
    /// The peer's TIFF: what it received, or what it sent.
    file: Vec<u8>,
}

fn call(role: Role, scenario: &Scenario, pages: &[Page]) -> Finished {
    let _line = LINE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("fax.tif");
    if role == Role::Answerer {
        fs::write(&path, tiff_of(pages)).expect("the folder takes a file");
    }
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback has a free port");
    let us = socket.local_addr().expect("a bound socket has an address");
    let mut options = vec!["--t38-version".to_owned(), scenario.version.to_string()];
    options.extend(scenario.peer.split_whitespace().map(str::to_owned));
    let peer = Peer::start(role, &path, us, SCALE, &options);
    let config = config(role, scenario, pages);
    let outcome = driver::run(config, pages, &socket, peer.address, SCALE);
    let theirs = peer.finish();
    Finished { outcome, theirs, file: fs::read(&path).unwrap_or_default() }
}

fn config(role: Role, scenario: &Scenario, pages: &[Page]) -> CallConfig {
    let info = |page: &Page| PageInfo {
        width: page.width,
        rows: page.rows,
        resolution: page.resolution,
        octets: u32::try_from(page.mmr.len()).expect("a small page"),
    };
    CallConfig {
        role,
        ident: Ident::new("+1 555 0001"),
        pages: match role {
            Role::Caller => pages.iter().map(info).collect(),
            Role::Answerer => Vec::new(),
        },
        capabilities: scenario.ours.clone(),
        t38: T38Config { version: scenario.version, ..T38Config::default() },
    }
}

#[track_caller]
fn compare_reports(scenario: &Scenario, ours: &Report, theirs: &Value, both: &str) {
    let pages = u32::try_from(scenario.papers.len()).expect("a few pages");
    assert_eq!(ours.failure, None, "{both}");
    assert_eq!(
        (ours.pages, ours.rate, ours.ecm, ours.coding, ours.uncertain),
        (pages, Some(scenario.rate), scenario.ecm, Some(scenario.coding), false),
        "{both}"
    );
    assert_eq!(ours.remote.as_ref().map(Ident::as_str), Some("+1 555 0002"), "{both}");
    let expected = [
        ("ok", true.into()),
        ("pages", pages.into()),
        ("bit_rate", scenario.rate.bps().into()),
        ("ecm", scenario.ecm.into()),
        ("bad_rows", 0.into()),
        ("remote_ident", "+1 555 0001".into()),
    ];
    for (key, value) in expected {
        assert_eq!(theirs[key], Value::clone(&value), "{key}\n{both}");
    }
}

#[track_caller]
fn received(scenario: &Scenario, outcome: Outcome, both: &str) -> Vec<Page> {
    for (index, page) in (0..).zip(&outcome.received) {
        assert_eq!((page.index, page.bad_rows), (index, 0), "{both}");
        assert_eq!(page.coding, scenario.coding, "{both}");
    }
    outcome.received.into_iter().map(|received| received.page).collect()
}

#[track_caller]
fn compare_pages(sent: &[Page], arrived: &[Page], both: &str) {
    assert_eq!(arrived.len(), sent.len(), "{both}");
    for (number, (sent, arrived)) in (1..).zip(sent.iter().zip(arrived)) {
        assert_eq!(arrived.resolution, sent.resolution, "page {number}\n{both}");
        let sent = sent.to_bitmap().expect("our own page");
        let arrived = arrived.to_bitmap().expect("a whole page");
        assert_eq!(arrived.width(), sent.width(), "page {number}\n{both}");
        assert_eq!(arrived.rows(), sent.rows(), "page {number}\n{both}");
        let differing = sent.lines().zip(arrived.lines()).filter(|(a, b)| a != b).count();
        assert_eq!(differing, 0, "differing rows of page {number}\n{both}");
    }
}

fn tiff_of(pages: &[Page]) -> Vec<u8> {
    let mut writer = tiff::Writer::new();
    for page in pages {
        writer.push(page).expect("a page that can be written");
    }
    writer.finish()
}

fn pages_of(file: &[u8]) -> Vec<Page> {
    let whole = |page: &tiff::TiffPage<'_>| {
        let (page, bad_rows) = page.to_page().expect("a fax page");
        assert_eq!(bad_rows, 0, "the peer writes clean T.6");
        page
    };
    tiff::read(file).expect("a TIFF").iter().map(whole).collect()
}
