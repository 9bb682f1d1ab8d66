//! Phase B of a sender: it reads who is there, settles on a rate and trains. T.30 5.2, 5.3.6.1.
//!
//! Figure 5-2a/T.30, the branches from "DIS" to "CFR".

use alloc::format;
use alloc::vec::Vec;

use t4::Form;

use super::bits::Bits;
use super::context::Context;
use super::dcs::Dcs;
use super::dis::Dis;
use super::fcf::Fcf;
use super::phase_c_sender::AwaitPage;
use super::phase_e::{self, Disconnect};
use super::plan::{self, Plan};
use super::session::{Cue, State, Turn};
use super::signal::{Tone, Transmit};
use super::timers::T1;
use crate::{Failure, Phase, Rate, Timer};

/// A command is sent at most three times. T.30 5.4.2.
pub(crate) const TRIES: u8 = 3;

/// What a sender knows once the far end has identified itself.
#[derive(Debug)]
pub(crate) struct Sender {
    /// What the far end said it can do.
    pub(crate) dis: Dis,
    /// The rates still worth trying, best first.
    pub(crate) ladder: Vec<Rate>,
    /// The page that is next, or on its way.
    pub(crate) page: u32,
    /// How often this page was refused.
    pub(crate) refusals: u8,
    /// The settings in force.
    pub(crate) dcs: Dcs,
    /// What the page has to be for them.
    pub(crate) form: Form,
}

impl Sender {
    /// The settings that page `index` wants now.
    pub(crate) fn settings(&self, ctx: &Context, index: u32) -> Result<Plan, Failure> {
        let page = ctx.config.pages.get(index as usize).ok_or(Failure::Internal)?;
        let rate = self.ladder.first().ok_or(Failure::NoCommonRate)?;
        plan::settings(&ctx.config, &self.dis, *rate, page)
    }

    /// Whether this is the last page of the call.
    pub(crate) fn is_last(&self, ctx: &Context) -> bool {
        self.page as usize + 1 >= ctx.config.pages.len()
    }

    /// Gives the current rate up for the next lower one.
    pub(crate) fn step_down(&mut self) -> Result<(), Failure> {
        if self.ladder.len() <= 1 {
            return Err(Failure::TrainFailed);
        }
        self.ladder.remove(0);
        Ok(())
    }
}

/// The caller waits for DIS, in state C1 or, after EOM, again. T.30 5.3.6.1.1.
#[derive(Debug)]
pub(crate) struct AwaitDis {
    /// A called-station tone was heard.
    tone: bool,
    /// Frames came, but damaged.
    garbled: bool,
    /// After EOM: what was known before.
    again: Option<Sender>,
}

impl AwaitDis {
    /// A first sign of the far end: T1 runs from here.
    pub(crate) fn enter(ctx: &mut Context, tone: bool) -> State {
        ctx.timers.stop(Timer::T0);
        ctx.start(Timer::T1, T1);
        ctx.enter(Phase::B);
        State::AwaitDis(Self { tone, garbled: false, again: None })
    }

    /// The first sign is a turn already.
    pub(crate) fn answer(ctx: &mut Context, cue: Cue) -> State {
        match Self::enter(ctx, false) {
            State::AwaitDis(state) => state.handle(ctx, cue),
            other => other,
        }
    }

    /// After EOM was confirmed: the far end will identify itself again. T.30 5.3.6.1.6.
    pub(crate) fn after_eom(ctx: &mut Context, sender: Sender) -> State {
        ctx.timers.stop_all();
        ctx.start(Timer::T1, T1);
        ctx.enter(Phase::B);
        State::AwaitDis(Self { tone: true, garbled: false, again: Some(sender) })
    }

    pub(crate) fn handle(mut self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Tone(Tone::Ced) => {
                self.tone = true;
                State::AwaitDis(self)
            }
            Cue::Garbled => {
                self.garbled = true;
                State::AwaitDis(self)
            }
            Cue::Turn(turn) => self.turn(ctx, &turn),
            Cue::PageUnreadable => Disconnect::enter(ctx, Some(Failure::BadDocument)),
            Cue::Timeout(_) => {
                let failure = match self {
                    Self { again: Some(_), .. } => Failure::NoDisAfterEom,
                    Self { garbled: true, .. } => Failure::FramesUnreadable,
                    Self { tone: true, .. } => Failure::OnlyToneHeard,
                    Self { .. } => Failure::NothingHeard,
                };
                Disconnect::enter(ctx, Some(failure))
            }
            _ => State::AwaitDis(self),
        }
    }

    fn turn(self, ctx: &mut Context, turn: &Turn) -> State {
        match turn.fcf() {
            Fcf::Dis => {
                if let Some(csi) = turn.find(Fcf::Csi) {
                    ctx.learn_ident(&csi.fif);
                }
                let bits = Bits::from_fif(&turn.command().fif);
                match self.decide(ctx, Dis::from_bits(&bits)) {
                    Ok(sender) => AwaitTrained::set_up(ctx, sender),
                    Err(failure) => Disconnect::enter(ctx, Some(failure)),
                }
            }
            Fcf::Dcn => {
                let failure = match self.again {
                    Some(_) => Failure::NoDisAfterEom,
                    None => Failure::PeerLeftEarly,
                };
                phase_e::finish(ctx, Some(failure))
            }
            _ => State::AwaitDis(self),
        }
    }

    fn decide(self, ctx: &Context, dis: Dis) -> Result<Sender, Failure> {
        if !dis.can_receive {
            return Err(Failure::CannotReceive);
        }
        let (page, refusals, slowest) = match self.again {
            Some(sender) => (sender.page, sender.refusals, sender.ladder.first().copied()),
            None => (0, 0, None),
        };
        let mut ladder = plan::ladder(&ctx.config, &dis);
        // What failed before in this call would fail again.
        if let Some(limit) = slowest
            && let Some(at) = ladder.iter().position(|rate| *rate == limit)
        {
            ladder.drain(..at);
        }
        let rate = *ladder.first().ok_or(Failure::NoCommonRate)?;
        let info = ctx.config.pages.get(page as usize).ok_or(Failure::Internal)?;
        let Plan { dcs, form } = plan::settings(&ctx.config, &dis, rate, info)?;
        Ok(Sender { dis, ladder, page, refusals, dcs, form })
    }
}

