//! The T.30 session: one state at a time, each in the file of its phase.
//!
//! What is heard while something is being sent waits until the sending is over, because a state
//! decides on what it hears only when it is its turn.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::vec::Vec;

use t4::Page;

use super::context::{Action, Context};
use super::fcf::Fcf;
use super::frame::Frame;
use super::signal::{Heard, Tone};
use super::{
    phase_a, phase_b_receiver, phase_b_sender, phase_c_receiver, phase_c_sender, phase_d_receiver,
    phase_d_sender, phase_e,
};
use crate::{CallConfig, Event, Failure, Phase, Rate, Role, Time, Timer};

/// What is heard while sending and kept until it is our turn to listen. One turn of V.21 and the
/// training after it are a handful; a far end that does not pace its packets may send a whole page.
const HELD_CUES: usize = 4096;

/// How many turns and carriers may come while the call gets nowhere: no settings are agreed on, no
/// block or page is confirmed. RNR until T5 is the longest lawful row, with some fifty.
const IDLE_CUES: u16 = 200;

/// What a state is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cue {
    /// A call tone.
    Tone(Tone),
    /// A V.21 carrier.
    Flags,
    /// A turn of frames, complete and undamaged.
    Turn(Turn),
    /// A turn of which something was lost.
    Garbled,
    /// The fast modem of the far end trains.
    Training(Rate),
    /// Octets without HDLC.
    Image(Vec<u8>),
    /// A good frame on the fast modem.
    FastFrame(Vec<u8>),
    /// The fast carrier ended.
    CarrierEnd,
    /// So much was lost that a page may have been in it.
    Outage,
    /// Everything queued has left.
    Sent,
    /// A timer expired.
    Timeout(Timer),
    /// The page that was asked for is in the context.
    PageReady,
    /// The page that was asked for cannot be read.
    PageUnreadable,
    /// The write-ahead is on disk.
    Recorded,
    /// The received page is on disk.
    PageStored,
    /// The received page could not be stored.
    PageNotStored,
}

/// One turn of V.21 frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Turn {
    frames: Vec<Frame>,
}

impl Turn {
    /// The frame that the turn is about: the last one that does not only accompany another.
    pub(crate) fn command(&self) -> &Frame {
        let command = self.frames.iter().rfind(|frame| !frame.fcf.accompanies());
        command.or(self.frames.last()).expect("a turn without frames is reported as garbled")
    }

    /// What the turn is about.
    pub(crate) fn fcf(&self) -> Fcf {
        self.command().fcf
    }

    /// The frame of this kind, wherever it stands in the turn.
    pub(crate) fn find(&self, fcf: Fcf) -> Option<&Frame> {
        self.frames.iter().rev().find(|frame| frame.fcf == fcf)
    }
}

/// Where a call stands. Each state is a type in the file of its phase.
#[derive(Debug)]
pub(crate) enum State {
    Calling(phase_a::Calling),
    Answered(phase_a::Answered),
    AwaitDis(phase_b_sender::AwaitDis),
    AwaitTrained(phase_b_sender::AwaitTrained),
    AwaitDcs(phase_b_receiver::AwaitDcs),
    AwaitTcf(phase_b_receiver::AwaitTcf),
    AwaitImage(phase_b_receiver::AwaitImage),
    AwaitPage(phase_c_sender::AwaitPage),
    SendImage(phase_c_sender::SendImage),
    SendBlock(phase_c_sender::SendBlock),
    ReceiveImage(phase_c_receiver::ReceiveImage),
    ReceiveBlock(phase_c_receiver::ReceiveBlock),
    AwaitRecorded(phase_d_sender::AwaitRecorded),
    AwaitConfirmation(phase_d_sender::AwaitConfirmation),
    AwaitCommand(phase_d_receiver::AwaitCommand),
    AwaitStored(phase_d_receiver::AwaitStored),
    AwaitNext(phase_d_receiver::AwaitNext),
    Disconnect(phase_e::Disconnect),
    Over,
}

impl State {
    fn handle(self, ctx: &mut Context, cue: Cue) -> Self {
        match self {
            Self::Calling(state) => state.handle(ctx, cue),
            Self::Answered(state) => state.handle(ctx, cue),
            Self::AwaitDis(state) => state.handle(ctx, cue),
            Self::AwaitTrained(state) => state.handle(ctx, cue),
            Self::AwaitDcs(state) => state.handle(ctx, cue),
            Self::AwaitTcf(state) => state.handle(ctx, cue),
            Self::AwaitImage(state) => state.handle(ctx, cue),
            Self::AwaitPage(state) => state.handle(ctx, cue),
            Self::SendImage(state) => state.handle(ctx, cue),
            Self::SendBlock(state) => state.handle(ctx, cue),
            Self::ReceiveImage(state) => state.handle(ctx, cue),
            Self::ReceiveBlock(state) => state.handle(ctx, cue),
            Self::AwaitRecorded(state) => state.handle(ctx, cue),
            Self::AwaitConfirmation(state) => state.handle(ctx, cue),
            Self::AwaitCommand(state) => state.handle(ctx, cue),
            Self::AwaitStored(state) => state.handle(ctx, cue),
            Self::AwaitNext(state) => state.handle(ctx, cue),
            Self::Disconnect(state) => state.handle(ctx, cue),
            Self::Over => Self::Over,
        }
    }

