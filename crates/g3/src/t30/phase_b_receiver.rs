//! Phase B of a receiver: it says who it is, takes the settings and judges the training.
//! T.30 5.2, 5.3.6.1.
//!
//! Figure 5-2a/T.30, the branches from "Send DIS" to "CFR".

use alloc::format;
use alloc::vec::Vec;

use super::bits::Bits;
use super::context::Context;
use super::dcs::Dcs;
use super::dis;
use super::ecm::Pps;
use super::fcf::Fcf;
use super::phase_c_receiver::{ReceiveBlock, ReceiveImage};
use super::phase_d_receiver::{AwaitCommand, ends_page};
use super::phase_e::{self, Disconnect};
use super::session::{Cue, State, Turn};
use super::timers::{T1, T2, T4};
use crate::{Failure, Phase, Rate, Timer};

/// How often settings and training may come before a page follows.
const SETUPS: u8 = 24;
/// After this many settings that were not offered the receiver gives up. T.30 leaves it open.
const IMPOSSIBLE: u8 = 3;
/// The shortest run of zeros that makes a TCF good: 1 s of the 1.5 s that are sent, as bits of
/// the rate. T.30 5.3.6.1.4 leaves the judgement to the receiver.
const GOOD_TCF_BYTES_PER_BPS: u32 = 8;

/// What a receiver knows about the call.
#[derive(Debug, Default)]
pub(crate) struct Receiver {
    /// Settings taken since the last page.
    setups: u8,
    /// Settings that were not possible.
    impossible: u8,
    /// Trainings refused since the last page.
    refused: u8,
    /// Pages that were answered RTN in a row.
    pub(crate) bad_pages: u8,
    /// The page number that the next PPS must carry, once one was seen.
    pub(crate) next_pps_page: Option<u8>,
    /// PPS whose counters did not fit.
    pub(crate) wrong_pps: u8,
    /// The last PPS that was answered with MCF; the same one again gets MCF again.
    pub(crate) confirmed_pps: Option<Pps>,
    /// Octets of confirmed pages are counted by the page; this is the page in hand.
    pub(crate) page: u32,
}

impl Receiver {
    /// A page was confirmed.
    pub(crate) fn page_done(&mut self) {
        self.page += 1;
        self.setups = 0;
        self.refused = 0;
        self.bad_pages = 0;
    }

    /// Whether `turn` is the PPS that was answered with MCF last.
    pub(crate) fn has_answered(&self, turn: &Turn) -> bool {
        let again = Pps::from_fif(&turn.command().fif);
        self.confirmed_pps.zip(again).is_some_and(|(last, again)| {
            (last.page, last.block, last.fcf2) == (again.page, again.block, again.fcf2)
        })
    }
}

/// DIS is on its way or was sent, or the sender is to train anew: settings are awaited.
#[derive(Debug)]
pub(crate) struct AwaitDcs {
    receiver: Receiver,
    wait: Wait,
    /// DIS is being repeated, so an answer to the one before it may come now.
    repeating: bool,
    /// A repeat was broken off once. What was heard may have been our own echo: no other one is.
    yielded: bool,
}

/// How a receiver waits for settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wait {
    /// DIS is repeated until T1 ends.
    Identifying,
    /// After FTT, and after RTN to MPS or EOP: T2, then the sender is gone.
    Retraining,
    /// After RTN to EOM: T2, then phase B begins anew.
    AfterEom,
}

impl AwaitDcs {
    /// Answered: identifies this end until somebody reacts. State A1.
    pub(crate) fn identify(ctx: &mut Context) -> State {
        Self::identify_again(ctx, Receiver::default())
    }

    /// After EOM: phase B begins anew.
    pub(crate) fn identify_again(ctx: &mut Context, receiver: Receiver) -> State {
        ctx.timers.stop_all();
        ctx.start(Timer::T1, T1);
        ctx.enter(Phase::B);
        send_dis(ctx);
        State::AwaitDcs(Self::new(receiver, Wait::Identifying))
    }

    /// The sender is expected to train anew, after RTN or FTT.
    pub(crate) fn retrain(ctx: &mut Context, receiver: Receiver) -> State {
        ctx.enter(Phase::B);
        State::AwaitDcs(Self::new(receiver, Wait::Retraining))
    }

    /// A page was refused that ended with EOM: the sender expects to be told again who is here.
    pub(crate) fn refused_eom(ctx: &mut Context, receiver: Receiver) -> State {
        ctx.enter(Phase::B);
        State::AwaitDcs(Self::new(receiver, Wait::AfterEom))
    }

    fn new(receiver: Receiver, wait: Wait) -> Self {
        Self { receiver, wait, repeating: false, yielded: false }
    }

