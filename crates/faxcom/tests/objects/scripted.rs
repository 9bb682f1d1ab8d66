//! Servers in a few lines, on free ports of loopback.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use faxcom::{FaxServer, Settings};

/// A server that treats each connection as it is told; its base address.
pub(crate) fn server(treat: impl Fn(TcpStream) + Send + Clone + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let treat = treat.clone();
            std::thread::spawn(move || treat(stream.unwrap()));
        }
    });
    format!("http://{address}")
}

/// A server that says `answer` to whatever it is asked.
pub(crate) fn parrot(answer: &'static str) -> String {
    server(move |mut stream| {
        if read_request(&mut stream).is_some() {
            let _ = stream.write_all(answer.as_bytes());
        }
    })
}

/// A Ferrofax server that knows canned answers, and what it was asked.
pub(crate) struct Canned {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Canned {
    /// Answers each request that begins with a key by its text, as a refusal when it is a
    /// [`problem`]; others are `not_found`.
    pub(crate) fn new(answers: &[(&str, String)]) -> Self {
        let answers: Arc<Vec<(String, String)>> =
            Arc::new(answers.iter().map(|(key, text)| ((*key).to_owned(), text.clone())).collect());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        let url = server(move |mut stream| {
            let Some(request) = read_request(&mut stream) else { return };
            let found = answers.iter().find(|(key, _)| request.starts_with(key.as_str()));
            let absent = || problem(404, "not_found", "there is no such thing");
            let text = found.map_or_else(absent, |(_, text)| text.clone());
            let status = if text.starts_with(PROBLEM) { "400 Bad Request" } else { "200 OK" };
            heard.lock().unwrap().push(request);
            let _ = write!(stream, "HTTP/1.1 {status}\r\nconnection: close\r\n");
            let _ = write!(stream, "content-length: {}\r\n\r\n{text}", text.len());
        });
        Self { url, asked }
    }

    /// A server object that is connected to it.
    pub(crate) fn connect(&self) -> FaxServer {
        let mut server = FaxServer::with_settings(Settings::for_server(&self.url, "t"));
        server.connect("").unwrap();
        self.asked.lock().unwrap().clear();
        server
    }

    /// What was asked since the last time: method, path and body.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

/// How a problem begins.
const PROBLEM: &str = r#"{"type":"about:blank","#;

/// A problem as the server says it.
pub(crate) fn problem(status: u16, code: &str, detail: &str) -> String {
    format!(r#"{PROBLEM}"title":"No","status":{status},"detail":"{detail}","code":"{code}"}}"#)
}

/// Method, path and body of a request: `PATCH /v1/server {"retries":5}`.
pub(crate) fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let first = head.lines().next()?.trim_end_matches(" HTTP/1.1").to_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let body: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
    Some(format!("{first} {}", body.unwrap_or_default()).trim_end_matches(" null").to_owned())
}
