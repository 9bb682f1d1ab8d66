//! The whole server: two lines on loopback, a fax from one to the other over SIP and T.38.

use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::time::Duration;

use faxcom::{ClientFile, FaxServer, FaxTiff, Settings, api};
use ferrofax::clock::Clock;
use ferrofax::config::{Config, LineConfig};
use ferrofax::queue::{JobState, Number, is_stamped};
use ferrofax::serve::Server;
use ferrofax::store::{Job, JobId, JobPage, Listing, NewJob, Store};
use t4::tiff::{self, tag, tag_text};
use t4::{Bitmap, Page, Resolution};
use tempfile::TempDir;

/// Fax seconds in a real second.
const SCALE: f64 = 10.0;

/// The longest that a test waits for something, in reality.
const LATE: Duration = Duration::from_secs(60);

fn free_address() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    socket.local_addr().expect("an address")
}

fn config(folder: &TempDir) -> Config {
    let mut left = LineConfig::named("left");
    let mut right = LineConfig::named("right");
    (left.listen, right.listen) = (free_address(), free_address());
    (left.peer, right.peer) = (right.listen, left.listen);
    (left.tsid, right.csid) = ("+1 555 0100".to_owned(), "+1 555 0199".to_owned());
    let mut config = Config::with(folder.path().to_owned(), vec![left, right]);
    config.render.image = Some(env!("CARGO_BIN_EXE_ferrofax").into());
    config.listen.set_port(0);
    config
}

fn page(seed: u32) -> Page {
    let mut bitmap = Bitmap::new(1728, 300).expect("a bitmap");
    for row in 0..300 {
        for x in 0..40 {
            bitmap.set((row * 5 + x + seed * 100) % 1728, row, true);
        }
    }
    Page::from_bitmap(&bitmap, Resolution::Fine)
}

fn order() -> NewJob {
    NewJob {
        document: None,
        user_name: "anna".to_owned(),
        number: Number::parse("555 0199").expect("a number"),
        recipient_name: String::new(),
        sender_name: String::new(),
        sender_company: String::new(),
        sender_department: String::new(),
        tsid: String::new(),
        billing_code: String::new(),
        display_name: "letter".to_owned(),
        discount: false,
        cover: String::new(),
        cover_pages: 0,
        drawn: None,
    }
}

async fn until(store: &Store, id: JobId, done: impl Fn(&Job) -> bool) -> Job {
    let mut news = store.watch_events();
    let wait = async {
        loop {
            news.mark_unchanged();
            let job = store.job(id).await.expect("the job");
            if done(&job) {
                return job;
            }
            news.changed().await.expect("a running server");
        }
    };
    match tokio::time::timeout(LATE, wait).await {
        Ok(job) => job,
        Err(_) => panic!("{:?}", store.job(id).await),
    }
}

