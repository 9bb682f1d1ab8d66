//! How fast the queue is: `cargo run --release -p ferrofax --example measure`.
//!
//! Without an argument it queues jobs; with `listing` it lists a million of them, with `rendering` it
//! draws documents, see there.

mod listing;
mod rendering;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use ferrofax::clock::Clock;
use ferrofax::config::{Config, LineConfig};
use ferrofax::queue::Number;
use ferrofax::serve::Server;
use ferrofax::store::{NewJob, Store};
use t4::{Bitmap, Page, Resolution, tiff};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Submissions of one measurement.
const SUBMISSIONS: usize = 2000;

/// Clients at once.
const CLIENTS: [usize; 3] = [1, 16, 64];

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
        cover_pages: 0,
        drawn: None,
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

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["list", url, server] => listing::client(url, server.parse().expect("a process")),
        // The server that is measured starts its workers from this image.
        ["render-worker", ..] => drop(ferrofax::cli::main()),
        ["rendering"] => rendering::measure().await,
        ["listing"] => listing::measure(listing::JOBS).await,
        ["listing", jobs] => listing::measure(jobs.parse().expect("a number of jobs")).await,
        _ => {
            submissions_to_the_store().await;
            submissions_through_rest().await;
        }
    }
}
