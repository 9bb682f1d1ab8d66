//! The driver of one call: it carries packets, pages and events between the dialog, the T.30
//! machine and the house, and decides nothing that a standard speaks of.
//!
//! Whatever the house is asked to store is done in order, one at a time, while packets go on: the
//! machine waits for the answer where it must, and the media never does. Whatever happens, the
//! call is hung up and [`run`] returns.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use g3::{Capabilities, Event, Ident, Input, Output, PageInfo, ReceivedPage, Report, Role, Time};
use t4::{Form, Page};

use super::sip::dialog::{self, Dialog};
use super::sip::media::{MAX_DATAGRAM, Path, Silence};
use super::sip::negotiation::Stream;
use super::{CallHost, CallOutcome, Signal};
use crate::clock::Clock;
use crate::failure::Failure;

/// How long a call that the user stopped may take to say so to the far end, in fax time.
const CANCEL_GRACE: Duration = Duration::from_secs(10);
/// How long the machine may take to end once the far end hung up, in fax time.
const RELEASE_GRACE: Duration = Duration::from_secs(5);
/// No datagram for this long and nobody is there any more, in fax time: longer than the slowest
/// page during which a receiver is silent.
const SILENCE: Duration = Duration::from_secs(15 * 60);
/// How long the house may take with what is left to store after a call.
const FLUSH: Duration = Duration::from_secs(30);
/// How long the answer to a BYE is waited for, to write it down: T1. RFC 3261 17.1.1.1.
const FAREWELL: Duration = Duration::from_millis(500);
/// The most signalling messages of one call that are written down.
const MAX_SIGNALS: u32 = 2000;
/// Events that wait for the house; above it what can be missed is left out.
const WAITING_EVENTS: usize = 64;
/// Datagrams that are read after the far end hung up.
const LATE_DATAGRAMS: usize = 64;
/// Without a deadline the driver looks again after this time.
const IDLE: Duration = Duration::from_secs(3600);

/// What a call needs besides its dialog.
#[derive(Debug)]
pub struct Setup {
    /// Who dialled.
    pub role: Role,
    /// TSI of a caller, CSI of an answerer.
    pub ident: Ident,
    /// The pages to send.
    pub pages: Vec<PageInfo>,
    /// What this end may do.
    pub capabilities: Capabilities,
    /// How long the call may take, in fax time.
    pub limit: Duration,
    /// Carries silence until the switch.
    pub rtp: Path,
    /// Carries the fax.
    pub udptl: Path,
    /// The SSRC of the silence.
    pub ssrc: u32,
    /// The clock of the house.
    pub clock: Clock,
    /// When the call began.
    pub began: Instant,
}

impl Setup {
    /// The time of the call at `moment`.
    fn time(&self, moment: Instant) -> Time {
        Time::ZERO + self.clock.duration(moment.saturating_duration_since(self.began))
    }
}

/// Runs a call to its end: it is hung up and everything is stored when this returns.
pub async fn run<H: CallHost>(dialog: Dialog, setup: Setup, host: &H) -> CallOutcome {
    let mut driver = Driver::new(dialog, setup, host);
    driver.drive().await;
    driver.finish().await
}

/// What is left to do for a call that ended before its answer: it is written down.
pub async fn unanswered<H: CallHost>(dialog: Dialog, setup: Setup, host: &H) -> CallOutcome {
    let mut driver = Driver::new(dialog, setup, host);
    driver.note("the caller gave up before the answer".to_owned());
    driver.finish().await
}

/// Why the driver ends the call, when it is not T.30 that does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Cancelled,
    TooLong,
    Silent,
}

impl Stop {
    const fn failure(self) -> Failure {
        Failure::Call(match self {
            Self::Cancelled => g3::Failure::Cancelled,
            Self::TooLong => g3::Failure::CallTooLong,
            Self::Silent => g3::Failure::MediaSilent,
        })
    }
}

