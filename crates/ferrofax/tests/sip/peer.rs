//! A far end that follows a script: SIP as text over one UDP socket, and nothing that is clever.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::net::UdpSocket;

/// How long a far end waits for what its script says comes next.
const PATIENCE: Duration = Duration::from_secs(12);

/// Counts the far ends of this process: a port may come back, a Call-ID and a branch must not.
static FAR_ENDS: AtomicU32 = AtomicU32::new(0);

/// One end of one dialog.
#[derive(Debug)]
pub(crate) struct Peer {
    socket: UdpSocket,
    /// Where the line is.
    line: SocketAddr,
    /// The To and From of this end's requests once a dialog exists.
    local: String,
    remote: String,
    call_id: String,
    number: u32,
    seq: u32,
    branch: u32,
    /// First lines and CSeq of what was already seen, to leave out what is sent again.
    seen: Vec<String>,
    /// A header for the next request.
    extra: String,
    /// What this end says of where it is, when that is not true.
    pub(crate) contact: Option<String>,
}

/// One SIP message.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    text: String,
}

impl Message {
    pub(crate) fn first_line(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.trim())
    }

    pub(crate) fn body(&self) -> &str {
        self.text.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    /// `INVITE`, or `200 INVITE` for an answer to one.
    pub(crate) fn name(&self) -> String {
        let mut words = self.first_line().split(' ');
        match (words.next(), words.next()) {
            (Some("SIP/2.0"), Some(status)) => {
                format!("{status} {}", self.header("CSeq").split(' ').nth(1).unwrap_or_default())
            }
            (method, _) => method.unwrap_or_default().to_owned(),
        }
    }

    /// The `m=` lines of the body, `kind port` each.
    pub(crate) fn streams(&self) -> Vec<(&str, u16)> {
        let lines = self.body().lines().filter_map(|line| line.strip_prefix("m="));
        lines
            .map(|line| {
                let mut words = line.split(' ');
                (words.next().unwrap(), words.next().unwrap().parse().unwrap())
            })
            .collect()
    }
}

impl Message {
    /// Where its sender receives UDPTL.
    pub(crate) fn udptl(&self) -> SocketAddr {
        let streams = self.streams();
        let image = streams.iter().find(|(kind, port)| *kind == "image" && *port > 0);
        SocketAddr::new("127.0.0.1".parse().unwrap(), image.unwrap().1)
    }
}

