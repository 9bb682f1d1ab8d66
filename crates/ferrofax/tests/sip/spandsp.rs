//! Lines against a fax terminal that is not ours: the script speaks SIP, libspandsp takes the port
//! that it announces. Every page must arrive as it was sent, pel for pel.
//!
//! They need a C compiler, libspandsp and libtiff: `cargo test -p ferrofax -- --ignored`.

#[path = "../../../g3/tests/spandsp/pages.rs"]
#[expect(dead_code, reason = "not every paper is sent here")]
mod pages;
#[path = "../../../g3/tests/spandsp/peer.rs"]
mod terminal;

use std::net::SocketAddr;

use ferrofax::clock::Clock;
use ferrofax::config::{Config, LineConfig};
use ferrofax::line::CallOutcome;
use ferrofax::line::sip::negotiation::Kind;
use ferrofax::queue::{JobState, Number, is_stamped};
use ferrofax::serve::Server;
use ferrofax::store::{JobId, NewJob};
use g3::{Capabilities, Modulation, Role};
use serde_json::Value;
use t4::{Form, Page, Resolution, tiff};
use tokio::sync::Mutex;

use crate::house::{Desk, SCALE, open, send, settings};
use crate::peer::{Message, Peer, sdp};
use pages::Paper;
use terminal::Peer as Terminal;

/// One call at a time: two would take the processor from each other in the middle of a page.
static LINE: Mutex<()> = Mutex::const_new(());

/// What the far end announces about its T.38.
const T38: [&str; 5] = [
    "T38FaxVersion:0",
    "T38MaxBitRate:14400",
    "T38FaxRateManagement:transferredTCF",
    "T38FaxMaxDatagram:400",
    "T38FaxUdpEC:t38UDPRedundancy",
];

/// A far end whose UDPTL port is that of the terminal; it learns ours from our first packet.
fn start(ours: Role, file: &std::path::Path, options: &str) -> (Terminal, String) {
    let mut options: Vec<String> = options.split_whitespace().map(str::to_owned).collect();
    options.extend(["--latch", "--start", "on-rx"].map(str::to_owned));
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
    let terminal = Terminal::start(ours, file, nowhere, SCALE, &options);
    let image = format!("image {}", terminal.address.port());
    (terminal, image)
}

/// We call and send; `signal` takes the call with the stream that it is given.
async fn sends(
    first: Kind,
    capabilities: Capabilities,
    options: &str,
    signal: impl AsyncFn(&mut Peer, &str),
) -> Value {
    let _alone = LINE.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("received.tif");
    let (terminal, image) = start(Role::Caller, &file, options);
    let mut peer = Peer::bind().await;
    let mut here = settings("here", peer.addr());
    (here.first, here.capabilities) = (first, capabilities);
    let (line, _) = open(here).await;
    let sent = pages::make(&[Paper::STANDARD, Paper::FINE, Paper::FINE]);
    let desk = Desk::with_pages(&sent);
    let far_end = async {
        signal(&mut peer, &image).await;
        peer.take_bye().await;
    };
    let (outcome, ()) = tokio::join!(send(&line, &desk), far_end);
    let theirs = finish(terminal, &desk, &outcome).await;
    let received = std::fs::read(&file).unwrap();
    let received = tiff::read(&received).unwrap();
    let received: Vec<Page> = received.iter().map(|page| page.to_page().unwrap().0).collect();
    compare(&sent, &received);
    theirs
}

