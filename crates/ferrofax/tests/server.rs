//! The whole server: two lines on loopback, a fax from one to the other over SIP and T.38.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use ferrofax::clock::Clock;
use ferrofax::config::{Config, LineConfig};
use ferrofax::queue::{JobState, Number};
use ferrofax::serve::Server;
use ferrofax::store::{Job, JobId, JobPage, Listing, NewJob, Store};
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
        assert_eq!(stored.to_bitmap(), page.to_bitmap(), "page {index}");
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
