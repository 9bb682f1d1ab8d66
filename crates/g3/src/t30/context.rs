//! What every state of a call may touch: outputs, timers, settings and the tally.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use t4::{Form, Page};

use super::fcf::Fcf;
use super::frame::Frame;
use super::signal::Transmit;
use super::timers::{T4, T4_SLOW, Timers};
use crate::t30::dcs::Dcs;
use crate::{CallConfig, Event, Ident, Output, Phase, Report, Role, Time, Timer};

/// What the session wants done: by the line, or by the driver.
#[derive(Debug)]
pub(crate) enum Action {
    /// Send this next.
    Transmit(Transmit),
    /// Stop what is being sent, at once.
    Abort,
    /// Hand this to the driver.
    Output(Output),
}

/// The page source of a sender: what was asked for and what came.
#[derive(Debug, Default)]
struct Pages {
    wanted: Option<(u32, Form)>,
    ready: Option<(u32, Page)>,
    /// What was asked for last and cannot be read.
    unreadable: Option<u32>,
}

/// What every state may touch beside its own fields.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) now: Time,
    pub(crate) config: CallConfig,
    pub(crate) timers: Timers,
    pub(crate) actions: VecDeque<Action>,
    /// Something is being sent; what is heard meanwhile waits.
    pub(crate) sending: bool,
    /// Pages confirmed so far.
    pub(crate) confirmed: u32,
    /// Whether the last page was asked for and not answered.
    pub(crate) uncertain: bool,
    /// Of what is being sent nothing is left but the silence after it.
    pub(crate) said: bool,
    /// What the state is told began before this end had finished.
    pub(crate) overlapped: bool,
    /// Turns and carriers since the call got on.
    pub(crate) idle_cues: u16,
    /// Answers take longer than T4.
    slow: bool,
    started: Time,
    remote: Option<Ident>,
    octets: u64,
    settings: Option<Dcs>,
    last_turn: Vec<Frame>,
    pages: Pages,
    phase: Option<Phase>,
}

impl Context {
    pub(crate) fn new(config: CallConfig) -> Self {
        Self {
            now: Time::ZERO,
            config,
            timers: Timers::default(),
            actions: VecDeque::new(),
            sending: false,
            confirmed: 0,
            uncertain: false,
            said: false,
            overlapped: false,
            idle_cues: 0,
            slow: false,
            started: Time::ZERO,
            remote: None,
            octets: 0,
            settings: None,
            last_turn: Vec::new(),
            pages: Pages::default(),
            phase: None,
        }
    }

    /// The call begins at `now`.
    pub(crate) fn begin(&mut self, now: Time) {
        self.now = now;
        self.started = now;
    }

