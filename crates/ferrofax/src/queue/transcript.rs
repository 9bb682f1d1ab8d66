//! What happened in a call, line by line, in a file that a person can read.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use g3::{Event, Time};
use serde::Serialize;

use crate::line::{Signal, Way};

/// The longest transcript.
const MAX_OCTETS: usize = 8 << 20;

/// The kind of the last line, for which there is always room.
const LAST_KIND: &str = "end";

/// The transcript of one call: a JSON object a line, `at` in seconds since the call began. Lines
/// are gathered in memory and written at every turning point of the call.
#[derive(Debug, Clone)]
pub struct Transcript {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    file: Option<File>,
    waiting: Vec<u8>,
    octets: usize,
    /// The time of the last line; what is told later did not happen earlier.
    last: Time,
}

#[derive(Serialize)]
struct Line<'a> {
    at: f64,
    kind: &'a str,
    text: &'a str,
}

impl Transcript {
    /// A transcript in a file that is made with the first line.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        let inner = Inner { path, file: None, waiting: Vec::new(), octets: 0, last: Time::ZERO };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// Adds what a call says of itself. Octets on their way are no news here.
    pub fn event(&self, at: Time, event: &Event) {
        if let Some((kind, text)) = words(event) {
            self.line(at, kind, &text);
        }
    }

    /// Adds a message of the signalling.
    pub fn signal(&self, at: Time, signal: &Signal) {
        let kind = match signal.way {
            Way::Sent => "sip_sent",
            Way::Received => "sip_received",
        };
        self.line(at, kind, &signal.text);
    }

    /// Adds a last line, at the time of the one before.
    pub fn end(&self, text: &str) {
        let last = self.inner.lock().unwrap_or_else(PoisonError::into_inner).last;
        self.line(last, LAST_KIND, text);
    }

    /// Adds a line.
    pub fn line(&self, at: Time, kind: &str, text: &str) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.last = inner.last.max(at);
        let at = inner.last.since_start().as_secs_f64();
        let Ok(mut line) = serde_json::to_vec(&Line { at, kind, text }) else { return };
        line.push(b'\n');
        inner.octets += line.len();
        if inner.octets <= MAX_OCTETS || kind == LAST_KIND {
            inner.waiting.extend(line);
        }
    }

    /// Writes what has gathered. A transcript that cannot be written is no reason to lose a fax.
    pub async fn write_out(&self) {
        let inner = Arc::clone(&self.inner);
        let written = tokio::task::spawn_blocking(move || {
            inner.lock().unwrap_or_else(PoisonError::into_inner).write_out()
        });
        match written.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "a transcript cannot be written"),
            Err(error) => tracing::warn!(%error, "a transcript cannot be written"),
        }
    }
}

impl Inner {
    fn write_out(&mut self) -> std::io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        if self.file.is_none() {
            self.file = Some(File::options().create(true).append(true).open(&self.path)?);
        }
        let waiting = std::mem::take(&mut self.waiting);
        match &mut self.file {
            Some(file) => file.write_all(&waiting),
            None => Ok(()),
        }
    }
}

/// The kind of an event and its words.
fn words(event: &Event) -> Option<(&'static str, String)> {
    Some(match event {
        Event::Phase(phase) => ("phase", format!("{phase:?}")),
        Event::FrameSent(text) => ("frame_sent", text.clone()),
        Event::FrameReceived(text) => ("frame_received", text.clone()),
        Event::RemoteIdent(ident) => ("remote_ident", ident.to_string()),
        Event::Negotiated { rate, ecm, coding, width, resolution } => {
            let ecm = if *ecm { " ECM" } else { "" };
            let text = format!("{rate} {coding}{ecm} {width} pels {}", lines(*resolution));
            ("negotiated", text)
        }
        Event::PageStarted { index } => ("page_started", format!("page {}", index + 1)),
        Event::PageConfirmed { index } => ("page_confirmed", format!("page {}", index + 1)),
        Event::PageRefused { index } => ("page_refused", format!("page {}", index + 1)),
        Event::Note(text) => ("note", text.clone()),
        _ => return None,
    })
}

const fn lines(resolution: t4::Resolution) -> &'static str {
    match resolution {
        t4::Resolution::Standard => "standard",
        t4::Resolution::Fine => "fine",
        t4::Resolution::Superfine => "superfine",
    }
}
