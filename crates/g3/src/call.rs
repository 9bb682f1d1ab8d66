use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use t4::{Form, Page, Resolution};

use crate::t30::context::Action;
use crate::t30::session::{Cue, Session};
use crate::t38::terminal::{Sign, Terminal};
use crate::{Capabilities, Coding, Failure, Ident, Rate, Time};

/// Who dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// This end placed the call; it sends the pages.
    Caller,
    /// This end answered; it receives pages.
    Answerer,
}

/// What is known of a page before its data is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageInfo {
    /// Pels per line.
    pub width: u32,
    /// Lines.
    pub rows: u32,
    /// Lines per millimetre.
    pub resolution: Resolution,
    /// Octets of the stored MMR data; for progress and estimates.
    pub octets: u32,
}

/// What the two ends agreed on in SDP. T.38 Annex D.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct T38Config {
    /// `T38FaxVersion` of the answer: 0 is the 1998 syntax, 1 to 3 the corrected one.
    pub version: u8,
    /// The longest datagram the far end takes, in octets (`T38FaxMaxDatagram`).
    pub max_datagram: u16,
    /// The fastest rate the far end takes, in bit/s (`T38MaxBitRate`).
    pub max_bit_rate: u32,
    /// Earlier packets repeated in each datagram; 0 when redundancy was not agreed.
    pub redundancy: u8,
}

impl Default for T38Config {
    fn default() -> Self {
        Self { version: 0, max_datagram: 400, max_bit_rate: 14_400, redundancy: 3 }
    }
}

/// Everything that one call is told before it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallConfig {
    /// Who dialled.
    pub role: Role,
    /// TSI of a caller, CSI of an answerer; an empty one is not sent.
    pub ident: Ident,
    /// The pages to send, in order; none for an answerer.
    pub pages: Vec<PageInfo>,
    /// What this end may do.
    pub capabilities: Capabilities,
    /// What SDP agreed on.
    pub t38: T38Config,
}

/// What the driver tells the call.
#[derive(Debug)]
pub enum Input<'a> {
    /// The media path is open. The first input of every call.
    Connected,
    /// A UDP datagram came on the media port.
    Datagram(&'a [u8]),
    /// The answer to [`Output::PageWanted`]: what is above its rows in `CallConfig::pages`, such as
    /// a line at the head of the page, is the driver's affair.
    Page {
        /// The index that was asked for.
        index: u32,
        /// The page.
        page: Page,
    },
    /// The page that [`Output::PageWanted`] asked for cannot be read.
    PageUnreadable,
    /// The answer to [`Output::BeforeLastConfirm`]: it is on disk.
    Recorded,
    /// The answer to [`Output::Page`]: the page is on disk.
    PageStored,
    /// The page that [`Output::Page`] gave could not be stored.
    PageNotStored,
    /// The user wants the call ended; pages that were confirmed stay confirmed.
    Cancel,
    /// The far end hung up, or the network ended the call.
    Released,
}

/// What the call wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Send this UDP datagram to the far end.
    Datagram(Vec<u8>),
    /// Sender: give page `index` (0 for the first of `CallConfig::pages`) as [`Input::Page`], best
    /// in the form that this receiver takes. A driver may give it as it is stored: what is not in
    /// form when it is sent is converted then ([`Page::in_form`]), which also serves a receiver that
    /// asks for something else between two pages. The page after the one that is being sent is asked
    /// for early.
    PageWanted {
        /// Index into `CallConfig::pages`.
        index: u32,
        /// What the page has to be for this receiver.
        form: Form,
    },
    /// Sender: the last confirmation is about to be asked for. Write that down durably and answer
    /// [`Input::Recorded`]; from here to [`Event::PageConfirmed`] of the last page a crash leaves
    /// it uncertain whether the far end has the fax.
    BeforeLastConfirm,
    /// Receiver: store this page durably and answer [`Input::PageStored`]; only then is it
    /// confirmed to the far end.
    Page(ReceivedPage),
    /// Something worth a line in the call's transcript.
    Event(Event),
    /// The call is over: hang up. Nothing follows.
    Done(Report),
}