/// A description of this end: `audio 4000` and the like, one for each stream, then more lines.
pub(crate) fn sdp(version: u32, streams: &[&str], attributes: &[&str]) -> String {
    let mut text = format!(
        "v=0\r\no=peer 5 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    );
    for stream in streams {
        let rest = if stream.starts_with("audio") { "RTP/AVP 8 0 101" } else { "udptl t38" };
        text.push_str(&format!("m={stream} {rest}\r\n"));
    }
    for attribute in attributes {
        text.push_str(&format!("a={attribute}\r\n"));
    }
    text
}

impl Peer {
    /// A far end that `line` may call; it does not know the line before it is called.
    pub(crate) async fn bind() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let local = format!("<sip:peer@{}>;tag=peer", socket.local_addr().unwrap());
        Self {
            line: socket.local_addr().unwrap(),
            socket,
            local,
            remote: String::new(),
            call_id: String::new(),
            number: FAR_ENDS.fetch_add(1, Ordering::Relaxed),
            seq: 0,
            branch: 0,
            seen: Vec::new(),
            extra: String::new(),
            contact: None,
        }
    }

    /// A far end that calls `line`.
    pub(crate) async fn calling(line: SocketAddr) -> Self {
        let mut peer = Self::bind().await;
        peer.line = line;
        peer.remote = format!("<sip:5550199@{line}>");
        peer.call_id = format!("{}-{}@caller", std::process::id(), peer.number);
        peer
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    /// The next message that was not seen before; it must have this name.
    pub(crate) async fn expect(&mut self, name: &str) -> Message {
        let message = self.next().await;
        assert_eq!(message.name(), name, "{}", message.text);
        message
    }

    /// The next message that was not seen before, provisional answers left out.
    pub(crate) async fn next(&mut self) -> Message {
        loop {
            let message = self.any().await;
            let branch = message.header("Via").to_owned();
            let key = format!("{} {branch} {}", message.first_line(), message.header("CSeq"));
            if !self.seen.contains(&key) && !message.name().starts_with('1') {
                self.seen.push(key);
                return message;
            }
        }
    }

    /// The next message, whatever it is.
    pub(crate) async fn any(&mut self) -> Message {
        let mut buffer = [0; 4096];
        let received = tokio::time::timeout(PATIENCE, self.socket.recv_from(&mut buffer));
        let (octets, from) = received.await.expect("a message comes").unwrap();
        let message = Message { text: String::from_utf8(buffer[..octets].to_vec()).unwrap() };
        if message.name() == "INVITE" {
            self.line = from;
            if !message.header("To").contains("tag=") {
                self.local = format!("{};tag=peer", message.header("To"));
                self.remote = message.header("From").to_owned();
                self.call_id = message.header("Call-ID").to_owned();
            }
        }
        message
    }

    /// Nothing new comes for this long.
    pub(crate) async fn quiet(&mut self, time: Duration) {
        if let Ok(message) = tokio::time::timeout(time, self.next()).await {
            panic!("{}", message.text);
        }
    }

    pub(crate) async fn send(&self, datagram: &[u8]) {
        self.socket.send_to(datagram, self.line).await.unwrap();
    }

    /// Answers a request of the line.
    pub(crate) async fn answer(&self, request: &Message, status: &str, body: &str) {
        self.answer_as("peer", request, status, body).await;
    }

    /// Answers a request of the line with this tag, where it has none.
    pub(crate) async fn answer_as(&self, tag: &str, request: &Message, status: &str, body: &str) {
        let to = match request.header("To") {
            to if to.contains("tag=") => to.to_owned(),
            to => format!("{to};tag={tag}"),
        };
        let mut text = format!("SIP/2.0 {status}\r\n");
        for name in ["Via", "From", "Call-ID", "CSeq"] {
            text.push_str(&format!("{name}: {}\r\n", request.header(name)));
        }
        let contact = self.contact.clone().unwrap_or_else(|| self.addr().to_string());
        text.push_str(&format!("To: {to}\r\nContact: <sip:peer@{contact}>\r\n"));
        self.send_with(text, body).await;
    }

    /// Sends a request in the dialog, or the first one.
    pub(crate) async fn request(&mut self, method: &str, body: &str) {
        let seq = match method {
            "ACK" | "CANCEL" => self.seq,
            _ => {
                self.seq += 1;
                self.seq
            }
        };
        // A CANCEL has the branch of its INVITE. RFC 3261 9.1.
        if method != "CANCEL" {
            self.branch += 1;
        }
        let text = format!(
            "{method} sip:5550199@{line} SIP/2.0\r\nVia: SIP/2.0/UDP {here};rport;branch=z9hG4bK{number}-{branch}\r\n\
             From: {from}\r\nTo: {to}\r\nCall-ID: {call_id}\r\nCSeq: {seq} {method}\r\n\
             Max-Forwards: 70\r\nContact: <sip:peer@{here}>\r\n",
            line = self.line,
            here = self.addr(),
            number = self.number,
            branch = self.branch,
            from = self.local,
            to = self.remote,
            call_id = self.call_id,
        );
        self.send_with(text, body).await;
    }

    /// Sends a first INVITE with one more header.
    pub(crate) async fn invite_with(&mut self, header: &str, body: &str) {
        self.extra = format!("{header}\r\n");
        self.request("INVITE", body).await;
        self.extra.clear();
    }

    async fn send_with(&self, mut text: String, body: &str) {
        text.push_str(&self.extra);
        if !body.is_empty() {
            text.push_str("Content-Type: application/sdp\r\n");
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        self.send(text.as_bytes()).await;
    }

    /// Takes the other end of the dialog from an answer to its INVITE.
    pub(crate) fn remote(&mut self, answer: &Message) {
        self.remote = answer.header("To").to_owned();
    }

    /// Places a call and acknowledges its answer.
    pub(crate) async fn call(&mut self, body: &str) -> Message {
        self.request("INVITE", body).await;
        let answer = self.expect("200 INVITE").await;
        self.remote(&answer);
        self.request("ACK", "").await;
        answer
    }

    /// Sends a re-INVITE, and acknowledges its answer.
    pub(crate) async fn reinvite(&mut self, body: &str) -> Message {
        self.request("INVITE", body).await;
        let answer = self.expect("200 INVITE").await;
        self.request("ACK", "").await;
        answer
    }

    /// Takes the call of the line with this answer.
    pub(crate) async fn take_call(&mut self, body: &str) -> Message {
        let invite = self.expect("INVITE").await;
        self.answer(&invite, "200 OK", body).await;
        self.expect("ACK").await;
        invite
    }

    /// Takes a BYE, which must come next.
    pub(crate) async fn take_bye(&mut self) {
        let bye = self.expect("BYE").await;
        self.answer(&bye, "200 OK", "").await;
    }
}