struct Driver<'h, H> {
    dialog: Dialog,
    setup: Setup,
    host: &'h H,
    fax: Option<g3::Call>,
    silence: Option<Silence>,
    report: Option<Report>,
    /// What the dialog itself failed with.
    failure: Option<Failure>,
    stop: Option<Stop>,
    /// When the driver stops waiting for the machine.
    patience: Option<Time>,
    /// That moment has passed.
    impatient: bool,
    last_heard: Time,
    /// Whether the dialog is over.
    over: bool,
    orders: VecDeque<Order>,
    /// Signalling messages that may still be written down.
    signals_left: u32,
    /// The time of the last order that has one: a transcript never goes back.
    told: Time,
    order: Option<Work<'h>>,
}

/// Something for the house to do.
#[derive(Debug)]
enum Order {
    Page(u32, Form),
    BeforeLastConfirm,
    Store(ReceivedPage),
    Event(Time, Event),
    Signal(Time, Signal),
}

/// What came of it.
enum Done {
    Page(u32, Page),
    PageUnreadable,
    Recorded,
    NotRecorded,
    PageStored,
    PageNotStored,
    Told,
}

type Work<'h> = Pin<Box<dyn Future<Output = Done> + Send + 'h>>;

impl<'h, H: CallHost> Driver<'h, H> {
    fn new(dialog: Dialog, setup: Setup, host: &'h H) -> Self {
        Self {
            dialog,
            setup,
            host,
            fax: None,
            silence: None,
            report: None,
            failure: None,
            stop: None,
            patience: None,
            impatient: false,
            last_heard: Time::ZERO,
            over: false,
            orders: VecDeque::new(),
            signals_left: MAX_SIGNALS,
            told: Time::ZERO,
            order: None,
        }
    }

    fn now(&self) -> Time {
        self.setup.time(Instant::now())
    }

    /// The loop. It ends when the dialog is over and the machine has nothing more to say.
    async fn drive(&mut self) {
        let host = self.host;
        let mut cancelled = Box::pin(host.cancelled());
        let mut cancel_seen = false;
        let mut udptl = [0; MAX_DATAGRAM];
        let mut rtp = [0; MAX_DATAGRAM];
        while !(self.over && self.machine_is_done()) {
            self.begin_order();
            let peer = self.dialog.peer();
            let wait = self.wait();
            tokio::select! {
                done = work(&mut self.order) => self.done(done),
                datagram = self.setup.udptl.receive(peer, &mut udptl), if self.fax.is_some() => {
                    let now = Time::ZERO + self.setup.clock.duration(self.setup.began.elapsed());
                    self.last_heard = now;
                    if let Some(fax) = &mut self.fax {
                        fax.handle_input(now, Input::Datagram(datagram));
                    }
                }
                _ = self.setup.rtp.receive(peer, &mut rtp) => {}
                packet = silence(&mut self.silence) => self.setup.rtp.send(&packet),
                event = self.dialog.next() => self.dialog_event(event),
                () = &mut cancelled, if !cancel_seen => {
                    cancel_seen = true;
                    self.stop(Stop::Cancelled);
                }
                () = tokio::time::sleep(wait) => {}
            }
            self.look_at_the_clock();
            self.drain();
            self.hear_signals();
        }
    }

    fn machine_is_done(&self) -> bool {
        self.fax.is_none()
            || self.report.is_some()
            || self.patience.is_some_and(|at| at <= self.now())
    }

    /// How long nothing is due, in real time.
    fn wait(&self) -> Duration {
        let machine = self.fax.as_ref().and_then(g3::Call::poll_timeout).map(|(at, _)| at);
        let limit = Time::ZERO + self.setup.limit;
        let limit = Some(limit).filter(|_| self.stop.is_none() && self.report.is_none());
        let next = [machine, self.patience, limit];
        let next = next.into_iter().flatten().min();
        let wait = next.map_or(IDLE, |at| at.since(self.now()));
        self.setup.clock.real_duration(wait)
    }