    /// What it means that the connection ends in this state.
    fn when_released(&self, ctx: &Context) -> Option<Failure> {
        match self {
            Self::Calling(_) | Self::Answered(_) | Self::AwaitDis(_) | Self::AwaitTrained(_) => {
                Some(Failure::PeerLeftEarly)
            }
            Self::AwaitDcs(_) | Self::AwaitTcf(_) if ctx.confirmed == 0 => {
                Some(Failure::PeerLeftEarly)
            }
            Self::AwaitImage(_) if ctx.confirmed == 0 => Some(Failure::CarrierNeverCame),
            Self::AwaitDcs(_) | Self::AwaitTcf(_) | Self::AwaitImage(_) => {
                Some(Failure::PageEndMissing)
            }
            Self::AwaitPage(_)
            | Self::SendImage(_)
            | Self::SendBlock(_)
            | Self::ReceiveImage(_)
            | Self::ReceiveBlock(_)
            | Self::AwaitRecorded(_) => Some(Failure::LostInPage),
            Self::AwaitConfirmation(state) => Some(state.when_unanswered()),
            Self::AwaitCommand(_) | Self::AwaitStored(_) => Some(Failure::PageEndMissing),
            Self::AwaitNext(state) => state.when_released(),
            Self::Disconnect(state) => state.failure,
            Self::Over => None,
        }
    }
}

/// How much of a page was there before what the line is sending or receiving now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageProgress {
    pub(crate) index: u32,
    /// Octets, without those of the signal on its way out.
    pub(crate) octets: u32,
    pub(crate) of: Option<u32>,
}

/// One end of a T.30 session.
#[derive(Debug)]
pub(crate) struct Session {
    ctx: Context,
    state: State,
    /// What was heard while sending, and whether it began before we had finished.
    held: VecDeque<(bool, Cue)>,
    /// The turn that is arriving began before we had finished.
    turn_overlaps: bool,
}

impl Session {
    pub(crate) fn new(config: CallConfig) -> Self {
        Self {
            ctx: Context::new(config),
            state: State::Over,
            held: VecDeque::new(),
            turn_overlaps: false,
        }
    }

    /// The media path is open: the call begins.
    pub(crate) fn start(&mut self, now: Time) {
        self.ctx.begin(now);
        self.ctx.enter(Phase::A);
        self.state = match self.ctx.config.role {
            Role::Caller => phase_a::Calling::enter(&mut self.ctx),
            Role::Answerer => phase_a::Answered::enter(&mut self.ctx),
        };
    }

    /// Something was heard on the line.
    pub(crate) fn hear(&mut self, now: Time, heard: Heard) {
        self.ctx.now = now;
        let mut overlaps = self.ctx.sending && !self.ctx.said;
        let cue = match heard {
            Heard::Tone(tone) => Cue::Tone(tone),
            Heard::Flags => {
                self.ctx.timers.hold(now);
                self.turn_overlaps = overlaps;
                Cue::Flags
            }
            Heard::Turn { frames, damaged } => {
                self.ctx.timers.release(now);
                overlaps |= core::mem::take(&mut self.turn_overlaps);
                match self.read_turn(&frames, damaged) {
                    Some(cue) => cue,
                    None => return,
                }
            }
            Heard::Training(rate) => Cue::Training(rate),
            Heard::Image(octets) => Cue::Image(octets),
            Heard::FastFrame(frame) => Cue::FastFrame(frame),
            Heard::CarrierEnd => Cue::CarrierEnd,
            Heard::Outage => Cue::Outage,
        };
        if self.ctx.sending
            && cue == Cue::Flags
            && matches!(&self.state, State::AwaitDcs(state) if state.gives_way())
        {
            self.stop_sending();
            self.turn_overlaps = false;
        }
        if self.ctx.sending {
            if matches!(&cue, Cue::Turn(turn) if turn.fcf() == Fcf::Dcn) {
                self.break_off();
                self.step(cue);
            } else if self.held.len() < HELD_CUES {
                self.held.push_back((overlaps, cue));
            }
        } else {
            self.step_overlapped(overlaps, cue);
        }
    }

    /// The last thing that was handed to the line has been said.
    pub(crate) fn said(&mut self) {
        self.ctx.said = true;
        if matches!(self.state, State::SendImage(_) | State::SendBlock(_)) {
            // Nothing that was heard while a page left can be about it.
            self.held.clear();
        }
    }

    /// Everything that was handed to the line has left it.
    pub(crate) fn sent(&mut self, now: Time) {
        self.ctx.now = now;
        self.ctx.sending = false;
        self.step(Cue::Sent);
        while !self.ctx.sending
            && let Some((overlaps, cue)) = self.held.pop_front()
        {
            self.step_overlapped(overlaps, cue);
        }
    }

