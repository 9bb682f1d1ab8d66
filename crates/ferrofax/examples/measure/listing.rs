//! A million jobs, listed: `cargo run --release -p ferrofax --example measure -- listing`, or fewer
//! with their number behind it.
//!
//! The server runs in this process; the client is a process of its own, so that its memory and its
//! time on the processor are its own as well.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use faxcom::{FaxServer, Settings};
use ferrofax::clock::Clock;
use ferrofax::store::{JobId, Listing, Store};
use sqlx::Connection as _;
use tempfile::TempDir;

/// Jobs in the queue, unless another number is asked for.
pub(crate) const JOBS: u32 = 1_000_000;

/// Ticks of a second in which Linux counts what a process takes of the processor.
const TICKS: f64 = 100.0;

/// How often something short is measured; the median counts.
const ROUNDS: usize = 21;

/// Jobs that are looked at anywhere in the picture.
const ANYWHERE: u32 = 200;

/// Jobs in a page that is taken apart.
const PAGE_JOBS: u32 = 500;

/// The token travels to the client in this variable.
const TOKEN: &str = "FERROFAX_MEASURE_TOKEN";

/// Fills, serves, lets the client measure, and then measures what a page costs inside.
pub(crate) async fn measure(jobs: u32) {
    let folder = TempDir::new().expect("a folder");
    let start = Instant::now();
    fill(&folder, jobs).await;
    println!("{jobs} jobs stored in {:.1?}", start.elapsed());
    let start = Instant::now();
    let (server, token) = super::server(&folder).await;
    println!("server started in {:.1?}", start.elapsed());
    let url = format!("http://{}", server.http_addr());

    let this = std::env::current_exe().expect("this program");
    let client = Command::new(this)
        .args(["list", &url, &std::process::id().to_string()])
        .env(TOKEN, &token)
        .status();
    assert!(client.expect("a client").success());

    a_page_inside(server.store(), server.http_addr(), &token, jobs).await;
    server.stop().await;
}

/// Queues jobs of three pages for many people, faster than clients could: the rows are what
/// submissions leave, the pages are missing.
async fn fill(folder: &TempDir, jobs: u32) {
    let store = Store::open(folder.path(), Clock::real()).await.expect("it opens");
    store.submit(super::order(), vec![super::page()], None).await.expect("queued");
    store.close().await;
    let address = format!("sqlite:{}", folder.path().join("ferrofax.db").display());
    let mut database = sqlx::AnyConnection::connect(&address).await.expect("the database");
    let sql = format!(
        "CREATE TEMP TABLE n (id INTEGER); \
         WITH RECURSIVE c(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM c WHERE i < {jobs}) \
         INSERT INTO n SELECT i FROM c; \
         CREATE TEMP TABLE j AS SELECT * FROM jobs; \
         UPDATE j SET pages = 3; \
         INSERT INTO jobs (id, direction, state, held, cancel_requested, attempts, due_us, \
         created_us, ended_us, created_seq, left_seq, document, user_name, number, dialled, \
         recipient_name, sender_name, sender_company, sender_department, tsid, billing_code, \
         display_name, discount, pages, pages_confirmed, octets, failure, port, caller, remote, \
         window_open, device, phase, page, rate_bps, ecm, started_us) \
         SELECT n.id, direction, state, held, cancel_requested, attempts, \
         due_us + n.id * 1000, created_us + n.id * 1000, ended_us, n.id, left_seq, document, \
         'user' || (n.id % 97), '+1 (555) ' || (1000000 + n.id), '+1555' || (1000000 + n.id), \
         'Recipient ' || n.id, 'Sender ' || (n.id % 977), 'Example Shipping Ltd', 'Accounts', \
         tsid, 'B-' || (n.id % 1013), 'invoice-' || n.id || '.pdf', discount, pages, \
         pages_confirmed, octets, failure, port, caller, remote, window_open, device, phase, \
         page, rate_bps, ecm, started_us FROM j, n; \
         UPDATE counters SET value = {jobs} WHERE name IN ('job', 'step', 'arrived')"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut database).await.expect("a long queue");
    database.close().await.expect("closed");
}