    fn look_at_the_clock(&mut self) {
        let now = self.now();
        if let Some(fax) = &mut self.fax {
            fax.handle_timeout(now);
            if now.since(self.last_heard) >= SILENCE {
                self.stop(Stop::Silent);
            }
        }
        if now >= Time::ZERO + self.setup.limit {
            self.stop(Stop::TooLong);
        }
        if self.patience.is_some_and(|at| at <= now) {
            self.patience = None;
            self.impatient = true;
            self.dialog.hang_up();
        }
    }

    /// Ends the call: in T.30 where it runs, so that the far end learns of it.
    fn stop(&mut self, stop: Stop) {
        if self.stop.is_some() || self.report.is_some() {
            return;
        }
        self.stop = Some(stop);
        let now = self.now();
        match &mut self.fax {
            Some(fax) => {
                fax.handle_input(now, Input::Cancel);
                self.be_patient(CANCEL_GRACE);
            }
            None => self.dialog.hang_up(),
        }
    }

    fn be_patient(&mut self, grace: Duration) {
        if self.impatient || self.report.is_some() {
            return;
        }
        let at = self.now() + grace;
        self.patience = Some(self.patience.map_or(at, |earlier| earlier.min(at)));
    }

    fn dialog_event(&mut self, event: dialog::Event) {
        match event {
            dialog::Event::Stream(Stream::Audio { to, law, send }) => {
                self.setup.rtp.direct(to);
                self.silence = send.then(|| Silence::new(law, self.setup.ssrc));
                self.note(format!("audio with {to}"));
                if self.fax.is_some() {
                    self.release();
                }
            }
            dialog::Event::Stream(Stream::Image { to, t38 }) => {
                self.silence = None;
                self.setup.udptl.direct(to);
                self.note(format!(
                    "T.38 version {} with {to}, datagrams up to {}, {} bit/s, redundancy {}",
                    t38.version, t38.max_datagram, t38.max_bit_rate, t38.redundancy
                ));
                if self.fax.is_none() {
                    self.connect(t38);
                }
            }
            dialog::Event::Over(failure) => {
                self.over = true;
                self.failure = failure;
                self.note(match failure {
                    Some(failure) => format!("the connection ended: {failure}"),
                    None => "the connection ended".to_owned(),
                });
                self.silence = None;
                self.release();
            }
        }
    }

    fn connect(&mut self, t38: g3::T38Config) {
        let mut fax = g3::Call::new(g3::CallConfig {
            role: self.setup.role,
            ident: self.setup.ident.clone(),
            pages: self.setup.pages.clone(),
            capabilities: self.setup.capabilities.clone(),
            t38,
        });
        let now = self.now();
        self.last_heard = now;
        fax.handle_input(now, Input::Connected);
        self.fax = Some(fax);
    }

    /// The far end is gone, or has left T.38. What it sent before may still lie in the socket.
    fn release(&mut self) {
        let now = self.now();
        let peer = self.dialog.peer();
        let Some(fax) = &mut self.fax else { return };
        let mut buffer = [0; MAX_DATAGRAM];
        for _ in 0..LATE_DATAGRAMS {
            match self.setup.udptl.receive_now(peer, &mut buffer) {
                Some(datagram) => fax.handle_input(now, Input::Datagram(datagram)),
                None => break,
            }
        }
        fax.handle_input(now, Input::Released);
        self.be_patient(RELEASE_GRACE);
    }

    fn drain(&mut self) {
        let now = self.now();
        while let Some(output) = self.fax.as_mut().and_then(g3::Call::poll_output) {
            match output {
                Output::Datagram(datagram) => self.setup.udptl.send(&datagram),
                Output::PageWanted { index, form } => {
                    self.orders.push_back(Order::Page(index, form));
                }
                Output::BeforeLastConfirm => self.orders.push_back(Order::BeforeLastConfirm),
                Output::Page(page) => self.orders.push_back(Order::Store(page)),
                Output::Event(event) => self.tell(now, event),
                Output::Done(report) => {
                    tracing::debug!(?report, "T.30 is over");
                    self.report = Some(report);
                    self.dialog.hang_up();
                }
            }
        }
    }

    fn note(&mut self, text: String) {
        self.tell(self.now(), Event::Note(text));
    }