/// The far end calls and sends; `signal` places the call with the stream that it is given.
async fn receives(options: &str, signal: impl AsyncFn(&mut Peer, &str)) -> Value {
    let _alone = LINE.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sent.tif");
    let sent = pages::make(&[Paper::STANDARD, Paper::FINE, Paper::FINE]);
    let mut writer = tiff::Writer::new();
    for page in &sent {
        writer.push(page).unwrap();
    }
    std::fs::write(&file, writer.finish()).unwrap();
    let (terminal, image) = start(Role::Answerer, &file, options);
    let (line, doorman) = open(settings("here", "127.0.0.1:9".parse().unwrap())).await;
    let mut peer = Peer::calling(line.local_addr()).await;
    signal(&mut peer, &image).await;
    let (desk, outcome) = {
        let (ended, ()) = tokio::join!(doorman.ended(), peer.take_bye());
        ended
    };
    let theirs = finish(terminal, &desk, &outcome).await;
    compare(&sent, &desk.seen().received);
    theirs
}

async fn finish(terminal: Terminal, desk: &Desk, outcome: &CallOutcome) -> Value {
    let theirs = tokio::task::spawn_blocking(|| terminal.finish()).await.unwrap();
    assert_eq!(outcome.failure, None, "{:#?}\n{theirs}", desk.seen().events);
    assert_eq!(theirs["ok"], Value::from(true), "{:#?}\n{theirs}", desk.seen().events);
    theirs
}

/// A whole server with one line that calls `peer`, and a fax of one page in its queue.
async fn server_with(page: &Page, folder: &std::path::Path, peer: SocketAddr) -> (Server, JobId) {
    let mut line = LineConfig::named("here");
    let free = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    (line.listen, line.peer) = (free.local_addr().unwrap(), peer);
    line.tsid = "+1 555 0100".to_owned();
    drop(free);
    let mut config = Config::with(folder.to_owned(), vec![line]);
    config.listen.set_port(0);
    let server = Server::start(config, Clock::scaled(SCALE)).await.unwrap();
    let order = NewJob {
        document: None,
        user_name: "anna".to_owned(),
        number: Number::parse("555 0199").unwrap(),
        recipient_name: String::new(),
        sender_name: "Anna".to_owned(),
        sender_company: String::new(),
        sender_department: String::new(),
        tsid: String::new(),
        billing_code: String::new(),
        display_name: "drawing".to_owned(),
        discount: false,
        cover: String::new(),
        cover_pages: 0,
        drawn: None,
    };
    let job = server.store().submit(order, vec![page.clone()], None).await.unwrap().job;
    (server, job)
}

fn compare(sent: &[Page], received: &[Page]) {
    assert_eq!(received.len(), sent.len());
    for (number, (sent, received)) in sent.iter().zip(received).enumerate() {
        assert!(sent.to_bitmap() == received.to_bitmap(), "page {number} differs");
    }
}

fn t38(version: u32, streams: &[&str]) -> String {
    sdp(version, streams, &T38)
}

async fn answers_audio_and_switches(peer: &mut Peer, image: &str) {
    peer.take_call(&sdp(1, &["audio 4000"], &[])).await;
    let answer: Message = peer.reinvite(&t38(2, &[image])).await;
    assert_eq!(answer.streams()[0].0, "image", "{}", answer.body());
}

async fn waits_for_the_line_to_switch(peer: &mut Peer, image: &str) {
    peer.call(&sdp(1, &["audio 4000"], &[])).await;
    peer.take_call(&t38(2, &[image])).await;
}

#[tokio::test]
#[ignore = "needs libspandsp"]
async fn sends_after_the_far_end_switched_to_t38() {
    let all = Capabilities::default();
    let theirs = sends(Kind::Audio, all, "", answers_audio_and_switches).await;
    assert_eq!((&theirs["ecm"], &theirs["bit_rate"]), (&true.into(), &14_400.into()));
}

#[tokio::test]
#[ignore = "needs libspandsp"]
async fn sends_after_switching_to_t38_itself() {
    let all = Capabilities::default();
    let theirs = sends(Kind::Audio, all, "", async |peer, image| {
        peer.take_call(&sdp(1, &["audio 4000"], &[])).await;
        peer.take_call(&t38(2, &[image])).await;
    });
    assert_eq!(theirs.await["pages"], Value::from(3));
}

