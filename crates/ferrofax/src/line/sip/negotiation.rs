//! One dialog as a state machine: offers and answers, the switch to T.38, and hanging up.
//!
//! It has no socket and no clock. Give it what happened with [`Negotiation::handle_input`] and
//! [`Negotiation::handle_timeout`], drain [`Negotiation::poll_output`] after each, and come back
//! at [`Negotiation::poll_timeout`]. A call starts in audio and is switched by a re-INVITE from
//! either side, or starts in T.38; a far end that does not switch ends the call, for there is no
//! fax over audio yet. RFC 3261 13 to 15, RFC 3264, RFC 3311.

use std::collections::VecDeque;
use std::time::Duration;

use g3::{Role, Time};

pub use media::{Kind, Own, Stream};

use super::sdp::Sdp;
use crate::failure::Failure;

mod media;
#[cfg(test)]
mod tests;

/// How long the far end may think about the switch.
pub const SWITCH_ANSWER: Duration = Duration::from_secs(15);
/// How long a CANCEL waits for the final answer of its INVITE. It may take 64 T1 (RFC 3261 9.1);
/// whoever waits for the end of the call does not wait that long.
pub const CANCEL_ANSWER: Duration = Duration::from_secs(4);
/// How long the BYE of an answerer waits for the ACK of its call. RFC 3261 15.
pub const LEAVE: Duration = Duration::from_secs(2);
/// How often the switch is asked for when it only collides.
pub const SWITCH_ATTEMPTS: u8 = 5;
/// What a second INVITE is told to wait, in seconds. RFC 3261 14.2.
pub const RETRY_AFTER_S: u8 = 2;
/// The longest wait that a far end may order, in seconds. RFC 3261 14.2.
const MAX_RETRY_AFTER_S: u32 = 10;

/// What a dialog is told before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Who placed the call.
    pub role: Role,
    /// What the first offer of this end has.
    pub first: Kind,
    /// What this end brings.
    pub own: Own,
    /// How long it may ring. T.30 5.4.3.1, T0.
    pub ring: Duration,
    /// How long after the answer, or its ACK, this end asks for T.38 if nobody did.
    pub switch_after: Duration,
    /// The session of the `o=` line.
    pub session: u64,
    /// A random number, for the waits after a collision.
    pub random: u64,
}

/// Which request of the far end an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Request {
    /// The INVITE that began the dialog.
    First,
    /// An INVITE within the dialog.
    Reinvite,
    /// An UPDATE.
    Update,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// This end places the call.
    Place,
    /// The INVITE of the far end, with its offer.
    Invited(Option<Sdp>),
    /// The house takes the call.
    Accept,
    /// The house does not take the call, with this final status.
    Decline(u16),
    /// A success to an INVITE of this end.
    Answered(Option<Sdp>),
    /// Any other final answer to an INVITE of this end; 408 when none came.
    Refused {
        /// The status.
        status: u16,
        /// `Retry-After` in seconds.
        retry_after_s: Option<u32>,
    },
    /// An INVITE of the far end within the dialog.
    Reinvited(Option<Sdp>),
    /// An UPDATE of the far end.
    Updated(Option<Sdp>),
    /// The ACK of a success.
    Acked(Option<Sdp>),
    /// The ACK did not come in 64 T1. RFC 3261 13.3.1.4.
    AckLost,
    /// The far end took its first INVITE back.
    Cancelled,
    /// The far end hung up.
    ByeReceived,
    /// This end hangs up.
    HangUp,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Send an INVITE, within the dialog when there is one. Its success is acknowledged at once.
    Invite(Sdp),
    /// Take the INVITE back.
    Cancel,
    /// Answer a request with 200.
    Answer {
        /// The request.
        to: Request,
        /// The answer, or an offer where the request had none.
        sdp: Option<Sdp>,
    },
    /// Refuse a request.
    Reject {
        /// The request.
        to: Request,
        /// The final status.
        status: u16,
        /// `Retry-After` in seconds.
        retry_after_s: Option<u8>,
    },
    /// This stream runs from now on, and no other.
    Stream(Stream),
    /// Send a BYE.
    Bye,
    /// The dialog is over; nothing follows. The failure is there when the dialog itself failed.
    Over(Option<Failure>),
}

