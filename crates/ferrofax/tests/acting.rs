//! What the properties of server and lines do: a whole server with two lines that call each other,
//! asked and told over REST while it works. Fax time runs faster than real time.

use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use faxcom::api::{Job, JobState, PortStatus, TranscriptLine};
use faxcom::{Client, FaxServer, Settings};
use ferrofax::clock::Clock;
use ferrofax::config::{Config, LineConfig};
use ferrofax::queue::is_stamped;
use ferrofax::serve::Server;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use t4::{Bitmap, Page, Resolution};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Fax seconds in a real second.
const SCALE: f64 = 10.0;

/// The longest that a test waits for something, in reality.
const LATE: Duration = Duration::from_secs(60);

/// Time from one look to the next.
const GLANCE: Duration = Duration::from_millis(5);

/// The line that sends, and the one that it calls.
const LEFT: u32 = 1;
const RIGHT: u32 = 2;

struct House {
    client: Client,
    server: Option<Server>,
    runtime: Runtime,
    folder: TempDir,
}

impl House {
    fn open() -> Self {
        let folder = TempDir::new().expect("a folder");
        let runtime = Runtime::new().expect("a runtime");
        let server = Server::start(config(&folder), Clock::scaled(SCALE));
        let server = runtime.block_on(server).expect("it starts");
        let settings = Settings::from_files(&[server.client_file().to_owned()]);
        let mut fax = FaxServer::with_settings(settings.expect("the server's own file"));
        fax.connect("").expect("a server");
        let client = fax.client().expect("a connection");
        let house = Self { client, server: Some(server), runtime, folder };
        // Time runs faster than a disk that others use as well: a call that waited for it goes again.
        house.set(json!({ "retry_delay": 0 }));
        house
    }

    /// Changes properties of the server.
    fn set(&self, properties: Value) {
        let change = serde_json::from_value(properties).expect("properties");
        self.client.change_server(&change).expect("set");
    }

    /// Changes properties of a line.
    fn set_line(&self, id: u32, properties: Value) {
        let change = serde_json::from_value(properties).expect("properties of a line");
        self.client.change_port(id, &change).expect("set");
    }

    /// Queues a fax of `pages` pages from the left to the right line.
    fn submit(&self, pages: u32, more: Value) -> u32 {
        let mut writer = t4::tiff::Writer::new();
        for number in 0..pages {
            writer.push(&page(number)).expect("a page");
        }
        let document = self.client.upload("letter.tif", &writer.finish()).expect("taken");
        let mut job = json!({ "document": document.id, "number": "555 0199" });
        let fields = job.as_object_mut().expect("an object");
        fields.extend(more.as_object().expect("fields of a job").clone());
        let job = serde_json::from_value(job).expect("a job");
        let key = format!("key {}", document.id);
        self.client.submit(&job, &key).expect("queued").value.id
    }

    fn job(&self, id: u32) -> Job {
        self.client.job(id).expect("the job")
    }

    /// Waits until the job is as wanted.
    fn until(&self, id: u32, wanted: impl Fn(&Job) -> bool) -> Job {
        let begun = Instant::now();
        loop {
            let job = self.job(id);
            if wanted(&job) {
                return job;
            }
            assert!(begun.elapsed() < LATE, "{job:?}");
            thread::sleep(GLANCE);
        }
    }

    fn sent(&self, id: u32) -> Job {
        let job = self.until(id, |job| job.finished.is_some());
        assert_eq!(job.state, JobState::Sent, "{job:?}");
        job
    }

    /// Whom the far end took the sender of fax `number` for, counted from 1.
    fn seen_sender(&self, number: usize) -> String {
        let begun = Instant::now();
        loop {
            let inbox = self.client.inbox(0, 100).expect("the inbox");
            if let Some(fax) = inbox.faxes.get(number - 1).filter(|fax| fax.complete) {
                return fax.tsid.clone();
            }
            assert!(begun.elapsed() < LATE, "{inbox:?}");
            thread::sleep(GLANCE);
        }
    }
}

impl House {
    /// The only page of received fax `number`, counted from 1.
    fn received(&self, number: usize) -> Page {
        self.seen_sender(number);
        let fax = self.client.inbox(0, 100).expect("the inbox").faxes.swap_remove(number - 1);
        let mut tiff = Vec::new();
        self.client.inbox_tiff(fax.id, &mut tiff).expect("the fax");
        let pages = t4::tiff::read(&tiff).expect("a fax TIFF");
        pages[0].to_page().expect("a page").0
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop());
        }
        assert!(self.folder.path().exists());
    }
}

