//! A real server, the binary, whose two lines call each other.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use t4::{Bitmap, Page, Resolution, tiff};

/// The longest that a test waits for something.
const LATE: Duration = Duration::from_secs(60);

/// Rows of a page that takes its time.
const SLOW_ROWS: u32 = 2200;

/// Each order of a job is one of its own.
static NEXT_KEY: AtomicU32 = AtomicU32::new(1);

/// The server. It ends with this.
pub(crate) struct House {
    pub(crate) folder: tempfile::TempDir,
    child: Child,
    /// `127.0.0.1:port`.
    pub(crate) address: String,
    token: String,
}

impl House {
    /// One fax second lasts `1 / scale` seconds.
    pub(crate) fn open(scale: f64) -> Self {
        let folder = tempfile::TempDir::new_in(crate::wine::kept()).expect("a folder");
        Self::open_in(folder, scale)
    }

    /// As [`House::open`], over the jobs that are in the folder already.
    pub(crate) fn open_in(folder: tempfile::TempDir, scale: f64) -> Self {
        let data = folder.path().join("data");
        let (one, two) = (free_udp(), free_udp());
        let line = |name: &str, own: &str, other: &str, id: &str| {
            format!(
                "[[line]]\nname = \"{name}\"\nlisten = \"{own}\"\npeer = \"{other}\"\n\
                 tsid = \"{id}\"\ncsid = \"{id}\"\nchannels = 2\n"
            )
        };
        let text = format!(
            "data = {data:?}\nlisten = \"127.0.0.1:0\"\n{}{}",
            line("north", &one, &two, "+1 555 0100"),
            line("south", &two, &one, "+1 555 0200"),
        );
        let config = folder.path().join("ferrofax.toml");
        std::fs::write(&config, text).expect("a configuration");
        let log = std::fs::File::create(folder.path().join("server.log")).expect("a log");
        let mut serve = Command::new(env!("CARGO_BIN_EXE_ferrofax"));
        serve.args(["serve", "--config"]).arg(config);
        serve.env("FERROFAX_CLOCK_SCALE", scale.to_string()).env("HOME", folder.path());
        let child = serve.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        let child = child.expect("the server starts");
        let (address, token) = within("the server answers", || answering(&data));
        Self { folder, child, address, token }
    }

    /// The file by which a client finds this server, as Windows names it.
    pub(crate) fn client_file(&self) -> String {
        crate::wine::windows_path(&self.folder.path().join("data/client.toml"))
    }

    /// Writes a file into the folder and gives its name, as Windows has it.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).expect("written");
        crate::wine::windows_path(&path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.json("GET", path, "")
    }

    pub(crate) fn patch(&self, path: &str, change: &Value) -> Value {
        self.json("PATCH", path, &change.to_string())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        self.json("POST", path, &body.to_string())
    }

    /// Queues a document; `order` has everything but the document. The job's id.
    pub(crate) fn send(&self, document: &[u8], mut order: Value) -> u64 {
        order["document"] = self.upload(document);
        self.post("/v1/jobs", &order)["id"].as_u64().expect("a job")
    }

    /// The id of the document there.
    pub(crate) fn upload(&self, document: &[u8]) -> Value {
        let head = "content-type: application/octet-stream\r\n";
        let path = "/v1/documents?name=letter.tif";
        parse(&self.ask("POST", path, head, document))["id"].clone()
    }

    /// Waits until the job is in `state`.
    pub(crate) fn job_in(&self, id: u64, state: &str) -> Value {
        within(&format!("job {id} is {state}"), || {
            let job = self.get(&format!("/v1/jobs/{id}"));
            (job["state"] == state).then_some(job)
        })
    }

    /// The server is gone at once.
    pub(crate) fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    fn json(&self, method: &str, path: &str, body: &str) -> Value {
        let key = NEXT_KEY.fetch_add(1, Ordering::Relaxed);
        let head = format!("content-type: application/json\r\nidempotency-key: test-{key}\r\n");
        parse(&self.ask(method, path, &head, body.as_bytes()))
    }