/// What the next timeout is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// [`Config::ring`].
    Ring,
    /// It is time to ask for T.38.
    Switch,
    /// [`SWITCH_ANSWER`].
    SwitchAnswer,
    /// [`CANCEL_ANSWER`].
    CancelAnswer,
    /// [`LEAVE`].
    Leave,
}

/// One dialog.
#[derive(Debug)]
pub struct Negotiation {
    config: Config,
    state: State,
    /// When the state gives up.
    deadline: Option<(Time, Timer)>,
    /// When this end asks for T.38, as soon as nothing else is under way.
    switch_at: Option<Time>,
    /// How often it asked.
    switches: u8,
    /// The last description of this end that was agreed on.
    local: Option<Sdp>,
    /// Counts the descriptions of this end.
    version: u64,
    running: Option<Stream>,
    /// Whether T.38 ever ran.
    switched: bool,
    random: u64,
    outputs: VecDeque<Output>,
}

/// What a dialog waits for.
#[derive(Debug)]
enum State {
    /// The first INVITE.
    Idle,
    /// The final answer to the first INVITE of this end, which had this offer.
    Calling(Sdp),
    /// The final answer to a first INVITE that was taken back.
    Cancelling(Option<Failure>),
    /// The house, whether it takes the call.
    Deciding(Option<Sdp>),
    /// The ACK of the first INVITE.
    AwaitAck,
    /// The ACK that brings the answer to this offer; `first` for that of the first INVITE.
    AwaitAnswer { offer: Sdp, first: bool },
    /// Anything; no exchange is under way.
    Ready,
    /// The answer to this T.38 offer.
    Switching(Sdp),
    /// The ACK of the first INVITE, to hang up.
    Leaving,
    /// Nothing any more.
    Over,
}

