//! The server, the real binary, is lost at each of its named points; what the next start makes of
//! it. The far end is a server of its own that lives on.

#![cfg(unix)]

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use faxcom::{Client, ClientFile, Settings, api};
use ferrofax::clock::Clock;
use ferrofax::config::{Config, LineConfig};
use ferrofax::crash::Point;
use ferrofax::delivery::Method;
use ferrofax::queue::{Direction, JobState, Number, is_stamped};
use ferrofax::serve::Server;
use ferrofax::store::{Attempt, Job, JobId, Listing, NewJob, PortId, RoutePatch, Store};
use t4::{Bitmap, Page, Resolution, tiff};
use tempfile::TempDir;

/// Fax seconds in a real second.
const SCALE: f64 = 10.0;

/// The longest that a test waits for something, in reality.
const LATE: Duration = Duration::from_secs(30);

/// Pages of the fax.
const PAGES: u32 = 3;

/// The signal of `kill -9`.
const SIGKILL: i32 = 9;

/// The server that is lost, its folder, and the far end.
struct House {
    folder: TempDir,
    _far_folder: TempDir,
    far: Server,
    own_listen: SocketAddr,
    far_listen: SocketAddr,
    http: SocketAddr,
}

impl House {
    async fn new() -> Self {
        let (folder, far_folder) = (folder(), folder());
        let (own_listen, far_listen) = (free_udp(), free_udp());
        let line = LineConfig {
            listen: far_listen,
            peer: own_listen,
            csid: "FAR".to_owned(),
            // The lost call takes its time to be given up.
            channels: 2,
            ..LineConfig::named("far")
        };
        let mut config = Config::with(far_folder.path().to_owned(), vec![line]);
        config.listen.set_port(0);
        config.stop_within = Duration::ZERO;
        let far = Server::start(config, Clock::scaled(SCALE)).await.expect("a far end");
        let http = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("one");
        Self { folder, _far_folder: far_folder, far, own_listen, far_listen, http }
    }