/// A page as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedPage {
    /// 0 for the first page of the call.
    pub index: u32,
    /// The page, MMR whatever the coding on the wire was.
    pub page: Page,
    /// How it was coded on the wire.
    pub coding: Coding,
    /// Lines that arrived damaged and were concealed; always 0 with ECM.
    pub bad_rows: u32,
}

/// The phases of a call. T.30 5.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Call establishment.
    A,
    /// Identification, settings and training.
    B,
    /// The page.
    C,
    /// After the page.
    D,
    /// Release.
    E,
}

/// Something worth a line in the call's transcript; `Display` is that line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The call moved to another phase.
    Phase(Phase),
    /// A T.30 frame was sent.
    FrameSent(String),
    /// A T.30 frame was received.
    FrameReceived(String),
    /// The far end gave its identity (CSI or TSI).
    RemoteIdent(Ident),
    /// Both ends settled on this for the coming pages.
    Negotiated {
        /// Modulation and rate.
        rate: Rate,
        /// Error correction mode.
        ecm: bool,
        /// Image coding.
        coding: Coding,
        /// Pels per line.
        width: u32,
        /// Lines per millimetre.
        resolution: Resolution,
    },
    /// A page began to be sent or received. 0 is the first.
    PageStarted {
        /// Index of the page.
        index: u32,
    },
    /// How much of the current page has been sent or received.
    Progress {
        /// Index of the page.
        index: u32,
        /// Octets so far.
        octets: u32,
        /// Octets in all; `None` for a receiver, who cannot know.
        of: Option<u32>,
    },
    /// The page was confirmed: to us when sending, by us when receiving.
    PageConfirmed {
        /// Index of the page.
        index: u32,
    },
    /// The far end said that it does not have the page, or not all of it (RTN, PPR): it is sent
    /// again, and a last confirmation that was asked for ([`Output::BeforeLastConfirm`]) was
    /// denied.
    PageRefused {
        /// Index of the page.
        index: u32,
    },
    /// Something that a person who looks for a fault wants to know.
    Note(String),
}

/// How the call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// `None` when the call did what it was for.
    pub failure: Option<Failure>,
    /// Pages confirmed.
    pub pages: u32,
    /// Image octets of the confirmed pages as they were on the wire.
    pub octets: u64,
    /// The last agreed rate.
    pub rate: Option<Rate>,
    /// Whether error correction was in use.
    pub ecm: bool,
    /// The image coding in use.
    pub coding: Option<Coding>,
    /// CSI or TSI of the far end.
    pub remote: Option<Ident>,
    /// From [`Input::Connected`] to the end.
    pub duration: Duration,
    /// Whether the far end may have the last page although it was not confirmed: asked for and
    /// never answered.
    pub uncertain: bool,
}

/// What the next timeout is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Timer {
    /// The next packet of a transmission is due. T.38 media pacing.
    Pacing,
    /// T0: nobody identified himself after dialling.
    T0,
    /// T1: identification takes too long. T.30 5.4.3.1.
    T1,
    /// T2: no command came. T.30 5.4.3.1.
    T2,
    /// T4: no answer came; the command is sent again. T.30 5.4.3.1.
    T4,
    /// T5: the far end is not ready for too long. T.30 Annex A 5.4.1.
    T5,
    /// The driver did not answer, or a signal never ended.
    Guard,
}

/// One end of one fax call.
///
/// The order of calls: after `new`, give [`Input::Connected`]. After every input and timeout drain
/// [`Call::poll_output`] until `None`, then sleep until [`Call::poll_timeout`] or the next input.
/// After [`Output::Done`] nothing more is expected and everything is ignored.
#[derive(Debug)]
pub struct Call {
    session: Session,
    terminal: Terminal,
    outputs: VecDeque<Output>,
    progress_at: Option<Time>,
    stage: Stage,
}