impl Negotiation {
    /// A dialog that waits for [`Input::Place`] or [`Input::Invited`].
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            config,
            state: State::Idle,
            deadline: None,
            switch_at: None,
            switches: 0,
            local: None,
            version: 0,
            running: None,
            switched: false,
            random: config.random,
            outputs: VecDeque::new(),
        }
    }

    /// Takes one input; one that has no place in this state is left out or refused.
    pub fn handle_input(&mut self, now: Time, input: Input) {
        if matches!(self.state, State::Over) {
            return;
        }
        let state = std::mem::replace(&mut self.state, State::Over);
        let next = match input {
            Input::Place => self.place(now, state),
            Input::Invited(offer) if matches!(state, State::Idle) => State::Deciding(offer),
            Input::Invited(_) => state,
            Input::Accept => self.accept(state),
            Input::Decline(status) => self.decline(state, status),
            Input::Answered(sdp) => self.answered(now, state, sdp.as_ref()),
            Input::Refused { status, retry_after_s } => {
                self.refused(now, state, status, retry_after_s)
            }
            Input::Reinvited(offer) => self.reinvited(now, state, offer),
            Input::Updated(offer) => self.updated(now, state, offer),
            Input::Acked(sdp) => self.acked(now, state, sdp.as_ref()),
            Input::AckLost => self.ack_lost(state),
            Input::Cancelled => self.cancelled(state),
            Input::ByeReceived => self.bye_received(state),
            Input::HangUp => self.hang_up(now, state),
        };
        self.enter(next);
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: Time) {
        let Some((at, timer)) = self.poll_timeout() else { return };
        if at > now {
            return;
        }
        let state = std::mem::replace(&mut self.state, State::Over);
        self.deadline = None;
        let next = match (timer, state) {
            (Timer::Ring, State::Calling(_)) => self.cancel(now, Some(Failure::NoAnswer)),
            (Timer::Switch, State::Ready) => self.switch(now),
            (Timer::SwitchAnswer, State::Switching(_)) => self.fail(Failure::T38SwitchFailed),
            (Timer::CancelAnswer, State::Cancelling(failure)) => self.over(failure),
            (Timer::Leave, State::Leaving) => self.bye(None),
            (_, state) => state,
        };
        self.enter(next);
    }

    /// The next thing to do; drained until `None` before the next input.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Negotiation::handle_timeout`] is to be called, and what for.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Time, Timer)> {
        match self.state {
            State::Ready => self.switch_at.map(|at| (at, Timer::Switch)),
            _ => self.deadline,
        }
    }

    fn enter(&mut self, next: State) {
        let waits = matches!(
            next,
            State::Calling(_) | State::Cancelling(_) | State::Switching(_) | State::Leaving
        );
        if !waits {
            self.deadline = None;
        }
        self.state = next;
    }

    fn place(&mut self, now: Time, state: State) -> State {
        if !matches!(state, State::Idle) {
            return state;
        }
        let offer = self.describe(self.config.own.first_offer(self.config.first));
        self.outputs.push_back(Output::Invite(offer.clone()));
        self.deadline = Some((now + self.config.ring, Timer::Ring));
        State::Calling(offer)
    }

    fn accept(&mut self, state: State) -> State {
        let State::Deciding(offer) = state else { return state };
        let Some(offer) = offer else {
            let offer = self.describe(self.config.own.first_offer(self.config.first));
            self.answer(Request::First, Some(offer.clone()));
            return State::AwaitAnswer { offer, first: true };
        };
        if self.take_offer(Request::First, &offer) {
            State::AwaitAck
        } else {
            self.over(Some(Failure::MediaRefused))
        }
    }

    fn decline(&mut self, state: State, status: u16) -> State {
        let State::Deciding(_) = state else { return state };
        self.reject(Request::First, status);
        self.over(None)
    }

    fn answered(&mut self, now: Time, state: State, sdp: Option<&Sdp>) -> State {
        match state {
            State::Calling(offer) => {
                let stream = sdp.and_then(|sdp| self.config.own.answered(self.config.first, sdp));
                let Some(stream) = stream else { return self.fail(Failure::MediaRefused) };
                self.agree(offer, stream);
                self.plan_switch(now + self.config.switch_after);
                State::Ready
            }
            State::Switching(offer) => {
                let stream = sdp.and_then(|sdp| self.config.own.answered(Kind::Image, sdp));
                let Some(stream) = stream else { return self.fail(Failure::T38SwitchFailed) };
                self.agree(offer, stream);
                State::Ready
            }
            State::Cancelling(failure) => self.bye(failure),
            state => state,
        }
    }

    fn refused(&mut self, now: Time, state: State, status: u16, retry_s: Option<u32>) -> State {
        match state {
            State::Calling(_) => self.over(Some(failure_of(status))),
            State::Cancelling(failure) => self.over(failure),
            State::Switching(_) => {
                let wait = match (status, retry_s) {
                    (491, _) => self.back_off(),
                    (500, Some(seconds)) => {
                        Duration::from_secs(seconds.min(MAX_RETRY_AFTER_S).into())
                    }
                    _ => return self.fail(Failure::T38SwitchFailed),
                };
                if self.switches >= SWITCH_ATTEMPTS {
                    return self.fail(Failure::T38SwitchFailed);
                }
                self.plan_switch(now + wait);
                State::Ready
            }
            state => state,
        }
    }

    fn reinvited(&mut self, now: Time, state: State, offer: Option<Sdp>) -> State {
        let to = Request::Reinvite;
        match self.imply_ack(now, state) {
            State::Ready => match (offer, self.local.clone()) {
                (Some(offer), _) => {
                    self.take_offer(to, &offer);
                    State::Ready
                }
                (None, Some(current)) => {
                    self.answer(to, Some(current.clone()));
                    State::AwaitAnswer { offer: current, first: false }
                }
                (None, None) => State::Ready,
            },
            state => {
                self.reject_offer(to, &state);
                state
            }
        }
    }

    fn updated(&mut self, now: Time, state: State, offer: Option<Sdp>) -> State {
        let to = Request::Update;
        let state = self.imply_ack(now, state);
        match (&state, offer) {
            (State::Ready, Some(offer)) => {
                self.take_offer(to, &offer);
            }
            (State::Ready | State::Switching(_) | State::AwaitAnswer { .. }, None) => {
                self.answer(to, None);
            }
            _ => self.reject_offer(to, &state),
        }
        state
    }

    /// A far end that goes on has heard the answer, although its ACK was lost.
    fn imply_ack(&mut self, now: Time, state: State) -> State {
        match state {
            State::AwaitAck => {
                self.plan_switch(now + self.config.switch_after);
                State::Ready
            }
            state => state,
        }
    }

    /// Refuses what collides with what is under way. RFC 3261 14.2, RFC 3311 5.2.
    fn reject_offer(&mut self, to: Request, state: &State) {
        match state {
            State::Deciding(_) => {
                let retry_after_s = Some(RETRY_AFTER_S);
                self.outputs.push_back(Output::Reject { to, status: 500, retry_after_s });
            }
            State::Switching(_) | State::AwaitAnswer { .. } => self.reject(to, 491),
            State::Idle
            | State::Calling(_)
            | State::Cancelling(_)
            | State::AwaitAck
            | State::Ready
            | State::Leaving
            | State::Over => self.reject(to, 481),
        }
    }

    fn acked(&mut self, now: Time, state: State, sdp: Option<&Sdp>) -> State {
        match state {
            State::AwaitAck => {
                self.plan_switch(now + self.config.switch_after);
                State::Ready
            }
            State::AwaitAnswer { offer, first } => {
                let kind = if offer.image().is_some() { Kind::Image } else { Kind::Audio };
                match sdp.map(|sdp| self.config.own.answered(kind, sdp)) {
                    Some(Some(stream)) => self.agree(offer, stream),
                    None if !first => {}
                    Some(None) | None => return self.fail(Failure::MediaRefused),
                }
                if first {
                    self.plan_switch(now + self.config.switch_after);
                }
                State::Ready
            }
            State::Leaving => self.bye(None),
            state => state,
        }
    }

    /// A fax that runs is not ended because the ACK of a refresh got lost.
    fn ack_lost(&mut self, state: State) -> State {
        match state {
            State::AwaitAck | State::AwaitAnswer { first: true, .. } => {
                self.bye((!self.switched).then_some(Failure::Call(g3::Failure::PeerLeftEarly)))
            }
            State::AwaitAnswer { first: false, .. } => State::Ready,
            State::Leaving => self.bye(None),
            state => state,
        }
    }

    fn cancelled(&mut self, state: State) -> State {
        let State::Deciding(_) = state else { return state };
        self.reject(Request::First, 487);
        self.over(Some(Failure::Call(g3::Failure::PeerLeftEarly)))
    }

    fn bye_received(&mut self, state: State) -> State {
        match state {
            State::Idle | State::Calling(_) | State::Over => state,
            State::Deciding(_) => {
                self.reject(Request::First, 487);
                self.over(Some(Failure::Call(g3::Failure::PeerLeftEarly)))
            }
            State::Cancelling(failure) => self.over(failure),
            State::Leaving => self.over(None),
            _ if self.switched => self.over(None),
            State::Switching(_) => self.over(Some(Failure::T38SwitchFailed)),
            State::AwaitAck | State::AwaitAnswer { .. } | State::Ready => {
                self.over(Some(Failure::Call(g3::Failure::PeerLeftEarly)))
            }
        }
    }

    fn hang_up(&mut self, now: Time, state: State) -> State {
        match state {
            State::Idle => self.over(None),
            State::Calling(_) => self.cancel(now, None),
            State::Deciding(_) => {
                self.reject(Request::First, 480);
                self.over(None)
            }
            State::AwaitAck | State::AwaitAnswer { first: true, .. } => {
                self.deadline = Some((now + LEAVE, Timer::Leave));
                State::Leaving
            }
            State::Ready | State::AwaitAnswer { first: false, .. } | State::Switching(_) => {
                self.bye(None)
            }
            State::Cancelling(_) | State::Leaving | State::Over => state,
        }
    }

    fn cancel(&mut self, now: Time, failure: Option<Failure>) -> State {
        self.outputs.push_back(Output::Cancel);
        self.deadline = Some((now + CANCEL_ANSWER, Timer::CancelAnswer));
        State::Cancelling(failure)
    }

    /// Asks for T.38.
    fn switch(&mut self, now: Time) -> State {
        let Some(local) = self.local.clone() else { return State::Ready };
        self.switch_at = None;
        self.switches += 1;
        let offer = self.describe(self.config.own.next_offer(&local, Kind::Image));
        self.outputs.push_back(Output::Invite(offer.clone()));
        self.deadline = Some((now + SWITCH_ANSWER, Timer::SwitchAnswer));
        State::Switching(offer)
    }

    fn plan_switch(&mut self, at: Time) {
        if !self.switched {
            self.switch_at = Some(at);
        }
    }

    /// Answers an offer, or refuses it and leaves everything as it is.
    fn take_offer(&mut self, to: Request, offer: &Sdp) -> bool {
        let Some((media, stream)) = self.config.own.answer(offer) else {
            self.reject(to, 488);
            return false;
        };
        let answer = self.describe(media);
        self.answer(to, Some(answer.clone()));
        self.agree(answer, stream);
        true
    }

    fn agree(&mut self, local: Sdp, stream: Stream) {
        self.local = Some(local);
        if stream.kind() == Kind::Image {
            self.switched = true;
            self.switch_at = None;
        }
        if self.running.as_ref() != Some(&stream) {
            self.running = Some(stream.clone());
            self.outputs.push_back(Output::Stream(stream));
        }
    }

    /// The same description again while nothing changed in it. RFC 3264 8.
    fn describe(&mut self, media: Vec<super::sdp::Media>) -> Sdp {
        if let Some(local) = self.local.as_ref().filter(|local| local.media == media) {
            return local.clone();
        }
        self.version += 1;
        self.config.own.describe(self.config.session, self.version, media)
    }

    /// The wait after a collision, in steps of 10 ms: 2.1 to 4 s for the owner of the Call-ID, 0
    /// to 2 s for the other end. RFC 3261 14.1.
    fn back_off(&mut self) -> Duration {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let drawn = self.random >> 33;
        let steps = match self.config.role {
            Role::Caller => 210 + drawn % 191,
            Role::Answerer => drawn % 201,
        };
        Duration::from_millis(steps * 10)
    }

    fn answer(&mut self, to: Request, sdp: Option<Sdp>) {
        self.outputs.push_back(Output::Answer { to, sdp });
    }

    fn reject(&mut self, to: Request, status: u16) {
        self.outputs.push_back(Output::Reject { to, status, retry_after_s: None });
    }

    fn fail(&mut self, failure: Failure) -> State {
        self.bye(Some(failure))
    }

    fn bye(&mut self, failure: Option<Failure>) -> State {
        self.outputs.push_back(Output::Bye);
        self.over(failure)
    }

    fn over(&mut self, failure: Option<Failure>) -> State {
        self.outputs.push_back(Output::Over(failure));
        State::Over
    }
}

/// What a final answer to the first INVITE means. RFC 3261 21.
#[must_use]
pub const fn failure_of(status: u16) -> Failure {
    match status {
        486 | 600 => Failure::Busy,
        408 | 480 | 487 => Failure::NoAnswer,
        404 | 410 | 484 | 485 | 604 => Failure::NumberWrong,
        415 | 488 | 606 => Failure::MediaRefused,
        500..=599 => Failure::NetCongested,
        _ => Failure::CallRefused,
    }
}