    /// Whether what is being sent gives way to a turn that begins: DIS is repeated, and the answer
    /// to the one before it is late. Some callers break the call off when both collide.
    pub(crate) fn gives_way(&self) -> bool {
        self.repeating && !self.yielded
    }

    pub(crate) fn handle(mut self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Flags if self.gives_way() && !ctx.timers.is_running(Timer::T4) => {
                ctx.note("the answer comes late; the repeat gives way to it");
                self.yielded = true;
                ctx.start_t4();
                State::AwaitDcs(self)
            }
            Cue::Sent if self.wait == Wait::Identifying => {
                ctx.start_t4();
                State::AwaitDcs(self)
            }
            Cue::Sent => {
                ctx.start(Timer::T2, T2);
                State::AwaitDcs(self)
            }
            Cue::Turn(turn) => self.turn(ctx, &turn),
            Cue::Timeout(Timer::T1) => {
                let failure = match self.receiver {
                    Receiver { page: 0, bad_pages: 0, .. } => Failure::NobodyThere,
                    Receiver { .. } => self.when_silent(),
                };
                Disconnect::enter(ctx, Some(failure))
            }
            Cue::Timeout(Timer::T2) if self.wait == Wait::AfterEom => {
                Self::identify_again(ctx, self.receiver)
            }
            Cue::Timeout(Timer::T4) => {
                self.repeating = true;
                send_dis(ctx);
                State::AwaitDcs(self)
            }
            Cue::Timeout(_) => Disconnect::enter(ctx, Some(self.when_silent())),
            _ => State::AwaitDcs(self),
        }
    }

    fn turn(self, ctx: &mut Context, turn: &Turn) -> State {
        match turn.fcf() {
            Fcf::Dcs => take_settings(ctx, self.receiver, turn),
            Fcf::Dcn => phase_e::finish(ctx, Some(self.when_silent())),
            // The sender did not hear that its page was refused.
            Fcf::Eom | Fcf::Mps | Fcf::Eop if self.receiver.bad_pages > 0 => {
                ctx.send_command(Fcf::Rtn);
                State::AwaitDcs(self)
            }
            // The sender did not hear that its page was confirmed.
            Fcf::Eom if self.wait == Wait::Identifying && self.receiver.page > 0 => {
                ctx.send_command(Fcf::Mcf);
                State::AwaitDcs(self)
            }
            Fcf::Pps if self.receiver.has_answered(turn) => {
                ctx.send_command(Fcf::Mcf);
                State::AwaitDcs(self)
            }
            Fcf::Dtc => {
                ctx.note("the caller wants to poll; there is nothing to poll here");
                Disconnect::enter(ctx, Some(Failure::AnswerNotLawful))
            }
            _ => State::AwaitDcs(self),
        }
    }

    fn when_silent(&self) -> Failure {
        match &self.receiver {
            Receiver { bad_pages: 1.., .. } => Failure::PageTooBad,
            Receiver { refused: 1.., .. } => Failure::TrainingNeverGood,
            Receiver { page: 0, .. } => Failure::PeerLeftEarly,
            Receiver { .. } => Failure::PageEndMissing,
        }
    }
}

/// Reads a turn with DCS: from here the training check is awaited.
pub(crate) fn take_settings(ctx: &mut Context, mut receiver: Receiver, turn: &Turn) -> State {
    let Some(frame) = turn.find(Fcf::Dcs) else {
        return AwaitDcs::retrain(ctx, receiver);
    };
    if let Some(tsi) = turn.find(Fcf::Tsi) {
        ctx.learn_ident(&tsi.fif);
    }
    let dcs = Dcs::from_bits(&Bits::from_fif(&frame.fif))
        .and_then(|dcs| dcs.acceptable(&ctx.config.capabilities).map(|()| dcs));
    match dcs {
        Ok(_) if receiver.setups >= SETUPS => {
            Disconnect::enter(ctx, Some(Failure::TrainingNeverGood))
        }
        Ok(dcs) => {
            receiver.setups += 1;
            AwaitTcf::enter(ctx, receiver, dcs)
        }
        Err(error) => {
            ctx.note(format!("the settings are not possible here: {error}"));
            receiver.impossible += 1;
            if receiver.impossible >= IMPOSSIBLE {
                return Disconnect::enter(ctx, Some(Failure::SetupNotPossible));
            }
            // Not answered: the sender repeats them, or others.
            ctx.timers.stop(Timer::T4);
            ctx.start(Timer::T2, T2 + T4);
            State::AwaitDcs(AwaitDcs::new(receiver, Wait::Retraining))
        }
    }
}

fn send_dis(ctx: &mut Context) {
    let mut turn = Vec::new();
    if !ctx.config.ident.is_empty() {
        turn.push(ctx.frame(Fcf::Csi, ctx.config.ident.to_fif().to_vec()));
    }
    let mut own = ctx.config.capabilities.clone();
    own.rates.retain(|rate| rate.bps() <= ctx.config.t38.max_bit_rate);
    turn.push(ctx.frame(Fcf::Dis, dis::offer(&own).to_fif()));
    ctx.send_turn(turn);
}