/// DCS and TCF are on their way, or were sent: the far end judges the training. T.30 5.3.6.1.3.
#[derive(Debug)]
pub(crate) struct AwaitTrained {
    sender: Sender,
    tries: u8,
    /// The far end answered with DIS only.
    only_dis: bool,
    /// Repeats that CRP asked for.
    crps: u8,
    /// An answer that came while settings and training were being repeated: the repeat will be
    /// answered too, and only that one says what the far end expects now.
    early: Option<Turn>,
}

impl AwaitTrained {
    /// Sends the settings of the sender's page and the training check.
    pub(crate) fn set_up(ctx: &mut Context, mut sender: Sender) -> State {
        match sender.settings(ctx, sender.page) {
            Ok(plan) => (sender.dcs, sender.form) = (plan.dcs, plan.form),
            Err(failure) => return Disconnect::enter(ctx, Some(failure)),
        }
        ctx.timers.stop_all();
        ctx.enter(Phase::B);
        ctx.want_page(sender.page, sender.form);
        send_settings(ctx, &sender.dcs);
        State::AwaitTrained(Self { sender, tries: 1, only_dis: true, crps: 0, early: None })
    }

    pub(crate) fn handle(mut self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Sent => {
                ctx.start_t4();
                State::AwaitTrained(self)
            }
            Cue::Garbled => {
                self.only_dis = false;
                ctx.start_t4();
                State::AwaitTrained(self)
            }
            // DIS that was sent before our settings could arrive answers nothing.
            Cue::Turn(turn) if ctx.overlapped && turn.fcf() == Fcf::Dis => {
                State::AwaitTrained(self)
            }
            Cue::Turn(turn) if ctx.overlapped && self.tries > 1 && turn.fcf() != Fcf::Dcn => {
                ctx.slow_down();
                ctx.start_t4();
                self.early = Some(turn);
                State::AwaitTrained(self)
            }
            Cue::Turn(turn) => self.turn(ctx, &turn),
            Cue::PageUnreadable => Disconnect::enter(ctx, Some(Failure::BadDocument)),
            Cue::Timeout(_) => match self.early.take() {
                Some(turn) => self.turn(ctx, &turn),
                None => {
                    self.only_dis = false;
                    self.again(ctx)
                }
            },
            _ => State::AwaitTrained(self),
        }
    }

    fn turn(mut self, ctx: &mut Context, turn: &Turn) -> State {
        match turn.fcf() {
            Fcf::Cfr => {
                ctx.settle(&self.sender.dcs);
                AwaitPage::enter(ctx, self.sender)
            }
            Fcf::Ftt => {
                ctx.note(format!("the far end refused the training at {}", self.sender.dcs.rate));
                match self.sender.step_down() {
                    Ok(()) => Self::set_up(ctx, self.sender),
                    Err(failure) => Disconnect::enter(ctx, Some(failure)),
                }
            }
            Fcf::Dis => self.again(ctx),
            Fcf::Crp if self.crps + 1 >= TRIES => {
                Disconnect::enter(ctx, Some(Failure::RepeatStorm))
            }
            Fcf::Crp => {
                self.crps += 1;
                self.again(ctx)
            }
            Fcf::Dcn => phase_e::finish(ctx, Some(Failure::SetupDcn)),
            _ => {
                ctx.note("that is no answer to the training");
                self.only_dis = false;
                ctx.go_on_waiting();
                State::AwaitTrained(self)
            }
        }
    }

    fn again(mut self, ctx: &mut Context) -> State {
        if self.tries >= TRIES {
            let failure = match self.only_dis {
                true => Failure::ReceiverKeepsIdentifying,
                false => Failure::SetupUnanswered,
            };
            return Disconnect::enter(ctx, Some(failure));
        }
        self.tries += 1;
        ctx.timers.stop(Timer::T4);
        send_settings(ctx, &self.sender.dcs);
        State::AwaitTrained(self)
    }
}

fn send_settings(ctx: &mut Context, dcs: &Dcs) {
    let mut turn = Vec::new();
    if !ctx.config.ident.is_empty() {
        turn.push(ctx.frame(Fcf::Tsi, ctx.config.ident.to_fif().to_vec()));
    }
    turn.push(ctx.frame(Fcf::Dcs, dcs.to_bits().to_fif()));
    ctx.send_turn(turn);
    ctx.transmit(Transmit::Tcf(dcs.rate));
}