/// How far the call is, seen from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    NotConnected,
    Running,
    Over,
}

/// How often progress is told while a page is on its way.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);

impl Call {
    /// A call that waits for [`Input::Connected`].
    #[must_use]
    pub fn new(config: CallConfig) -> Self {
        Self {
            terminal: Terminal::new(&config.t38),
            session: Session::new(config),
            outputs: VecDeque::new(),
            progress_at: None,
            stage: Stage::NotConnected,
        }
    }

    /// Takes one input.
    pub fn handle_input(&mut self, now: Time, input: Input<'_>) {
        match (self.stage, input) {
            (Stage::NotConnected, Input::Connected) => {
                self.stage = Stage::Running;
                self.terminal.start(now);
                self.session.start(now);
            }
            (Stage::NotConnected, Input::Cancel) => {
                self.stage = Stage::Running;
                self.session.never_connected(now, Failure::Cancelled);
            }
            (Stage::NotConnected, Input::Released) => {
                self.stage = Stage::Running;
                self.session.never_connected(now, Failure::PeerLeftEarly);
            }
            (Stage::NotConnected | Stage::Over, _) => return,
            (Stage::Running, input) => self.running(now, input),
        }
        self.drain(now);
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: Time) {
        if self.stage != Stage::Running {
            return;
        }
        self.terminal.handle_timeout(now);
        self.drain(now);
        self.session.handle_timeout(now);
        self.drain(now);
        self.tell_progress(now);
    }

    /// The next thing to do; drained until `None` before the next input.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Call::handle_timeout`] is to be called at the latest, and what for.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Time, Timer)> {
        if self.stage != Stage::Running {
            return None;
        }
        let pacing = self.terminal.poll_timeout().map(|at| (at, Timer::Pacing));
        pacing.into_iter().chain(self.session.poll_timeout()).min_by_key(|(at, _)| *at)
    }

    fn running(&mut self, now: Time, input: Input<'_>) {
        match input {
            Input::Connected => {}
            Input::Datagram(datagram) => self.terminal.receive(now, datagram),
            Input::Page { index, page } => self.session.page(now, index, page),
            Input::PageUnreadable => self.session.answer(now, Cue::PageUnreadable),
            Input::Recorded => self.session.answer(now, Cue::Recorded),
            Input::PageStored => self.session.answer(now, Cue::PageStored),
            Input::PageNotStored => self.session.answer(now, Cue::PageNotStored),
            Input::Cancel => self.session.cancel(now),
            Input::Released => self.session.released(now),
        }
    }

    /// Lets terminal and session talk until neither has anything to say.
    fn drain(&mut self, now: Time) {
        loop {
            if let Some(sign) = self.terminal.poll() {
                match sign {
                    Sign::Datagram(datagram) => self.outputs.push_back(Output::Datagram(datagram)),
                    Sign::Heard(heard) => self.session.hear(now, heard),
                    Sign::Said => self.session.said(),
                    Sign::Sent => self.session.sent(now),
                }
            } else if let Some(action) = self.session.poll_action() {
                match action {
                    Action::Transmit(signal) => self.terminal.transmit(now, signal),
                    Action::Abort => self.terminal.abort(now),
                    Action::Output(output) => {
                        if matches!(output, Output::Done(_)) {
                            self.stage = Stage::Over;
                        }
                        self.outputs.push_back(output);
                    }
                }
            } else {
                return;
            }
        }
    }

    fn tell_progress(&mut self, now: Time) {
        let Some(progress) = self.session.progress() else {
            self.progress_at = None;
            return;
        };
        let due = *self.progress_at.get_or_insert(now + PROGRESS_EVERY);
        if self.stage == Stage::Running && due <= now {
            self.progress_at = Some(now + PROGRESS_EVERY);
            self.outputs.push_back(Output::Event(Event::Progress {
                index: progress.index,
                octets: progress.octets.saturating_add(self.terminal.image_octets()),
                of: progress.of,
            }));
        }
    }
}