    fn ask(&self, method: &str, path: &str, head: &str, body: &[u8]) -> Vec<u8> {
        let answer = ask(&self.address, &self.token, method, path, head, body);
        let answer = answer.expect("the server answers");
        let good = answer.starts_with(b"HTTP/1.1 2");
        assert!(good, "{method} {path}: {}", String::from_utf8_lossy(&answer));
        answer
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.path("server.log")).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(30).collect();
            let tail: Vec<&str> = tail.into_iter().rev().collect();
            println!("the server said last:\n{}", tail.join("\n"));
        }
    }
}

/// Asks until there is an answer.
#[track_caller]
pub(crate) fn within<T>(what: &str, ask: impl Fn() -> Option<T>) -> T {
    let until = Instant::now() + LATE;
    while Instant::now() < until {
        if let Some(answer) = ask() {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("waited too long until {what}");
}

/// Where the server of this data folder is, and its token, once it answers.
fn answering(data: &Path) -> Option<(String, String)> {
    let text = std::fs::read_to_string(data.join("client.toml")).ok()?;
    let file: toml::Table = text.parse().ok()?;
    let address = file.get("server")?.as_str()?.strip_prefix("http://")?.to_owned();
    let token = file.get("token")?.as_str()?.to_owned();
    let answer = ask(&address, &token, "GET", "/v1/server", "", b"").ok()?;
    answer.starts_with(b"HTTP/1.1 200").then_some((address, token))
}

fn ask(
    address: &str,
    token: &str,
    method: &str,
    path: &str,
    head: &str,
    body: &[u8],
) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(LATE))?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         connection: close\r\n{head}content-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[request.as_bytes(), body].concat())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

fn parse(answer: &[u8]) -> Value {
    let text = String::from_utf8_lossy(answer);
    let (_, body) = text.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {text}"))
}

fn free_udp() -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    socket.local_addr().expect("an address").to_string()
}

/// A fax TIFF of `pages` pages that are sent at once.
pub(crate) fn letter(pages: u32) -> Vec<u8> {
    document((0..pages).map(|number| {
        let mut bitmap = Bitmap::new(1728, 100).expect("a bitmap");
        for x in 0..=number {
            bitmap.set(100 + 2 * x, 20, true);
        }
        bitmap
    }))
}

/// A PNG file of a grey square.
pub(crate) fn picture() -> Vec<u8> {
    const SIDE: u32 = 200;
    let mut octets = Vec::new();
    let mut encoder = png::Encoder::new(&mut octets, SIDE, SIDE);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().expect("a picture");
    writer.write_image_data(&[160; (SIDE * SIDE) as usize]).expect("its pixels");
    drop(writer);
    octets
}

/// A fax TIFF of one quick page and `slow` ones that each take minutes of fax time.
pub(crate) fn slow_letter(slow: u32) -> Vec<u8> {
    let quick = std::iter::once(Bitmap::new(1728, 100).expect("a bitmap"));
    document(quick.chain((0..slow).map(noise)))
}

fn document(pages: impl Iterator<Item = Bitmap>) -> Vec<u8> {
    let mut writer = tiff::Writer::new();
    for bitmap in pages {
        writer.push(&Page::from_bitmap(&bitmap, Resolution::Fine)).expect("a page");
    }
    writer.finish()
}

/// A page that no coding makes small.
fn noise(number: u32) -> Bitmap {
    let mut bitmap = Bitmap::new(1728, SLOW_ROWS).expect("a bitmap");
    let mut state = 0x9e37_79b9_u32 ^ (number << 8);
    for row in 0..SLOW_ROWS {
        for x in 0..1728 {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            bitmap.set(x, row, state & 7 == 0);
        }
    }
    bitmap
}

/// A fax file that says everything that one can say.
pub(crate) fn tagged_letter() -> Vec<u8> {
    let mut writer = tiff::Writer::new().tags(tiff::FaxTags {
        recipient_name: "Tiff Recipient".to_owned(),
        recipient_number: "555 0155".to_owned(),
        sender_name: "Tiff Sender".to_owned(),
        routing: "Tiff Routing".to_owned(),
        caller_id: "Tiff Caller".to_owned(),
        csid: "TIFF CSID".to_owned(),
        tsid: "TIFF TSID".to_owned(),
        time: "2026-03-04T15:06:07Z".to_owned(),
    });
    let bitmap = Bitmap::new(1728, 100).expect("a bitmap");
    writer.push(&Page::from_bitmap(&bitmap, Resolution::Fine)).expect("a page");
    writer.finish()
}
