//! The house of a line under test: pages in memory, and a list of what happened.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ferrofax::clock::Clock;
use ferrofax::line::sip::negotiation::Kind;
use ferrofax::line::sip::{LineSettings, SipLine};
use ferrofax::line::{
    Answerer, CallHost, CallOutcome, DialRequest, Dialer, IncomingCall, Refusal, Signal, Way,
};
use g3::{Capabilities, Event, Ident, PageInfo, ReceivedPage, Time};
use t4::{Form, Page, Resolution};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How many fax seconds pass in one real second.
pub(crate) const SCALE: f64 = 20.0;

/// What happened in one call.
#[derive(Debug, Default, Clone)]
pub(crate) struct Desk {
    pub(crate) cancel: CancellationToken,
    pages: Vec<Page>,
    /// How long everything takes.
    pub(crate) slow: Duration,
    /// Nothing can be written.
    pub(crate) broken: Arc<AtomicBool>,
    pub(crate) seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    pub(crate) received: Vec<Page>,
    pub(crate) events: Vec<String>,
    pub(crate) last_confirm: bool,
}

impl Desk {
    pub(crate) fn with_pages(pages: &[Page]) -> Self {
        Self { pages: pages.to_vec(), ..Self::default() }
    }

    async fn write(&self) -> io::Result<()> {
        tokio::time::sleep(self.slow).await;
        if self.broken.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }
}

impl CallHost for Desk {
    async fn page(&self, index: u32, _: Form) -> io::Result<Page> {
        let page = self.pages.get(usize::try_from(index).unwrap()).cloned();
        page.ok_or(io::ErrorKind::NotFound.into())
    }

    async fn before_last_confirm(&self) -> io::Result<()> {
        self.write().await?;
        self.seen.lock().unwrap().last_confirm = true;
        Ok(())
    }

    async fn received(&self, page: ReceivedPage) -> io::Result<()> {
        self.write().await?;
        self.seen.lock().unwrap().received.push(page.page);
        Ok(())
    }

    async fn event(&self, at: Time, event: &Event) -> io::Result<()> {
        tokio::time::sleep(self.slow).await;
        self.seen.lock().unwrap().events.push(format!("{at} {event:?}"));
        Ok(())
    }

    fn signal(&self, at: Time, signal: &Signal) {
        let way = if signal.way == Way::Sent { "-->" } else { "<--" };
        self.seen.lock().unwrap().events.push(format!("{at} {way} {}", signal.text));
    }

    async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }
}

/// Who answers the calls of a line, and what became of them.
#[derive(Debug, Default)]
pub(crate) struct Doorman {
    refuse: Option<Refusal>,
    /// Keeps a caller waiting for the decision this long.
    hesitate: Duration,
    full: bool,
    ended: Mutex<Vec<(Desk, CallOutcome)>>,
    rang: Mutex<Vec<IncomingCall>>,
    notify: Notify,
}

impl Answerer for Doorman {
    type Host = Desk;

    async fn accept(&self, call: IncomingCall) -> Result<Desk, Refusal> {
        self.rang.lock().unwrap().push(call);
        tokio::time::sleep(self.hesitate).await;
        match self.refuse {
            Some(refusal) => Err(refusal),
            None => {
                let desk = Desk::default();
                desk.broken.store(self.full, Ordering::Relaxed);
                Ok(desk)
            }
        }
    }

    async fn ended(&self, host: Desk, outcome: CallOutcome) {
        self.ended.lock().unwrap().push((host, outcome));
        self.notify.notify_waiters();
    }
}

impl Doorman {
    pub(crate) fn refusing(refusal: Refusal) -> Self {
        Self { refuse: Some(refusal), ..Self::default() }
    }

    pub(crate) fn hesitating(time: Duration) -> Self {
        Self { hesitate: time, ..Self::default() }
    }

    /// Takes calls whose pages cannot be stored.
    pub(crate) fn full() -> Self {
        Self { full: true, ..Self::default() }
    }

    /// The calls that rang.
    pub(crate) fn rang(&self) -> Vec<IncomingCall> {
        self.rang.lock().unwrap().clone()
    }

    /// The next answered call that ended.
    pub(crate) async fn ended(&self) -> (Desk, CallOutcome) {
        let waiting = async {
            loop {
                let notified = self.notify.notified();
                if let Some(ended) = self.ended.lock().unwrap().pop() {
                    return ended;
                }
                notified.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("the call ends")
    }
}

pub(crate) fn settings(name: &str, peer: SocketAddr) -> LineSettings {
    LineSettings {
        name: name.to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        peer,
        public: None,
        tsid: "+1 555 0100".to_owned(),
        csid: Ident::new("+1 555 0199"),
        first: Kind::Audio,
        channels: 1,
        receive: true,
        rings: 1,
        answerer_switch: Duration::from_millis(100),
        caller_switch: Duration::from_millis(500),
        ring_timeout: Duration::from_secs(60),
        call_limit: Duration::from_secs(3600),
        t38_version: 0,
        capabilities: Capabilities::default(),
    }
}

pub(crate) async fn open(settings: LineSettings) -> (SipLine, Arc<Doorman>) {
    open_for(settings, Doorman::default()).await
}

pub(crate) async fn open_for(settings: LineSettings, doorman: Doorman) -> (SipLine, Arc<Doorman>) {
    let doorman = Arc::new(doorman);
    let line = SipLine::open(settings, Clock::scaled(SCALE), doorman.clone()).await.unwrap();
    (line, doorman)
}

/// An empty page: each row is one V0, and EOFB ends it. T.6 2.2, 2.4.1.1.
pub(crate) fn page(rows: u32) -> Page {
    let mut bits = "1".repeat(usize::try_from(rows).unwrap());
    bits.push_str("000000000001000000000001");
    while bits.len() % 8 != 0 {
        bits.push('0');
    }
    let octet = |chunk: &[u8]| chunk.iter().fold(0, |octet, bit| octet << 1 | (bit - b'0'));
    let mmr = bits.as_bytes().chunks(8).map(octet).collect();
    Page { width: 1728, rows, resolution: Resolution::Standard, mmr }
}

pub(crate) fn request(number: &str, pages: &[Page]) -> DialRequest {
    let info = |page: &Page| PageInfo {
        width: page.width,
        rows: page.rows,
        resolution: page.resolution,
        octets: u32::try_from(page.mmr.len()).unwrap(),
    };
    DialRequest {
        number: number.to_owned(),
        ident: Ident::new("+1 555 0100"),
        pages: pages.iter().map(info).collect(),
    }
}

/// Sends the pages of `desk` over `line`.
pub(crate) async fn send(line: &SipLine, desk: &Desk) -> CallOutcome {
    let call = line.dial(request("5550199", &desk.pages), desk);
    tokio::time::timeout(Duration::from_secs(90), call).await.expect("it ends")
}

/// Waits until nothing of a call is left on `line`.
pub(crate) async fn free(line: &SipLine) {
    let gone = async {
        while line.dialogs() > 0 || line.free_channels() == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("no dialog is left");
}