    fn spawn(&self, point: Point) -> Child {
        let file = self.folder.path().join("ferrofax.toml");
        let text = format!(
            "data = {:?}\nlisten = \"{}\"\n[[line]]\nname = \"own\"\nlisten = \"{}\"\npeer = \"{}\"\n",
            self.data().display().to_string(),
            self.http,
            self.own_listen,
            self.far_listen,
        );
        std::fs::write(&file, text).expect("a configuration");
        Command::new(env!("CARGO_BIN_EXE_ferrofax"))
            .args(["serve", "--config"])
            .arg(file)
            .env("FERROFAX_CRASH_AT", point.as_str())
            .env("FERROFAX_CLOCK_SCALE", SCALE.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts")
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// The next start, in this process and on other ports.
    async fn restart(&self) -> Server {
        let line =
            LineConfig { listen: free_udp(), peer: self.far_listen, ..LineConfig::named("own") };
        let mut config = Config::with(self.data(), vec![line]);
        config.render.image = Some(env!("CARGO_BIN_EXE_ferrofax").into());
        config.listen.set_port(0);
        config.stop_within = Duration::ZERO;
        Server::start(config, Clock::scaled(SCALE)).await.expect("it starts again")
    }

    /// Copies go to a folder outside; what a client sets for it before the server is lost.
    async fn copies_go_out(&self) {
        let server = self.restart().await;
        let store = server.store();
        let out = self.out().display().to_string();
        let route = RoutePatch { enable: Some(true), target: Some(out.clone()) };
        store.set_route(PortId(1), Method::Folder, route).await.expect("a route");
        let mut properties = store.server().await.expect("the properties");
        (properties.archive_outbound, properties.archive_directory) = (true, out);
        store.set_server(properties).await.expect("they are set");
        server.stop().await;
    }

    fn out(&self) -> std::path::PathBuf {
        self.folder.path().join("out")
    }

    /// In the folder outside lies one fax and nothing else. One that came in has the sender's header
    /// line; one that went out is as it was given.
    #[track_caller]
    fn check_one_copy(&self, direction: Direction) {
        let files: Vec<_> = std::fs::read_dir(self.out()).expect("a folder").flatten().collect();
        let [file] = &files[..] else { panic!("{files:?}") };
        let fax = std::fs::read(file.path()).expect("a file");
        let pages = tiff::read(&fax).expect("a fax TIFF");
        assert_eq!(pages.len(), PAGES as usize);
        for (index, read) in (0..).zip(&pages) {
            let (read, _) = read.to_page().expect("a page");
            let given = page(index);
            let equal = match direction {
                Direction::Receive => is_stamped(&given, &read) == Ok(true),
                Direction::Send => read.to_bitmap() == given.to_bitmap(),
            };
            assert!(equal, "page {index}");
        }
    }

    /// The faxes that the far end has received to their end, by pages.
    async fn far_received(&self) -> Vec<u32> {
        let all = self.far.store().jobs(Listing::All, None, 100).await.expect("all jobs");
        let whole = all.jobs.iter().filter(|job| job.state == JobState::Received);
        whole.map(|job| job.pages).collect()
    }
}

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn free_udp() -> SocketAddr {
    UdpSocket::bind("127.0.0.1:0").expect("a socket").local_addr().expect("an address")
}

fn page(seed: u32) -> Page {
    let mut bitmap = Bitmap::new(1728, 200).expect("a bitmap");
    for row in 0..200 {
        for x in 0..40 {
            bitmap.set((row * 7 + x * (seed + 1)) % 1728, row, true);
        }
    }
    Page::from_bitmap(&bitmap, Resolution::Fine)
}

fn document() -> Vec<u8> {
    let mut writer = tiff::Writer::new();
    for index in 0..PAGES {
        writer.push(&page(index)).expect("a page");
    }
    writer.finish()
}

/// Does `work` on a thread that may wait.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("the work is done")
}

/// A client of the server whose data folder this is; tries until it answers.
fn connect(data: &Path, until: Instant) -> Option<Client> {
    while Instant::now() < until {
        let file = ClientFile::read(&data.join("client.toml")).ok();
        let known = file.and_then(|file| Some((file.server?, file.token?)));
        if let Some((server, token)) = known {
            let target = Settings::for_server(&server, &token).resolve(&server);
            if let Ok(client) = target.and_then(Client::connect) {
                return Some(client);
            }
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}

fn order(document: u32) -> api::NewJob {
    serde_json::from_value(serde_json::json!({ "document": document, "number": "555 0199" }))
        .expect("an order")
}

/// Uploads and submits; what the server said before it was lost.
fn submit(client: &Client) -> Result<u32, faxcom::Error> {
    let uploaded = client.upload("letter.tif", &document())?;
    Ok(client.submit(&order(uploaded.id), "the-one")?.value.id)
}

/// Waits until the process is gone, and by its own hand.
fn wait_lost(mut child: Child) {
    let until = Instant::now() + LATE;
    while Instant::now() < until {
        if let Some(status) = child.try_wait().expect("a child") {
            assert_eq!(status.signal(), Some(SIGKILL), "{status}");
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(child.kill());
    panic!("the server never came to that point");
}

async fn until(store: &Store, id: JobId, done: impl Fn(&Job) -> bool) -> Job {
    let mut news = store.watch_events();
    let wait = async {
        loop {
            news.mark_unchanged();
            match store.job(id).await {
                Ok(job) if done(&job) => return job,
                _ => news.changed().await.expect("a running server"),
            }
        }
    };
    match tokio::time::timeout(LATE, wait).await {
        Ok(job) => job,
        Err(_) => panic!("{:?}", store.job(id).await),
    }
}

/// Sends a fax through a server that is lost at `point`. The house, the server started again, and
/// what the submitter heard.
async fn lost_while_sending(point: Point) -> (House, Server, Result<u32, faxcom::Error>) {
    lost_while_sending_in(House::new().await, point).await
}

async fn lost_while_sending_in(
    house: House,
    point: Point,
) -> (House, Server, Result<u32, faxcom::Error>) {
    let child = house.spawn(point);
    let data = house.data();
    let heard = blocking(move || {
        let client = connect(&data, Instant::now() + LATE).expect("a server that answers");
        let heard = submit(&client);
        wait_lost(child);
        heard
    })
    .await;
    let server = house.restart().await;
    (house, server, heard)
}

/// The end of the job, and its calls.
async fn ended(server: &Server) -> (Job, Vec<Attempt>) {
    let job = until(server.store(), JobId(1), |job| job.ended_us.is_some()).await;
    let attempts = server.store().attempts(JobId(1)).await.expect("attempts");
    (job, attempts)
}

/// A server lost at `point` goes on with page `goes_on_at` (from 0) in its second call.
async fn check_goes_on(point: Point, goes_on_at: u32) {
    let (house, server, heard) = lost_while_sending(point).await;
    assert_eq!(heard.expect("the submitter was told"), 1);
    let (job, attempts) = ended(&server).await;
    assert_eq!((job.state, job.pages_confirmed), (JobState::Sent, PAGES), "{job:?}");
    let firsts: Vec<_> = attempts.iter().map(|attempt| attempt.first_page).collect();
    assert_eq!(firsts, [0, goes_on_at], "{attempts:?}");
    assert!(attempts[0].broken && !attempts[1].broken, "{attempts:?}");
    until(house.far.store(), JobId(2), |job| job.ended_us.is_some()).await;
    assert_eq!(house.far_received().await, [PAGES - goes_on_at]);
    server.stop().await;
    house.far.stop().await;
}

/// A server lost at `point` does not know whether the far end has the fax, and says so.
async fn check_uncertain(point: Point) {
    let (house, server, heard) = lost_while_sending(point).await;
    assert_eq!(heard.expect("the submitter was told"), 1);
    let (job, attempts) = ended(&server).await;
    assert_eq!((job.state, job.pages_confirmed), (JobState::Uncertain, PAGES - 1), "{job:?}");
    assert!(attempts.len() == 1 && attempts[0].uncertain, "{attempts:?}");
    if point == Point::BetweenAnswerAndRecord {
        until(house.far.store(), JobId(1), |job| job.ended_us.is_some()).await;
        assert_eq!(house.far.store().job(JobId(1)).await.expect("it").pages, PAGES);
    }
    server.stop().await;
    house.far.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_idle() {
    let house = House::new().await;
    let child = house.spawn(Point::Idle);
    blocking(move || wait_lost(child)).await;
    let server = house.restart().await;
    assert_eq!(server.store().jobs(Listing::All, None, 1).await.expect("jobs").count, 0);
    server.stop().await;
    house.far.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_in_upload() {
    let (house, server, heard) = lost_while_sending(Point::InUpload).await;
    assert!(heard.is_err(), "{heard:?}");
    assert_eq!(server.store().jobs(Listing::All, None, 1).await.expect("jobs").count, 0);
    let left = std::fs::read_dir(house.data().join("documents")).expect("a folder").count();
    assert_eq!(left, 0, "half an upload stays");
    let data = house.data();
    let id = blocking(move || {
        let client = connect(&data, Instant::now() + LATE).expect("a server that answers");
        submit(&client)
    });
    assert_eq!(id.await.expect("the submitter asks again"), 1);
    let (job, _) = ended(&server).await;
    assert_eq!(job.state, JobState::Sent);
    server.stop().await;
    house.far.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_after_accept() {
    let (house, server, heard) = lost_while_sending(Point::AfterAccept).await;
    assert!(heard.is_err(), "{heard:?}");
    let data = house.data();
    let again = blocking(move || {
        let client = connect(&data, Instant::now() + LATE).expect("a server that answers");
        client.submit(&order(1), "the-one")
    });
    let again = again.await.expect("the submitter asks again");
    assert_eq!((again.value.id, again.created), (1, false));
    let (job, _) = ended(&server).await;
    assert_eq!(job.state, JobState::Sent);
    until(house.far.store(), JobId(1), |job| job.ended_us.is_some()).await;
    assert_eq!(house.far_received().await, [PAGES]);
    server.stop().await;
    house.far.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_in_phase_b() {
    check_goes_on(Point::PhaseB, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_in_mid_page() {
    check_goes_on(Point::MidPage, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_between_pages() {
    check_goes_on(Point::BetweenPages, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_after_the_last_eop() {
    check_uncertain(Point::AfterLastEop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_between_answer_and_record() {
    check_uncertain(Point::BetweenAnswerAndRecord).await;
}

/// The far end sends to a server that is lost at `point`; how many pages of it are there after.
async fn lost_while_receiving(point: Point) -> (House, Server, Job) {
    lost_while_receiving_in(House::new().await, point).await
}

async fn lost_while_receiving_in(house: House, point: Point) -> (House, Server, Job) {
    let child = house.spawn(point);
    let data = house.data();
    blocking(move || connect(&data, Instant::now() + LATE).expect("a server that answers")).await;
    let order = NewJob {
        document: None,
        user_name: "far".to_owned(),
        number: Number::parse("555 0100").expect("a number"),
        recipient_name: String::new(),
        sender_name: String::new(),
        sender_company: String::new(),
        sender_department: String::new(),
        tsid: String::new(),
        billing_code: String::new(),
        display_name: String::new(),
        discount: false,
        cover: String::new(),
        cover_pages: 0,
        drawn: None,
    };
    house.far.store().submit(order, (0..PAGES).map(page).collect(), None).await.expect("queued");
    blocking(move || wait_lost(child)).await;
    let server = house.restart().await;
    let job = server.store().job(JobId(1)).await.expect("the received job");
    for index in 0..job.pages {
        let stored = server.store().page(job.id, index).await.expect("a whole page");
        assert_eq!(is_stamped(&page(index), &stored), Ok(true), "page {index}");
    }
    (house, server, job)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_in_a_received_page() {
    let (house, server, job) = lost_while_receiving(Point::InReceivedPage).await;
    assert_eq!(job.state, JobState::ReceiveFailed, "{job:?}");
    assert!(job.pages < PAGES, "{job:?}");
    assert_eq!(job.left_seq.is_some(), job.pages == 0, "{job:?}");
    server.stop().await;
    house.far.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_after_the_last_page_was_received() {
    let (house, server, job) = lost_while_receiving(Point::AfterLastReceived).await;
    assert_eq!((job.state, job.pages), (JobState::ReceiveFailed, PAGES), "{job:?}");
    let inbox = std::fs::read(house.data().join("inbox/1.tif")).expect("it is in the inbox");
    assert_eq!(tiff::read(&inbox).expect("a TIFF").len(), PAGES as usize);
    // The far end was told of every page: for it the fax is sent.
    let sent = until(house.far.store(), JobId(1), |job| job.ended_us.is_some()).await;
    assert_eq!(sent.state, JobState::Sent, "{sent:?}");
    server.stop().await;
    house.far.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_after_a_received_fax_was_stored() {
    let house = House::new().await;
    house.copies_go_out().await;
    let (house, server, _) = lost_while_receiving_in(house, Point::AfterStored).await;
    let job = until(server.store(), JobId(1), |job| job.left_seq.is_some()).await;
    assert_eq!((job.state, job.pages), (JobState::Received, PAGES), "{job:?}");
    assert!(job.delivery.starts_with("stored as "), "{job:?}");
    house.check_one_copy(Direction::Receive);
    server.stop().await;
    house.far.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_after_a_sent_fax_was_archived() {
    let house = House::new().await;
    house.copies_go_out().await;
    let (house, server, heard) = lost_while_sending_in(house, Point::AfterArchived).await;
    assert_eq!(heard.expect("the submitter was told"), 1);
    let job = until(server.store(), JobId(1), |job| !job.delivery.is_empty()).await;
    assert_eq!(job.state, JobState::Sent, "{job:?}");
    assert!(job.delivery.starts_with("archived as "), "{job:?}");
    house.check_one_copy(Direction::Send);
    assert_eq!(house.far_received().await, [PAGES]);
    server.stop().await;
    house.far.stop().await;
}