#[tokio::test]
#[ignore = "needs libspandsp"]
async fn sends_with_t38_in_the_first_invite() {
    let all = Capabilities::default();
    let theirs = sends(Kind::Image, all, "", async |peer, image| {
        peer.take_call(&t38(1, &[image])).await;
    });
    assert_eq!(theirs.await["pages"], Value::from(3));
}

#[tokio::test]
#[ignore = "needs libspandsp"]
async fn a_fine_page_of_b4_arrives_at_a_terminal_that_takes_standard_a4_only() {
    let _alone = LINE.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("received.tif");
    let (terminal, image) = start(Role::Caller, &file, "--simple --ecm 0 --compress mh");
    let mut peer = Peer::bind().await;
    let sent = sim::test_page(0, 2048, 2803, Resolution::Fine);
    let (server, job) = server_with(&sent, &folder.path().join("data"), peer.addr()).await;
    answers_audio_and_switches(&mut peer, &image).await;
    peer.take_bye().await;
    let theirs = tokio::task::spawn_blocking(|| terminal.finish()).await.unwrap();
    assert_eq!((&theirs["ok"], &theirs["ecm"]), (&true.into(), &false.into()), "{theirs}");
    let ended = async {
        while server.store().job(job).await.unwrap().ended_us.is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), ended).await.unwrap();
    assert_eq!(server.store().job(job).await.unwrap().state, JobState::Sent);
    server.stop().await;
    let received = std::fs::read(&file).unwrap();
    let received = tiff::read(&received).unwrap()[0].to_page().unwrap().0;
    // 297 mm at 3.85 lines a millimetre, and the header line in it.
    let form = Form { width: 1728, resolution: Resolution::Standard, max_rows: 1144 };
    assert!(form.takes(&received), "{} by {}", received.width, received.rows);
    // The page is black down to its end, so that it makes room for the line by being smaller.
    let line = render::strip_rows(form.resolution);
    let form = Form { max_rows: form.max_rows - line, ..form };
    assert_eq!(is_stamped(&sent.in_form(&form).unwrap(), &received), Ok(true));
}

#[tokio::test]
#[ignore = "needs libspandsp"]
async fn sends_without_ecm_over_v29() {
    let mut slow = Capabilities { ecm: false, ..Capabilities::default() };
    slow.rates.retain(|rate| rate.modulation() != Modulation::V17);
    let theirs = sends(Kind::Audio, slow, "--ecm 0", answers_audio_and_switches).await;
    assert_eq!((&theirs["ecm"], &theirs["bit_rate"]), (&false.into(), &9_600.into()));
}

#[tokio::test]
#[ignore = "needs libspandsp"]
async fn sends_while_one_packet_in_twenty_is_lost() {
    let all = Capabilities::default();
    let loss = "--loss 5 --rx-loss 5 --seed 3";
    sends(Kind::Audio, all, loss, answers_audio_and_switches).await;
}

#[tokio::test]
#[ignore = "needs libspandsp"]
async fn receives_after_switching_to_t38() {
    let theirs = receives("", waits_for_the_line_to_switch).await;
    assert_eq!((&theirs["ecm"], &theirs["bit_rate"]), (&true.into(), &14_400.into()));
}

#[tokio::test]
#[ignore = "needs libspandsp"]
async fn receives_with_t38_in_the_first_invite() {
    receives("", async |peer, image| {
        peer.call(&t38(1, &[image])).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs libspandsp"]
async fn receives_over_v27ter_without_ecm() {
    let theirs = receives("--ecm 0 --modems v27", waits_for_the_line_to_switch).await;
    assert_eq!((&theirs["ecm"], &theirs["bit_rate"]), (&false.into(), &4_800.into()));
}

#[tokio::test]
#[ignore = "needs libspandsp"]
async fn receives_while_one_packet_in_twenty_is_lost() {
    receives("--loss 5 --rx-loss 5 --seed 4", waits_for_the_line_to_switch).await;
}