/// Each of `parts` follows on the one before.
fn in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let (_, after) = rest.split_once(part).unwrap_or_else(|| panic!("{part} not in {rest}"));
        rest = after;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fax_goes_from_one_line_to_the_other() {
    let folder = TempDir::new().expect("a folder");
    let server = Server::start(config(&folder), Clock::scaled(SCALE)).await.expect("it starts");
    let store = server.store().clone();
    let pages: Vec<Page> = (0..3).map(page).collect();
    let id = store.submit(order(), pages.clone(), None).await.expect("queued").job;
    let job = until(&store, id, |job| job.ended_us.is_some()).await;
    let transcript =
        store.transcript(id, 1).await.map(|t| String::from_utf8_lossy(&t).into_owned());
    assert_eq!(job.state, JobState::Sent, "{job:?}\n{transcript:?}");
    assert_eq!((job.pages_confirmed, job.remote.as_str()), (3, "+1 555 0199"));

    let transcript = transcript.expect("a transcript");
    in_order(
        &transcript,
        &[
            r#""sip_sent","text":"INVITE sip:5550199@"#,
            r#""sip_received","text":"180 Ringing"#,
            r#""sip_received","text":"200 OK"#,
            r#""sip_sent","text":"ACK"#,
            r#""sip_received","text":"INVITE"#,
            "offer: image udptl",
            r#""sip_sent","text":"200 OK"#,
            r#""frame_received","text":"DIS"#,
            r#""frame_sent","text":"DCN"#,
            r#""text":"BYE"#,
            r#""end","text":"the call did what it was for"#,
        ],
    );

    let received = until(&store, JobId(2), |job| job.ended_us.is_some()).await;
    assert_eq!((received.state, received.pages), (JobState::Received, 3), "{received:?}");
    assert_eq!((received.tsid.as_str(), received.number.as_str()), ("+1 555 0100", "5550199"));
    for (index, page) in (0..).zip(&pages) {
        let stored = store.page(received.id, index).await.expect("a received page");
        assert_eq!(is_stamped(page, &stored), Ok(true), "page {index}");
    }
    let inbox: JobPage = store.jobs(Listing::Inbox, None, 10).await.expect("the inbox");
    assert_eq!(inbox.jobs.len(), 1);
    assert!(server.client_file().exists());
    server.stop().await;
    drop(store);
    // Everything is closed: the folder can be opened again.
    Store::open(folder.path(), Clock::real()).await.expect("a folder that nobody holds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopping_server_ends_its_calls_and_the_next_goes_on() {
    let folder = TempDir::new().expect("a folder");
    let clock = Clock::scaled(SCALE);
    let first = Config { stop_within: Duration::ZERO, ..config(&folder) };
    let server = Server::start(first, clock).await.expect("it starts");
    let store = server.store().clone();
    let id = store.submit(order(), (0..4).map(page).collect(), None).await.expect("queued").job;
    until(&store, id, |job| job.pages_confirmed >= 1).await;
    server.stop().await;
    drop(store);

    let server = Server::start(config(&folder), clock).await.expect("it starts again");
    let job = until(server.store(), id, |job| job.ended_us.is_some()).await;
    assert_eq!((job.state, job.pages_confirmed), (JobState::Sent, 4), "{job:?}");
    let attempts = server.store().attempts(id).await.expect("attempts");
    assert!(attempts.len() == 2 && attempts[1].first_page >= 1, "{attempts:?}");
    server.stop().await;
}

/// The only file in a folder, with pages that are as they should be beside these: its name behind
/// the time, and what is in it.
#[track_caller]
fn only_fax(
    folder: &Path,
    pages: &[Page],
    is_right: impl Fn(&Page, &Page) -> bool,
) -> (String, Vec<u8>) {
    let files: Vec<_> = std::fs::read_dir(folder).expect("a folder").flatten().collect();
    let [file] = &files[..] else { panic!("{files:?}") };
    let octets = std::fs::read(file.path()).expect("a file");
    let read = tiff::read(&octets).expect("a fax TIFF");
    assert_eq!(read.len(), pages.len());
    for (read, page) in read.iter().zip(pages) {
        let (read, bad_rows) = read.to_page().expect("a page");
        assert!(is_right(page, &read) && bad_rows == 0);
    }
    let name = file.file_name().into_string().expect("a name of ASCII");
    let (_, name) = name.split_once('_').expect("a time before the rest");
    (name.to_owned(), octets)
}

/// What a program sees of the fax that the line `right` stored: the routing method, and the file.
async fn check_by_faxcom(client_file: PathBuf, folder: PathBuf, name: String) {
    let look = move || {
        let file = ClientFile::read(&client_file).expect("the client file");
        let (address, token) = (file.server.expect("an address"), file.token.expect("a token"));
        let mut server = FaxServer::with_settings(Settings::for_server(&address, &token));
        server.connect("").expect("it answers");
        let methods = server.ports().and_then(|ports| ports.item(2)?.routing_methods());
        let methods = methods.expect("the methods");
        assert_eq!(methods.count(), 3);
        let method = methods.item(2).expect("the second");
        assert_eq!((method.guid(), method.enable()), (api::ROUTE_FOLDER, true));
        assert_eq!((method.device_id(), method.device_name()), (2, "right"));
        assert_eq!(method.function_name(), "FaxRouteFolder");
        assert_eq!(method.friendly_name(), "Store in a folder");
        assert_eq!(method.extension_name(), "Ferrofax Routing Extension");
        assert!(method.image_name().starts_with("server-"), "{}", method.image_name());
        assert_eq!(method.routing_data(), format!("5550199|{}", folder.display()));

        let stored = std::fs::read_dir(&folder).expect("the folder").flatten().next();
        let stored = stored.expect("the fax").path();
        assert!(stored.display().to_string().ends_with(&name));
        let mut tiff = FaxTiff::new();
        tiff.set_image(&stored.display().to_string()).expect("a fax TIFF");
        assert_eq!((tiff.tsid(), tiff.csid()), ("+1 555 0100", "+1 555 0199"));
        assert_eq!((tiff.routing(), tiff.caller_id()), ("5550199", "+15550100"));
        assert!(tiff.raw_receive_time() > 0);
    };
    tokio::task::spawn_blocking(look).await.expect("it looked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_receiving_line_stores_the_fax_and_the_sending_server_archives_it() {
    let (folder, outside) = (TempDir::new().expect("a folder"), TempDir::new().expect("another"));
    let (stored, archive) = (outside.path().join("in/right"), outside.path().join("sent"));
    let mut config = config(&folder);
    config.lines[1].store_in = Some(stored.clone());
    let server = Server::start(config, Clock::scaled(SCALE)).await.expect("it starts");
    let store = server.store().clone();
    let mut properties = store.server().await.expect("the properties");
    properties.archive_outbound = true;
    properties.archive_directory = archive.display().to_string();
    store.set_server(properties).await.expect("they are set");
    let order = NewJob { recipient_name: "Bruno Übel".to_owned(), ..order() };
    let pages: Vec<Page> = (0..2).map(page).collect();
    let id = store.submit(order, pages.clone(), None).await.expect("queued").job;
    let sent = until(&store, id, |job| !job.delivery.is_empty()).await;
    let received = until(&store, JobId(2), |job| job.left_seq.is_some()).await;
    assert_eq!((sent.state, received.state), (JobState::Sent, JobState::Received));

    let stamped = |sent: &Page, received: &Page| is_stamped(sent, received) == Ok(true);
    let (name, fax) = only_fax(&stored, &pages, stamped);
    assert_eq!(name, "right_+15550100_2.tif");
    for (number, text) in [
        (tag::TSID, "+1 555 0100"),
        (tag::CSID, "+1 555 0199"),
        (tag::RECIPIENT_NUMBER, "5550199"),
        (tag::ROUTING, "5550199"),
    ] {
        assert_eq!(tag_text(&fax, number).as_deref(), Some(text));
    }
    check_by_faxcom(server.client_file().to_owned(), stored.clone(), name).await;

    // The archive keeps the pages themselves.
    let same = |sent: &Page, kept: &Page| sent.to_bitmap() == kept.to_bitmap();
    let (name, fax) = only_fax(&archive, &pages, same);
    assert_eq!(name, "555-0199_1.tif");
    for (number, text) in [
        (tag::TSID, "+1 555 0100"),
        (tag::CSID, "+1 555 0199"),
        (tag::RECIPIENT_NUMBER, "555 0199"),
        (tag::RECIPIENT_NAME, "Bruno Übel"),
    ] {
        assert_eq!(tag_text(&fax, number).as_deref(), Some(text));
    }
    server.stop().await;
}
