//! How fast the queue is: `cargo run --release -p ferrofax --example measure`.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use ferrofax::clock::Clock;
use ferrofax::config::{Config, LineConfig};
use ferrofax::queue::Number;
use ferrofax::serve::Server;
use ferrofax::store::{JobId, Listing, NewJob, Store};
use t4::{Bitmap, Page, Resolution, tiff};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Submissions of one measurement.
const SUBMISSIONS: usize = 2000;

/// Clients at once.
const CLIENTS: [usize; 3] = [1, 16, 64];

/// Jobs in the long queue.
const LONG_QUEUE: i64 = 100_000;

fn page() -> Page {
    let mut bitmap = Bitmap::new(1728, 1100).expect("a bitmap");
    for row in (0..1100).filter(|row| row % 40 < 12) {
        for x in (200..1500).filter(|x| (x / 7 + row / 3) % 5 == 0) {
            bitmap.set(x, row, true);
        }
    }
    Page::from_bitmap(&bitmap, Resolution::Standard)
}

fn order() -> NewJob {
    NewJob {
        document: None,
        user_name: "anna".to_owned(),
        number: Number::parse("555 0199").expect("a number"),
        recipient_name: "Bruno".to_owned(),
        sender_name: "Anna".to_owned(),
        sender_company: String::new(),
        sender_department: String::new(),
        tsid: String::new(),
        billing_code: String::new(),
        display_name: "letter".to_owned(),
        discount: false,
        cover: String::new(),
    }
}

fn say(what: &str, count: usize, took: Duration) {
    let each = took / u32::try_from(count).expect("a count");
    println!("{what}: {:.0} a second, {each:?} each", count as f64 / took.as_secs_f64());
}

async fn submissions_to_the_store() {
    for clients in CLIENTS {
        let folder = TempDir::new().expect("a folder");
        let store = Store::open(folder.path(), Clock::real()).await.expect("it opens");
        let start = Instant::now();
        let each = SUBMISSIONS / clients;
        let tasks: Vec<_> = (0..clients)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    for _ in 0..each {
                        store.submit(order(), vec![page()], None).await.expect("queued");
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("a client");
        }
        say(&format!("store, {clients} clients"), each * clients, start.elapsed());
    }
}

async fn ask(connection: &mut TcpStream, what: &str, token: &str, body: &[u8]) -> String {
    let request = format!(
        "{what} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    let request = [request.as_bytes(), body].concat();
    connection.write_all(&request).await.expect("sent");
    let mut answer = Vec::new();
    let mut chunk = [0; 65_536];
    loop {
        let read = connection.read(&mut chunk).await.expect("an answer");
        assert!(read > 0, "the server hung up");
        answer.extend_from_slice(chunk.get(..read).unwrap_or_default());
        let text = String::from_utf8_lossy(&answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if length.is_none_or(|length| body.len() >= length.trim().parse().expect("a length")) {
            return text.into_owned();
        }
    }
}

async fn server(folder: &TempDir) -> (Server, String) {
    let mut line = LineConfig::named("trunk");
    line.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let mut config = Config::with(folder.path().to_owned(), vec![line]);
    config.listen.set_port(0);
    let server = Server::start(config, Clock::real()).await.expect("it starts");
    let mut properties = server.store().server().await.expect("properties");
    properties.pause_server_queue = true;
    server.store().set_server(properties).await.expect("set");
    let token = server.store().add_token("anna").await.expect("a token");
    (server, token)
}

async fn submissions_through_rest() {
    let mut writer = tiff::Writer::new();
    writer.push(&page()).expect("a page");
    let document = writer.finish();
    for clients in CLIENTS {
        let folder = TempDir::new().expect("a folder");
        let (server, token) = server(&folder).await;
        let address = server.http_addr();
        let mut connection = TcpStream::connect(address).await.expect("connected");
        let upload = ask(&mut connection, "POST /v1/documents", &token, &document).await;
        assert!(upload.starts_with("HTTP/1.1 201"), "{upload}");
        let start = Instant::now();
        let each = SUBMISSIONS / clients;
        let tasks: Vec<_> = (0..clients)
            .map(|_| {
                let token = token.clone();
                tokio::spawn(async move {
                    let mut connection = TcpStream::connect(address).await.expect("connected");
                    let body = br#"{"document":1,"number":"555 0199"}"#;
                    for _ in 0..each {
                        let answer = ask(&mut connection, "POST /v1/jobs", &token, body).await;
                        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("a client");
        }
        say(&format!("REST, {clients} clients"), each * clients, start.elapsed());
        server.stop().await;
    }
}

async fn a_long_queue() {
    use sqlx::Connection as _;
    let folder = TempDir::new().expect("a folder");
    let (server, token) = server(&folder).await;
    let store = server.store();
    store.submit(order(), vec![page()], None).await.expect("queued");
    // The rest are copies of the first.
    let address = format!("sqlite:{}", folder.path().join("ferrofax.db").display());
    let mut database = sqlx::AnyConnection::connect(&address).await.expect("the database");
    let sql = "CREATE TEMP TABLE n (id INTEGER); \
         WITH RECURSIVE c(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM c WHERE i < 100000) \
         INSERT INTO n SELECT i FROM c; \
         CREATE TEMP TABLE j AS SELECT * FROM jobs; \
         INSERT INTO jobs SELECT n.id, direction, state, held, cancel_requested, attempts, \
         due_us, created_us, ended_us, n.id, left_seq, document, user_name, number, dialled, \
         recipient_name, sender_name, sender_company, sender_department, tsid, billing_code, \
         display_name, discount, pages, pages_confirmed, octets, failure, port, caller, remote, \
         window_open, device, phase, page, rate_bps, ecm, started_us FROM j, n; \
         UPDATE counters SET value = 100000 WHERE name IN ('job', 'step')";
    sqlx::raw_sql(sql).execute(&mut database).await.expect("a long queue");
    let rounds = 50_u32;
    let visible = Listing::Visible { as_of: None };
    let start = Instant::now();
    for _ in 0..rounds {
        let page = store.jobs(visible, None, 100).await.expect("a page");
        assert_eq!((page.count, page.jobs.len()), (100_000, 100));
    }
    say("store, count and first page of 100", rounds as usize, start.elapsed());
    let picture = Listing::Visible { as_of: Some(LONG_QUEUE) };
    let start = Instant::now();
    for _ in 0..rounds {
        store.jobs(picture, Some(JobId(50_000)), 100).await.expect("a page");
    }
    say("store, a page in the middle", rounds as usize, start.elapsed());
    let mut connection = TcpStream::connect(server.http_addr()).await.expect("connected");
    let start = Instant::now();
    for _ in 0..rounds {
        ask(&mut connection, "GET /v1/jobs?limit=100", &token, b"").await;
    }
    say("REST, count and first page of 100", rounds as usize, start.elapsed());
    let start = Instant::now();
    for _ in 0..rounds {
        ask(&mut connection, "GET /v1/jobs?limit=1", &token, b"").await;
    }
    say("REST, count and one job", rounds as usize, start.elapsed());
    server.stop().await;
}

#[tokio::main]
async fn main() {
    submissions_to_the_store().await;
    submissions_through_rest().await;
    a_long_queue().await;
}
