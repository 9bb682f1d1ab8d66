//! Phase A: tones until one end hears the other. T.30 4.

use super::context::Context;
use super::fcf::Fcf;
use super::phase_b_receiver::AwaitDcs;
use super::phase_b_sender::AwaitDis;
use super::phase_e;
use super::session::{Cue, State};
use super::signal::{Tone, Transmit};
use super::timers::T0;
use crate::{Failure, Timer};

/// The caller sends its calling tone and listens. T.30 4.3.3.
#[derive(Debug)]
pub(crate) struct Calling;

impl Calling {
    pub(crate) fn enter(ctx: &mut Context) -> State {
        ctx.start(Timer::T0, T0);
        ctx.transmit(Transmit::Cng);
        State::Calling(Self)
    }

    pub(crate) fn handle(self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Tone(Tone::Ced) => AwaitDis::enter(ctx, true),
            Cue::Flags => AwaitDis::enter(ctx, false),
            Cue::Turn(_) | Cue::Garbled => AwaitDis::answer(ctx, cue),
            Cue::Timeout(_) => phase_e::finish(ctx, Some(Failure::NothingHeard)),
            _ => State::Calling(self),
        }
    }
}

/// The answerer sends its called-station tone. T.30 4.3.1.
#[derive(Debug)]
pub(crate) struct Answered;

impl Answered {
    pub(crate) fn enter(ctx: &mut Context) -> State {
        ctx.transmit(Transmit::Ced);
        State::Answered(Self)
    }

    pub(crate) fn handle(self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Sent => AwaitDcs::identify(ctx),
            Cue::Turn(turn) if turn.fcf() == Fcf::Dcn => {
                phase_e::finish(ctx, Some(Failure::PeerLeftEarly))
            }
            _ => State::Answered(self),
        }
    }
}