    /// Does what is due at `now`.
    pub(crate) fn handle_timeout(&mut self, now: Time) {
        self.ctx.now = now;
        while let Some(timer) = self.ctx.timers.expired(now) {
            self.step(Cue::Timeout(timer));
        }
    }

    /// The driver gave page `index`.
    pub(crate) fn page(&mut self, now: Time, index: u32, page: Page) {
        self.ctx.now = now;
        self.ctx.page_arrived(index, page);
        self.step(Cue::PageReady);
    }

    /// The driver answered.
    pub(crate) fn answer(&mut self, now: Time, cue: Cue) {
        self.ctx.now = now;
        if cue == Cue::PageUnreadable {
            self.ctx.page_unreadable();
        }
        self.step(cue);
    }

    /// The user wants the call ended.
    pub(crate) fn cancel(&mut self, now: Time) {
        self.ctx.now = now;
        if matches!(self.state, State::Over | State::Disconnect(_)) {
            return;
        }
        self.ctx.note("cancelled");
        // A confirmation that is being sent is sent to its end: the page counts already.
        if !matches!(self.state, State::AwaitNext(_)) {
            self.ctx.actions.push_back(Action::Abort);
        }
        self.held.clear();
        self.state = phase_e::Disconnect::enter(&mut self.ctx, Some(Failure::Cancelled));
    }

    /// The connection is gone.
    pub(crate) fn released(&mut self, now: Time) {
        self.ctx.now = now;
        if matches!(self.state, State::Over) {
            return;
        }
        self.ctx.note("the far end released the call");
        self.break_off();
        let early = match &self.state {
            State::AwaitConfirmation(state) => state.early_end(&mut self.ctx),
            _ => None,
        };
        let failure = early.unwrap_or_else(|| self.state.when_released(&self.ctx));
        self.state = phase_e::finish(&mut self.ctx, failure);
    }

    /// The next thing for the line or the driver to do.
    pub(crate) fn poll_action(&mut self) -> Option<Action> {
        self.ctx.actions.pop_front()
    }

    /// The next timer of T.30.
    pub(crate) fn poll_timeout(&self) -> Option<(Time, Timer)> {
        self.ctx.timers.next()
    }

    /// The page that is on its way, if one is.
    pub(crate) fn progress(&self) -> Option<PageProgress> {
        match &self.state {
            State::SendImage(state) => Some(state.progress()),
            State::SendBlock(state) => Some(state.progress()),
            State::ReceiveImage(state) => Some(state.progress()),
            State::ReceiveBlock(state) => Some(state.progress()),
            _ => None,
        }
    }

    /// The call ends before its media path was open.
    pub(crate) fn never_connected(&mut self, now: Time, failure: Failure) {
        self.ctx.begin(now);
        self.state = phase_e::finish(&mut self.ctx, Some(failure));
    }

    /// The far end is gone: nothing more is sent, but what came before counts.
    fn break_off(&mut self) {
        self.stop_sending();
        while let Some((overlaps, cue)) = self.held.pop_front() {
            self.step_overlapped(overlaps, cue);
            self.stop_sending();
        }
    }

    fn stop_sending(&mut self) {
        if !matches!(self.state, State::Over) {
            self.ctx.actions.push_back(Action::Abort);
            self.ctx.sending = false;
        }
    }

    fn step_overlapped(&mut self, overlaps: bool, cue: Cue) {
        self.ctx.overlapped = overlaps;
        self.step(cue);
        self.ctx.overlapped = false;
    }

    fn step(&mut self, cue: Cue) {
        let idle = matches!(cue, Cue::Turn(_) | Cue::Garbled | Cue::CarrierEnd);
        self.ctx.idle_cues = self.ctx.idle_cues.saturating_add(u16::from(idle));
        let state = core::mem::replace(&mut self.state, State::Over);
        if self.ctx.idle_cues > IDLE_CUES && !matches!(state, State::Disconnect(_) | State::Over) {
            self.ctx.note("the call gets nowhere");
            let failure = Some(Failure::AnswerNotLawful);
            self.state = phase_e::Disconnect::enter(&mut self.ctx, failure);
            return;
        }
        self.state = state.handle(&mut self.ctx, cue);
        if matches!(self.state, State::Over) {
            self.held.clear();
        }
    }

    /// Turns what came over V.21 into a cue; nothing when it was only our own echo.
    fn read_turn(&mut self, raw: &[Vec<u8>], damaged: bool) -> Option<Cue> {
        let mut frames = Vec::new();
        let mut echoes = 0;
        for octets in raw {
            match Frame::parse(octets) {
                Ok(frame) if self.ctx.is_echo(&frame) => echoes += 1,
                Ok(frame) => {
                    self.ctx.event(Event::FrameReceived(format!("{frame}")));
                    frames.push(frame);
                }
                Err(error) => self.ctx.note(format!("a frame was skipped: {error}")),
            }
        }
        if frames.is_empty() && echoes > 0 && !damaged {
            self.ctx.note("our own signal came back");
            return None;
        }
        if damaged || frames.is_empty() {
            self.ctx.note("a turn arrived damaged");
            return Some(Cue::Garbled);
        }
        Some(Cue::Turn(Turn { frames }))
    }
}
