//! One dialog with its machine and its wire, as the driver of a call sees it.

use std::net::IpAddr;
use std::time::Instant;

use g3::Time;
use tokio::sync::{mpsc, oneshot};

use super::leg::{Leg, Seen};
use super::negotiation::{Config, Input, Negotiation, Output, Stream};
use super::sdp::Sdp;
use crate::failure::Failure;

/// The status of a request that nobody answered. RFC 3261 8.1.3.1.
const NOBODY: u16 = 408;

/// A dialog. Dropped before its end, it hangs up by itself.
#[derive(Debug)]
pub struct Dialog {
    leg: Option<Leg>,
    negotiation: Negotiation,
    start: Instant,
    peer: IpAddr,
    /// The messages that went by.
    seen: Option<mpsc::Receiver<Seen>>,
    /// Closes when the far end answered the BYE.
    farewell: Option<oneshot::Receiver<()>>,
}

/// What the driver of the call is to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// This stream runs from now on.
    Stream(Stream),
    /// The dialog is over.
    Over(Option<Failure>),
}

impl Dialog {
    /// Places a call.
    #[must_use]
    pub fn place(leg: Leg, config: Config) -> Self {
        let mut dialog = Self::new(leg, config);
        dialog.give(Input::Place);
        dialog
    }

    /// A call that came in with this offer; it waits for [`Dialog::accept`].
    #[must_use]
    pub fn invited(leg: Leg, offer: Option<Sdp>, config: Config) -> Self {
        let mut dialog = Self::new(leg, config);
        dialog.give(Input::Invited(offer));
        dialog
    }

    fn new(mut leg: Leg, config: Config) -> Self {
        let (peer, seen) = (leg.peer(), leg.seen());
        let negotiation = Negotiation::new(config);
        let start = Instant::now();
        Self { leg: Some(leg), negotiation, start, peer, seen, farewell: None }
    }

    /// The next message that went by and that nobody asked for yet. A message is here before an
    /// event speaks of it.
    pub fn seen(&mut self) -> Option<Seen> {
        self.seen.as_mut()?.try_recv().ok()
    }

    /// Waits until the far end answered the BYE, if there was one.
    pub async fn farewell(&mut self) {
        if let Some(farewell) = self.farewell.take() {
            let _answered = farewell.await;
        }
    }

    /// The address that signals for the far end.
    #[must_use]
    pub fn peer(&self) -> IpAddr {
        self.peer
    }

    /// Answers the call.
    pub fn accept(&mut self) {
        self.give(Input::Accept);
    }

    /// Refuses the call.
    pub fn decline(&mut self, status: u16) {
        self.give(Input::Decline(status));
    }

    /// Hangs up; [`Event::Over`] follows within seconds, or 64 T1 before an answer.
    pub fn hang_up(&mut self) {
        self.give(Input::HangUp);
    }

    /// The next event. It may be dropped at any time and nothing gets lost; after [`Event::Over`]
    /// it waits for ever.
    pub async fn next(&mut self) -> Event {
        loop {
            while let Some(output) = self.negotiation.poll_output() {
                tracing::debug!(?output, "dialog");
                if let Some(event) = self.perform(output) {
                    return event;
                }
            }
            let Some(leg) = &mut self.leg else { return std::future::pending().await };
            let due = self.negotiation.poll_timeout().map(|(at, _)| at.since_start());
            let sleep =
                tokio::time::sleep(due.unwrap_or_default().saturating_sub(self.start.elapsed()));
            tokio::select! {
                input = leg.next() => self.give(input),
                () = sleep, if due.is_some() => {
                    self.negotiation.handle_timeout(now(self.start));
                }
            }
        }
    }

    fn give(&mut self, input: Input) {
        tracing::debug!(?input, "dialog");
        self.negotiation.handle_input(now(self.start), input);
    }

    fn perform(&mut self, output: Output) -> Option<Event> {
        let leg = self.leg.as_mut()?;
        match output {
            Output::Invite(offer) => leg.invite(&offer),
            Output::Cancel => {
                if !leg.cancel() {
                    // Where nobody is, no answer is waited for; what comes late is hung up.
                    self.give(Input::Refused { status: NOBODY, retry_after_s: None });
                }
            }
            Output::Answer { to, sdp } => leg.answer(to, sdp.as_ref()),
            Output::Reject { to, status, retry_after_s } => leg.reject(to, status, retry_after_s),
            Output::Bye => self.farewell = Some(leg.bye()),
            Output::Stream(stream) => return Some(Event::Stream(stream)),
            Output::Over(failure) => {
                self.leave();
                return Some(Event::Over(failure));
            }
        }
        None
    }

    fn leave(&mut self) {
        if let Some(leg) = self.leg.take() {
            leg.leave();
        }
    }
}

impl Drop for Dialog {
    fn drop(&mut self) {
        // What was decided is still said; without a runtime nobody could say it.
        while let Some(output) = self.negotiation.poll_output() {
            let _unheard = self.perform(output);
        }
        if tokio::runtime::Handle::try_current().is_ok() {
            self.leave();
        }
    }
}

fn now(start: Instant) -> Time {
    Time::ZERO + start.elapsed()
}