/// What a client that does nothing else sees and needs.
pub(crate) fn client(url: &str, server_process: u32) {
    let token = std::env::var(TOKEN).expect("a token");
    let mut server = FaxServer::with_settings(Settings::for_server(url, &token));
    server.connect("").expect("connected");
    let get_jobs = || {
        let start = Instant::now();
        let jobs = server.jobs().expect("a picture");
        assert!(jobs.count() > 0);
        start.elapsed()
    };
    println!("GetJobs and Count: {:.1?} the first time", get_jobs());
    say("GetJobs and Count", times(get_jobs));

    let jobs = server.jobs().expect("a picture");
    let mut octets = 0;
    walk("all items upwards", server_process, || {
        for index in 1..=jobs.count() {
            let job = jobs.item(index).expect("a job");
            assert_eq!(job.job_id(), index);
            octets += job.fax_number().len() + job.queue_status().len();
        }
    });
    println!("{octets} octets read");

    let jobs = server.jobs().expect("a picture");
    walk(&format!("{ANYWHERE} items anywhere"), server_process, || {
        for n in 0..ANYWHERE {
            // A large prime, so that neighbours lie far apart.
            let index = n.wrapping_mul(7_368_787) % jobs.count() + 1;
            assert_eq!(jobs.item(index).expect("a job").job_id(), index);
        }
    });

    let jobs = server.jobs().expect("a picture");
    walk("all items downwards", server_process, || {
        for index in (1..=jobs.count()).rev() {
            assert_eq!(jobs.item(index).expect("a job").job_id(), index);
        }
    });
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
        println!("the client's memory: {peak}");
    }
}

/// Says how long something takes, and how much of it the server and this client spend working: what
/// the rest of the computer does changes the former, hardly the latter.
fn walk(what: &str, server_process: u32, go: impl FnOnce()) {
    let worked = || (worked(server_process), worked(std::process::id()));
    let ((server, client), start) = (worked(), Instant::now());
    go();
    let (took, after) = (start.elapsed(), worked());
    let (server, client) = (after.0 - server, after.1 - client);
    println!("{what}: {took:.2?}, worked: server {server:.2} s, client {client:.2} s");
}

/// Seconds of the processor that a process has had, in its own code and in the system's.
fn worked(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name before may have blanks in it; after its bracket come the state and ten numbers.
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// Where the time of a page goes: to the store, to the answer, to the client's types.
async fn a_page_inside(store: &Store, address: SocketAddr, token: &str, jobs: u32) {
    let picture = Listing::Visible { as_of: Some(i64::from(jobs)) };
    let middle = i64::from(jobs / 2);
    let mut store_takes = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let page = store.jobs(picture, Some(JobId(middle)), PAGE_JOBS).await.expect("a page");
        store_takes.push(start.elapsed());
        assert_eq!(page.jobs.len(), PAGE_JOBS as usize);
    }
    say("a page in the middle, store", store_takes);
    let token = token.to_owned();
    let rest = tokio::task::spawn_blocking(move || page_over_rest(address, &token, jobs));
    rest.await.expect("a page over REST");
}

fn page_over_rest(address: SocketAddr, token: &str, jobs: u32) {
    let mut connection = TcpStream::connect(address).expect("connected");
    let path = format!("/v1/jobs?limit={PAGE_JOBS}&as_of={jobs}&after={}", jobs / 2);
    let mut body = Vec::new();
    let takes = times(|| {
        let start = Instant::now();
        body = get(&mut connection, &path, token);
        start.elapsed()
    });
    say(&format!("a page in the middle, REST, {} octets", body.len()), takes);
    let takes = times(|| {
        let start = Instant::now();
        let list: faxcom::api::JobList = serde_json::from_slice(&body).expect("a page");
        let took = start.elapsed();
        assert_eq!(list.jobs.len(), PAGE_JOBS as usize);
        took
    });
    say("a page in the middle, reading it", takes);
}

/// The body of an answer with a `content-length`.
fn get(connection: &mut TcpStream, path: &str, token: &str) -> Vec<u8> {
    let ask =
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n");
    connection.write_all(ask.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        let read = connection.read(&mut chunk).expect("an answer");
        assert!(read > 0, "the server hung up");
        answer.extend_from_slice(chunk.get(..read).unwrap_or_default());
        let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let words = String::from_utf8_lossy(answer.get(..head).unwrap_or_default()).into_owned();
        let length = words.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.expect("a length").parse().expect("a number");
        if answer.len() == head + 4 + length {
            return answer.split_off(head + 4);
        }
    }
}

fn times(mut once: impl FnMut() -> Duration) -> Vec<Duration> {
    std::iter::repeat_with(&mut once).take(ROUNDS).collect()
}

fn say(what: &str, mut takes: Vec<Duration>) {
    takes.sort();
    let (Some(best), Some(worst)) = (takes.first(), takes.last()) else { return };
    let median = takes.get(takes.len() / 2).expect("one in the middle");
    println!("{what}: {median:.2?} (median; {best:.2?} to {worst:.2?})");
}