    /// Tells the driver that the call is in `phase` now.
    pub(crate) fn enter(&mut self, phase: Phase) {
        if self.phase != Some(phase) {
            self.phase = Some(phase);
            self.event(Event::Phase(phase));
        }
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.output(Output::Event(event));
    }

    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.event(Event::Note(text.into()));
    }

    pub(crate) fn output(&mut self, output: Output) {
        self.actions.push_back(Action::Output(output));
    }

    /// Starts `timer` anew.
    pub(crate) fn start(&mut self, timer: Timer, after: Duration) {
        self.timers.start(timer, self.now, after);
    }

    /// Starts T4: an answer is awaited.
    pub(crate) fn start_t4(&mut self) {
        self.start(Timer::T4, if self.slow { T4_SLOW } else { T4 });
    }

    /// What came is no answer: T4 runs on, so that the command is repeated when it is due.
    pub(crate) fn go_on_waiting(&mut self) {
        if !self.timers.is_running(Timer::T4) {
            self.start_t4();
        }
    }

    /// An answer came while its command was being repeated: the next commands get more time.
    pub(crate) fn slow_down(&mut self) {
        if !self.slow {
            self.slow = true;
            self.note("answers take longer than T4; the next ones get more time");
        }
    }

    /// A frame of this end. The caller has received a valid DIS, so it sets X; the answerer never
    /// does. T.30 5.3.6.1.
    pub(crate) fn frame(&self, fcf: Fcf, fif: Vec<u8>) -> Frame {
        Frame { fcf, x: self.config.role == Role::Caller, fif, is_final: false }
    }

    /// Sends one turn; the last frame is marked final.
    pub(crate) fn send_turn(&mut self, mut frames: Vec<Frame>) {
        if let Some(last) = frames.last_mut() {
            last.is_final = true;
        }
        for frame in &frames {
            self.event(Event::FrameSent(format!("{frame}")));
        }
        self.last_turn.clone_from(&frames);
        self.transmit(Transmit::Frames(frames));
    }

    /// Sends a turn of one frame without a FIF.
    pub(crate) fn send_command(&mut self, fcf: Fcf) {
        let frame = self.frame(fcf, Vec::new());
        self.send_turn(vec![frame]);
    }

    pub(crate) fn transmit(&mut self, what: Transmit) {
        // The calling tone is the one signal that one listens through.
        self.sending = what != Transmit::Cng;
        if self.sending {
            // What was waited for is here, or nothing more is awaited until this has been said.
            self.timers.stop(Timer::T2);
            self.timers.stop(Timer::T4);
        }
        self.said = false;
        self.actions.push_back(Action::Transmit(what));
    }

    /// Whether `frame` is our own, come back.
    pub(crate) fn is_echo(&self, frame: &Frame) -> bool {
        self.last_turn.contains(frame)
    }

    /// The far end gave its identity.
    pub(crate) fn learn_ident(&mut self, fif: &[u8]) {
        let ident = Ident::from_fif(fif);
        if !ident.is_empty() && self.remote.as_ref() != Some(&ident) {
            self.remote = Some(ident.clone());
            self.event(Event::RemoteIdent(ident));
        }
    }

    /// Both ends settled on `dcs`.
    pub(crate) fn settle(&mut self, dcs: &Dcs) {
        self.idle_cues = 0;
        self.settings = Some(*dcs);
        self.event(Event::Negotiated {
            rate: dcs.rate,
            ecm: dcs.ecm,
            coding: dcs.coding,
            width: dcs.width,
            resolution: dcs.resolution,
        });
    }

    /// Page `index` was confirmed; it was `octets` long on the wire.
    pub(crate) fn confirm(&mut self, index: u32, octets: usize) {
        self.confirmed = self.confirmed.max(index + 1);
        self.idle_cues = 0;
        self.octets += octets as u64;
        self.uncertain = false;
        self.event(Event::PageConfirmed { index });
    }

    /// Asks the driver for page `index` in this form, unless it is asked for or there.
    pub(crate) fn want_page(&mut self, index: u32, form: Form) {
        let there = self.pages.ready.as_ref().is_some_and(|(ready, _)| *ready == index);
        let exists = (index as usize) < self.config.pages.len();
        if exists && !there && self.pages.wanted.is_none_or(|(wanted, _)| wanted != index) {
            self.pages.wanted = Some((index, form));
            self.output(Output::PageWanted { index, form });
        }
    }

    /// The driver gave a page.
    pub(crate) fn page_arrived(&mut self, index: u32, page: Page) {
        if self.pages.wanted.is_some_and(|(wanted, _)| wanted == index) {
            self.pages = Pages { ready: Some((index, page)), ..Pages::default() };
        }
    }

    /// The driver cannot give the page that was asked for.
    pub(crate) fn page_unreadable(&mut self) {
        self.pages.unreadable = self.pages.wanted.take().map(|(wanted, _)| wanted);
    }

    /// Whether page `index` was asked for and cannot be read.
    pub(crate) fn is_unreadable(&self, index: u32) -> bool {
        self.pages.unreadable == Some(index)
    }

    /// Page `index`, when it is there.
    pub(crate) fn page(&self, index: u32) -> Option<&Page> {
        self.pages.ready.as_ref().filter(|(ready, _)| *ready == index).map(|(_, page)| page)
    }

    /// The report of a call that ends now.
    pub(crate) fn report(&self, failure: Option<crate::Failure>) -> Report {
        Report {
            failure,
            pages: self.confirmed,
            octets: self.octets,
            rate: self.settings.as_ref().map(|dcs| dcs.rate),
            ecm: self.settings.as_ref().is_some_and(|dcs| dcs.ecm),
            coding: self.settings.as_ref().map(|dcs| dcs.coding),
            remote: self.remote.clone(),
            duration: self.now.since(self.started),
            uncertain: self.uncertain,
        }
    }
}