fn config(folder: &TempDir) -> Config {
    let mut left = LineConfig::named("left");
    let mut right = LineConfig::named("right");
    (left.listen, right.listen) = (free_address(), free_address());
    (left.peer, right.peer) = (right.listen, left.listen);
    (left.tsid, right.csid) = ("+1 555 0100".to_owned(), "+1 555 0199".to_owned());
    right.send = false;
    let mut config = Config::with(folder.path().to_owned(), vec![left, right]);
    config.render.image = Some(env!("CARGO_BIN_EXE_ferrofax").into());
    config.listen.set_port(0);
    config
}

fn free_address() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    socket.local_addr().expect("an address")
}

fn page(seed: u32) -> Page {
    let mut bitmap = Bitmap::new(1728, 200).expect("a bitmap");
    for row in 0..200 {
        for x in 0..40 {
            bitmap.set((row * 5 + x + seed * 100) % 1728, row, true);
        }
    }
    Page::from_bitmap(&bitmap, Resolution::Fine)
}

/// Whether a status is the one meant.
type Is<'a> = &'a dyn Fn(&PortStatus) -> bool;

/// Each of `wanted` comes in `seen`, one behind the other.
fn in_order(seen: &[PortStatus], wanted: &[(&str, Is<'_>)]) {
    let mut rest = seen.iter();
    for (what, is) in wanted {
        assert!(rest.any(is), "{what} is missing, or comes too early, in {seen:#?}");
    }
}

#[test]
fn the_status_of_both_lines_lives_while_a_call_runs() {
    let house = House::open();
    house.set_line(RIGHT, json!({ "rings": 2 }));
    let more = json!({ "sender_name": "Anna", "display_name": "offer" });
    let id = house.submit(3, more);
    let mut seen: [Vec<PortStatus>; 2] = Default::default();
    let begun = Instant::now();
    let mut changed = false;
    loop {
        let over = house.job(id).finished.is_some();
        for (line, seen) in [LEFT, RIGHT].into_iter().zip(&mut seen) {
            let status = house.client.port_status(line).expect("a status");
            if seen.last() != Some(&status) {
                seen.push(status);
            }
        }
        if !changed && seen[0].last().is_some_and(|s| s.current_page == 2) {
            house.set_line(LEFT, json!({ "tsid": "SINCE" }));
            house.set_line(RIGHT, json!({ "csid": "SINCE" }));
            changed = true;
        }
        let idle = |seen: &Vec<PortStatus>| seen.last().is_some_and(|s| s.job.is_none());
        if over && seen.iter().all(idle) {
            break;
        }
        assert!(begun.elapsed() < LATE, "{seen:#?}");
        thread::sleep(GLANCE);
    }
    house.sent(id);

    let [left, right] = &seen;
    let page =
        |number| move |s: &PortStatus| s.description == "Sending" && s.current_page == number;
    let dialing = |s: &PortStatus| {
        let known = s.csid.is_empty() && s.current_page == 0 && s.address == "555 0199";
        s.description == "Dialing" && s.send && !s.receive && known
    };
    let whole = |s: &PortStatus| {
        let names = s.sender_name == "Anna" && s.document_name == "offer";
        let idents = s.tsid == "+1 555 0100" && s.csid == "+1 555 0199";
        let times = s.started.is_some() && s.submitted.is_some();
        names && idents && times && s.page_count == 3 && s.document_size > 0 && s.job == Some(id)
    };
    let idle = |s: &PortStatus| {
        let nothing = !s.send && !s.receive && s.address.is_empty() && s.started.is_none();
        s.description == "Available" && nothing
    };
    in_order(
        left,
        &[
            ("dialing", &dialing),
            ("page 1", &page(1)),
            ("page 2 with everything", &|s| page(2)(s) && whole(s)),
            ("page 3 with the identity that was sent", &|s| page(3)(s) && whole(s)),
            ("completed", &|s| s.description == "Completed" && s.send),
            ("idle", &idle),
        ],
    );
    let receiving = |s: &PortStatus| {
        let idents = s.tsid == "+1 555 0100" && s.csid == "+1 555 0199";
        let network = s.routing_string == "5550199" && !s.caller_id.is_empty();
        let outbound = s.address.is_empty() && s.current_page == 0 && s.submitted.is_none();
        s.description == "Receiving" && s.receive && !s.send && idents && network && outbound
    };
    // The sender's page 3 begins after the lines were given other identities.
    let third = left.iter().find(|s| s.current_page == 3).and_then(|s| s.seconds);
    let since = |s: &PortStatus| s.seconds > third;
    let ringing = |s: &PortStatus| s.description == "Ringing" && s.receive && s.started.is_some();
    let answered = |s: &PortStatus| s.description == "Answered" && s.receive;
    in_order(
        right,
        &[
            ("ringing", &ringing),
            ("answered", &answered),
            ("receiving", &receiving),
            ("receiving with the identity that was sent", &|s| receiving(s) && since(s)),
            ("idle", &idle),
        ],
    );
}

#[test]
fn a_paused_queue_sends_nothing_until_it_is_released() {
    let house = House::open();
    house.set(json!({ "pause_server_queue": true }));
    let id = house.submit(1, json!({}));
    thread::sleep(Duration::from_millis(300));
    let job = house.job(id);
    assert_eq!((job.state, job.attempts), (JobState::Pending, 0));
    house.set(json!({ "pause_server_queue": false }));
    house.sent(id);
}

#[test]
fn use_device_tsid_decides_whom_the_far_end_sees() {
    let house = House::open();
    let mut sent = 0;
    let mut send = |own: &str| {
        house.sent(house.submit(1, json!({ "tsid": own })));
        sent += 1;
        house.seen_sender(sent)
    };
    assert_eq!(send("ANNA"), "+1 555 0100");
    house.set(json!({ "use_device_tsid": false }));
    assert_eq!(send("ANNA"), "ANNA");
    assert_eq!(send(""), "+1 555 0100");
    house.set_line(LEFT, json!({ "tsid": "LEFT" }));
    assert_eq!(send(""), "LEFT");
}

#[test]
fn branding_puts_a_line_above_the_pages_of_the_next_call() {
    let house = House::open();
    let mut sent = 0;
    let mut received = || {
        house.sent(house.submit(1, json!({ "sender_name": "Anna" })));
        sent += 1;
        house.received(sent)
    };
    assert_eq!(is_stamped(&page(0), &received()), Ok(true));
    house.set(json!({ "branding": false }));
    let plain = received();
    assert_eq!(plain.to_bitmap(), page(0).to_bitmap());
    assert_eq!(is_stamped(&page(0), &plain), Ok(false));
    house.set(json!({ "branding": true }));
    assert_eq!(is_stamped(&page(0), &received()), Ok(true));
}

#[test]
fn retries_and_their_delay_rule_the_next_attempt() {
    let house = House::open();
    // A line that takes no calls is busy.
    house.set_line(RIGHT, json!({ "receive": false }));
    house.set(json!({ "retries": 1, "retry_delay": 0 }));
    let id = house.submit(1, json!({}));
    let job = house.until(id, |job| job.finished.is_some());
    assert_eq!((job.state, job.attempts), (JobState::Failed, 2), "{job:?}");
    assert_eq!(
        (job.queue_status.as_str(), job.device_status.as_str()),
        ("Retries Exceeded", "Busy")
    );

    house.set(json!({ "retries": 5, "retry_delay": 60 }));
    let id = house.submit(1, json!({}));
    let job = house.until(id, |job| job.queue_status == "Retrying");
    let attempts = house.client.attempts(id).expect("attempts").attempts;
    let at = |text: &Option<String>| text.as_deref().expect("a time").parse::<Timestamp>();
    let (ended, due) = (at(&attempts[0].ended).expect("a time"), at(&job.due).expect("a time"));
    let wait = due.duration_since(ended).as_secs_f64();
    assert!((3600.0 - wait).abs() < 60.0, "{wait} s from {ended} to {due}");
}

#[test]
fn unsent_jobs_leave_the_queue_when_their_days_are_over_and_stay_known() {
    let house = House::open();
    house.set_line(RIGHT, json!({ "receive": false }));
    house.set(json!({ "retries": 0, "dirty_days": -1 }));
    let id = house.submit(1, json!({}));
    house.until(id, |job| job.state == JobState::Failed);
    let mut fax =
        FaxServer::with_settings(Settings::for_server(house.client.address(), &token(&house)));
    fax.connect("").expect("a server");
    let mut job = fax.jobs().expect("the queue").item(1).expect("the failed job");
    house.set(json!({ "dirty_days": 3650 }));
    job.refresh().expect("it is kept");
    house.set(json!({ "dirty_days": 0 }));
    let gone = house.until(id, |job| !job.in_queue);
    assert_eq!(gone.state, JobState::Failed);
    assert_eq!(house.client.jobs(10).expect("the queue").count, 0);
    assert_eq!(job.refresh(), Err(faxcom::Error::JobGone(id)));
    assert_eq!(job.queue_status(), "Retries Exceeded", "the old values stay");
    house.client.resume(id).expect_err("what has left the queue does not come back");
}

fn token(house: &House) -> String {
    let text = std::fs::read_to_string(house.folder.path().join("client.toml")).expect("a file");
    let table: toml::Table = text.parse().expect("TOML");
    table["token"].as_str().expect("a token").to_owned()
}

#[test]
fn a_discount_job_waits_for_its_window_and_goes_when_the_window_comes_to_it() {
    let house = House::open();
    // By the clock of the house, which is ahead of ours by a few minutes at most.
    let now = jiff::Zoned::now();
    let (from, to) = (&now + 3.hours(), &now + 4.hours());
    house.set(json!({
        "discount_rate_start_hour": from.hour(), "discount_rate_start_minute": from.minute(),
        "discount_rate_end_hour": to.hour(), "discount_rate_end_minute": to.minute(),
    }));
    let id = house.submit(1, json!({ "discount_send": true }));
    let other = house.submit(1, json!({}));
    house.sent(other);
    let job = house.job(id);
    assert_eq!(
        (job.state, job.attempts, job.queue_status.as_str()),
        (JobState::Pending, 0, "Pending")
    );
    let due: Timestamp = job.due.expect("a time").parse().expect("a time");
    let opens = due.to_zoned(now.time_zone().clone());
    assert_eq!((opens.hour(), opens.minute(), opens.second()), (from.hour(), from.minute(), 0));
    // The same hour twice means the whole day.
    house.set(json!({
        "discount_rate_end_hour": from.hour(), "discount_rate_end_minute": from.minute(),
    }));
    house.sent(id);
}

#[test]
fn a_line_sends_and_receives_as_it_is_told() {
    let house = House::open();
    house.set_line(LEFT, json!({ "send": false }));
    let id = house.submit(1, json!({}));
    house.until(id, |job| job.queue_status == "No Line");
    house.set_line(LEFT, json!({ "send": true }));
    house.sent(id);
}

#[test]
fn rings_act_on_the_next_call() {
    let house = House::open();
    let rang = || {
        let id = house.submit(1, json!({}));
        house.sent(id);
        let transcript = house.client.transcript(id, 1).expect("a transcript");
        let at = |text: &str| {
            let is = |line: &&TranscriptLine| line.text.starts_with(text);
            transcript.lines.iter().find(is).expect(text).at
        };
        at("200 OK") - at("180 Ringing")
    };
    assert!(rang() < 6.0, "it rang although once means at once");
    house.set_line(RIGHT, json!({ "rings": 3 }));
    let seconds = rang();
    assert!(seconds > 11.0, "it rang for {seconds} s, and three rings last 12 s");
}

#[test]
fn a_call_that_rings_is_not_answered_once_it_is_cancelled() {
    let house = House::open();
    house.set_line(RIGHT, json!({ "rings": 99 }));
    house.set(json!({ "retry_delay": 10 }));
    let id = house.submit(1, json!({}));
    let begun = Instant::now();
    let ringing = loop {
        let status = house.client.port_status(RIGHT).expect("a status");
        if let (Some(job), "Ringing") = (status.job, status.description.as_str()) {
            break job;
        }
        assert!(begun.elapsed() < LATE, "{status:?}");
        thread::sleep(GLANCE);
    };
    house.client.cancel(ringing).expect("it is cancelled");
    let job = house.until(ringing, |job| job.finished.is_some());
    assert_eq!((job.state, job.in_queue), (JobState::Canceled, false));
    let lines = house.client.transcript(ringing, 1).expect("a transcript").lines;
    assert!(!lines.iter().any(|line| line.text.starts_with("200 OK")), "{lines:#?}");
    house.until(id, |job| job.queue_status == "Retrying");
}
