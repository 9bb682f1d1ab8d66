//! Phase E: release. T.30 5.1.

use core::time::Duration;

use super::context::Context;
use super::fcf::Fcf;
use super::session::{Cue, State};
use crate::{Failure, Output, Phase, Timer};

/// How long the line stays open after DCN, so that its last packets arrive before the call is
/// cleared; about a second is usual. T.30 5.3.6.1.8.
const LINGER: Duration = Duration::from_millis(800);

/// DCN is on its way, or has left.
#[derive(Debug)]
pub(crate) struct Disconnect {
    /// What the call will be reported as.
    pub(crate) failure: Option<Failure>,
}

impl Disconnect {
    /// Sends DCN; no answer is expected.
    pub(crate) fn enter(ctx: &mut Context, failure: Option<Failure>) -> State {
        ctx.enter(Phase::E);
        ctx.timers.stop_all();
        ctx.send_command(Fcf::Dcn);
        State::Disconnect(Self { failure })
    }

    pub(crate) fn handle(self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Sent => {
                ctx.start(Timer::Guard, LINGER);
                State::Disconnect(self)
            }
            // Both ends gave up at once: there is nobody left to tell.
            Cue::Turn(turn) if turn.fcf() == Fcf::Dcn => finish(ctx, self.failure),
            Cue::Timeout(_) => finish(ctx, self.failure),
            _ => State::Disconnect(self),
        }
    }
}

/// The call is over and nothing more is said to the far end.
pub(crate) fn finish(ctx: &mut Context, failure: Option<Failure>) -> State {
    ctx.timers.stop_all();
    ctx.enter(Phase::E);
    let report = ctx.report(failure);
    ctx.output(Output::Done(report));
    State::Over
}