    /// Everything that went over the wire before `event` stands before it.
    fn tell(&mut self, at: Time, event: Event) {
        self.hear_signals();
        let crowded = self.orders.len() >= WAITING_EVENTS;
        if !(crowded && matches!(event, Event::Progress { .. })) {
            self.told = self.told.max(at);
            self.orders.push_back(Order::Event(self.told, event));
        }
    }

    fn hear_signals(&mut self) {
        while let Some((moment, signal)) = self.dialog.seen() {
            if self.orders.len() < WAITING_EVENTS && self.signals_left > 0 {
                self.signals_left -= 1;
                self.told = self.told.max(self.setup.time(moment));
                self.orders.push_back(Order::Signal(self.told, signal));
            }
        }
    }

    fn begin_order(&mut self) {
        if self.order.is_none() {
            let host = self.host;
            self.order =
                self.orders.pop_front().map(|order| -> Work<'h> { Box::pin(perform(host, order)) });
        }
    }

    fn done(&mut self, done: Done) {
        self.order = None;
        let now = self.now();
        let Some(fax) = &mut self.fax else { return };
        match done {
            Done::Page(index, page) => fax.handle_input(now, Input::Page { index, page }),
            Done::PageUnreadable => fax.handle_input(now, Input::PageUnreadable),
            Done::Recorded => fax.handle_input(now, Input::Recorded),
            // Unrecorded, the last page must not be asked about: it could be sent twice.
            Done::NotRecorded => fax.handle_input(now, Input::Cancel),
            Done::PageStored => fax.handle_input(now, Input::PageStored),
            Done::PageNotStored => fax.handle_input(now, Input::PageNotStored),
            Done::Told => {}
        }
    }

    /// Lets the house store what is left, and says how the call ended.
    async fn finish(mut self) -> CallOutcome {
        if tokio::time::timeout(FAREWELL, self.dialog.farewell()).await.is_err() {
            tracing::debug!("the far end has not answered the BYE yet");
        }
        self.hear_signals();
        let rest = async {
            loop {
                self.begin_order();
                if self.order.is_none() {
                    return;
                }
                let _done = work(&mut self.order).await;
                self.order = None;
            }
        };
        if tokio::time::timeout(FLUSH, rest).await.is_err() {
            tracing::error!("the end of a call was not stored in time");
        }
        let stopped = self.stop.map(Stop::failure);
        let reported = self.report.as_ref().map(|report| report.failure.map(Failure::Call));
        let failure = match reported {
            Some(None) => None,
            Some(Some(failure)) => Some(stopped.unwrap_or(failure)),
            None => stopped.or(self.failure).or(Some(Failure::Call(g3::Failure::PeerLeftEarly))),
        };
        CallOutcome { report: self.report, failure }
    }
}

async fn work(order: &mut Option<Work<'_>>) -> Done {
    match order {
        Some(order) => order.await,
        None => std::future::pending().await,
    }
}

async fn silence(silence: &mut Option<Silence>) -> Vec<u8> {
    match silence {
        Some(silence) => silence.packet().await,
        None => std::future::pending().await,
    }
}

async fn perform<H: CallHost>(host: &H, order: Order) -> Done {
    let failed = |error: &std::io::Error| tracing::error!(%error, "the store failed in a call");
    match order {
        Order::Page(index, form) => match host.page(index, form).await {
            Ok(page) => Done::Page(index, page),
            Err(error) => {
                failed(&error);
                Done::PageUnreadable
            }
        },
        Order::BeforeLastConfirm => match host.before_last_confirm().await {
            Ok(()) => Done::Recorded,
            Err(error) => {
                failed(&error);
                Done::NotRecorded
            }
        },
        Order::Store(page) => match host.received(page).await {
            Ok(()) => Done::PageStored,
            Err(error) => {
                failed(&error);
                Done::PageNotStored
            }
        },
        Order::Signal(at, signal) => {
            host.signal(at, &signal);
            Done::Told
        }
        Order::Event(at, event) => {
            if let Err(error) = host.event(at, &event).await {
                failed(&error);
            }
            Done::Told
        }
    }
}