/// Settings were taken: the training check follows. State A2.
#[derive(Debug)]
pub(crate) struct AwaitTcf {
    receiver: Receiver,
    dcs: Dcs,
    /// The fast carrier that is there now.
    carrier: Option<Rate>,
    /// Octets of zeros in the longest run, and in the run that goes on.
    longest: u32,
    run: u32,
}

impl AwaitTcf {
    fn enter(ctx: &mut Context, receiver: Receiver, dcs: Dcs) -> State {
        ctx.timers.stop(Timer::T4);
        ctx.timers.stop(Timer::T1);
        ctx.start(Timer::T2, T2);
        State::AwaitTcf(Self { receiver, dcs, carrier: None, longest: 0, run: 0 })
    }

    pub(crate) fn handle(mut self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Training(rate) => {
                self.carrier = Some(rate);
                ctx.start(Timer::T2, T2);
                State::AwaitTcf(self)
            }
            Cue::Image(octets) => {
                for octet in octets {
                    self.run = if octet == 0 { self.run + 1 } else { 0 };
                    self.longest = self.longest.max(self.run);
                }
                State::AwaitTcf(self)
            }
            Cue::CarrierEnd => self.judge(ctx),
            Cue::Turn(turn) => match turn.fcf() {
                Fcf::Dcs => take_settings(ctx, self.receiver, &turn),
                Fcf::Dcn => phase_e::finish(ctx, Some(Failure::PeerLeftEarly)),
                _ => State::AwaitTcf(self),
            },
            Cue::Timeout(_) if self.carrier.is_some() => self.judge(ctx),
            // No training came: identify again, the sender may have missed us.
            Cue::Timeout(_) if self.receiver.setups < SETUPS => {
                AwaitDcs::identify_again(ctx, self.receiver)
            }
            Cue::Timeout(_) => Disconnect::enter(ctx, Some(Failure::TrainingNeverGood)),
            _ => State::AwaitTcf(self),
        }
    }

    fn judge(mut self, ctx: &mut Context) -> State {
        ctx.timers.stop_all();
        let wanted = self.dcs.rate.bps() / GOOD_TCF_BYTES_PER_BPS;
        let right_rate = self.carrier.is_none_or(|rate| rate == self.dcs.rate);
        if right_rate && self.longest >= wanted {
            ctx.settle(&self.dcs);
            ctx.send_command(Fcf::Cfr);
            return AwaitImage::first(self.receiver, self.dcs);
        }
        ctx.note(format!("training at {}: {} of {wanted} octets", self.dcs.rate, self.longest));
        self.receiver.refused += 1;
        ctx.send_command(Fcf::Ftt);
        AwaitDcs::retrain(ctx, self.receiver)
    }
}

/// The sender was told to go ahead: a page, or its first block, is awaited. State A4.
#[derive(Debug)]
pub(crate) struct AwaitImage {
    receiver: Receiver,
    dcs: Dcs,
}

impl AwaitImage {
    /// After CFR.
    fn first(receiver: Receiver, dcs: Dcs) -> State {
        State::AwaitImage(Self { receiver, dcs })
    }

    pub(crate) fn handle(self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            // With ECM the sender may take T1 to begin; without, T2. T.30 A.4.
            Cue::Sent => {
                ctx.start(Timer::T2, if self.dcs.ecm { T1 } else { T2 });
                State::AwaitImage(self)
            }
            Cue::Training(_) | Cue::Image(_) | Cue::FastFrame(_) => {
                begin_page(ctx, self.receiver, self.dcs, cue)
            }
            Cue::Turn(turn) => match turn.fcf() {
                // The sender did not hear CFR.
                Fcf::Dcs => take_settings(ctx, self.receiver, &turn),
                Fcf::Dcn => phase_e::finish(ctx, Some(Failure::CarrierNeverCame)),
                // Nothing of the page arrived, or of its first block.
                fcf if ends_page(fcf) => {
                    AwaitCommand::nothing_came(ctx, self.receiver, self.dcs, turn)
                }
                _ => State::AwaitImage(self),
            },
            Cue::Timeout(_) => Disconnect::enter(ctx, Some(Failure::CarrierNeverCame)),
            _ => State::AwaitImage(self),
        }
    }
}

/// A fast carrier: the page begins with `cue`.
pub(crate) fn begin_page(ctx: &mut Context, receiver: Receiver, dcs: Dcs, cue: Cue) -> State {
    if dcs.ecm {
        ReceiveBlock::begin_page(ctx, receiver, dcs, cue)
    } else {
        ReceiveImage::begin_page(ctx, receiver, dcs, cue)
    }
}
