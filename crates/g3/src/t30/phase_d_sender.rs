//! Phase D of a sender: the page is confirmed, or not. T.30 5.3.6.1.6, 5.3.6.1.7, A.4.3.
//!
//! Figure 5-2b/T.30, the branches below "Post message".

use alloc::format;
use alloc::vec;
use core::time::Duration;

use super::blocks::OutgoingPage;
use super::context::Context;
use super::ecm::{Ppr, Pps};
use super::fcf::{Fcf, Fcf2};
use super::phase_b_sender::{AwaitDis, AwaitTrained, Sender, TRIES};
use super::phase_c_sender::{self, AwaitPage, SendBlock};
use super::phase_e::{self, Disconnect};
use super::session::{Cue, State, Turn};
use super::timers::T5;
use crate::{Event, Failure, Output, Phase, Timer};

/// How long the driver may take to write down that the last confirmation is asked for; the
/// receiver waits T2 for the command.
const RECORD_WAIT: Duration = Duration::from_secs(4);
/// A page that was refused this often is given up. T.30 leaves it open; three is usual.
const REFUSALS: u8 = 3;
/// With the fourth PPR for one block the plain repeating ends. T.30 A.4.3.
const REQUESTS: u8 = 4;

/// What was sent and waits for its confirmation.
#[derive(Debug)]
pub(crate) enum SentPage {
    /// A whole page without ECM.
    Image {
        /// Octets on the wire.
        octets: usize,
    },
    /// A block of a page.
    Block {
        /// The page with its place.
        page: OutgoingPage,
        /// PPRs for this block so far.
        requests: u8,
    },
}

/// What comes after the page or block. Table 1/T.30.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// PPS-NULL: the page goes on in the next block.
    Block,
    /// MPS: another page with the same settings.
    Page,
    /// EOM: another page with other settings.
    Settings,
    /// EOP: nothing.
    End,
}

/// The page or block has left: says what follows and asks for confirmation.
pub(crate) fn after_page(ctx: &mut Context, sender: Sender, sent: SentPage) -> State {
    ctx.enter(Phase::D);
    let after = match &sent {
        SentPage::Block { page, .. } if !page.is_last_block() => After::Block,
        _ if sender.is_last(ctx) => After::End,
        _ => match sender.settings(ctx, sender.page + 1) {
            Ok(next) if next.dcs == sender.dcs => After::Page,
            // Other settings, or none: phase B decides, and tells why if there are none.
            _ => After::Settings,
        },
    };
    if after == After::End {
        AwaitRecorded::enter(ctx, sender, sent)
    } else {
        AwaitConfirmation::ask(ctx, sender, sent, after)
    }
}

/// The driver writes down that the last confirmation is about to be asked for.
#[derive(Debug)]
pub(crate) struct AwaitRecorded {
    sender: Sender,
    sent: SentPage,
}

impl AwaitRecorded {
    fn enter(ctx: &mut Context, sender: Sender, sent: SentPage) -> State {
        ctx.start(Timer::Guard, RECORD_WAIT);
        ctx.output(Output::BeforeLastConfirm);
        State::AwaitRecorded(Self { sender, sent })
    }

    pub(crate) fn handle(self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Recorded => {
                ctx.timers.stop(Timer::Guard);
                ctx.uncertain = true;
                AwaitConfirmation::ask(ctx, self.sender, self.sent, After::End)
            }
            Cue::Turn(turn) if turn.fcf() == Fcf::Dcn => phase_c_sender::left(ctx),
            // Never asked for, so nothing is uncertain.
            Cue::Timeout(_) => Disconnect::enter(ctx, Some(Failure::Internal)),
            _ => State::AwaitRecorded(self),
        }
    }
}

/// The far end was asked for its confirmation.
#[derive(Debug)]
pub(crate) struct AwaitConfirmation {
    sender: Sender,
    sent: SentPage,
    after: After,
    tries: u8,
    crps: u8,
    /// The far end is not ready; RR was sent last.
    not_ready: bool,
    /// An answer that came while the command was being repeated: the repeat will be answered too,
    /// and that answer must not be taken for one to the next command.
    early: Option<Turn>,
}

impl AwaitConfirmation {
    fn ask(ctx: &mut Context, sender: Sender, sent: SentPage, after: After) -> State {
        let state = Self { sender, sent, after, tries: 1, crps: 0, not_ready: false, early: None };
        state.send_command(ctx);
        State::AwaitConfirmation(state)
    }

    /// The failure when no answer comes.
    pub(crate) fn when_unanswered(&self) -> Failure {
        match (self.after, &self.sent) {
            _ if self.not_ready => Failure::RrUnanswered,
            (After::End, _) => Failure::LastPageUnconfirmed,
            (_, SentPage::Block { .. }) => Failure::PpsUnanswered,
            (_, SentPage::Image { .. }) => Failure::PageUnanswered,
        }
    }

    pub(crate) fn handle(mut self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Sent | Cue::Garbled => {
                ctx.start_t4();
                State::AwaitConfirmation(self)
            }
            Cue::Turn(turn) if ctx.overlapped && turn.fcf() != Fcf::Dcn => {
                // To the first command nothing can have answered before it was over.
                if self.tries > 1 || self.not_ready {
                    ctx.slow_down();
                    ctx.start_t4();
                    self.early = Some(turn);
                }
                State::AwaitConfirmation(self)
            }
            Cue::Turn(turn) => self.turn(ctx, &turn),
            Cue::Timeout(Timer::T5) => Disconnect::enter(ctx, Some(Failure::NotReadyTooLong)),
            Cue::Timeout(_) => match self.early.take() {
                Some(turn) => self.turn(ctx, &turn),
                None => self.again(ctx),
            },
            _ => State::AwaitConfirmation(self),
        }
    }

    fn turn(mut self, ctx: &mut Context, turn: &Turn) -> State {
        match turn.fcf() {
            Fcf::Mcf => self.confirmed(ctx, false),
            Fcf::Rtp => self.confirmed(ctx, true),
            Fcf::Rtn => self.refused(ctx),
            Fcf::Pip => match self.after {
                After::End | After::Block => self.confirmed(ctx, false),
                After::Page | After::Settings => {
                    self.count_page(ctx);
                    Disconnect::enter(ctx, Some(Failure::OperatorCalled))
                }
            },
            Fcf::Pin => {
                ctx.uncertain = false;
                Disconnect::enter(ctx, Some(Failure::OperatorRefused))
            }
            Fcf::Ppr => self.repair(ctx, turn),
            Fcf::Rnr if matches!(self.sent, SentPage::Block { .. }) => {
                if !ctx.timers.is_running(Timer::T5) {
                    ctx.start(Timer::T5, T5);
                }
                self.not_ready = true;
                self.tries = 1;
                self.send_command(ctx);
                State::AwaitConfirmation(self)
            }
            Fcf::Crp if self.crps + 1 >= TRIES => {
                Disconnect::enter(ctx, Some(Failure::RepeatStorm))
            }
            Fcf::Crp => {
                self.crps += 1;
                self.send_command(ctx);
                State::AwaitConfirmation(self)
            }
            Fcf::Dcn => {
                let failure = match self.early_end(ctx) {
                    Some(failure) => failure,
                    None => {
                        ctx.uncertain = false;
                        Some(Failure::DcnAfterPage)
                    }
                };
                phase_e::finish(ctx, failure)
            }
            _ => {
                ctx.note("that is no answer to the page");
                ctx.go_on_waiting();
                State::AwaitConfirmation(self)
            }
        }
    }

    /// The call ends and an answer had come while the question was being repeated: when it confirms
    /// the page, the page counts, and after the last page the call is good.
    pub(crate) fn early_end(&self, ctx: &mut Context) -> Option<Option<Failure>> {
        let answer = self.early.as_ref().map(Turn::fcf);
        let confirms = matches!(answer, Some(Fcf::Mcf | Fcf::Rtp | Fcf::Pip));
        (confirms && self.after != After::Block).then(|| {
            self.count_page(ctx);
            (self.after != After::End).then_some(Failure::DcnAfterPage)
        })
    }

    /// MCF or RTP: the block or page is theirs. With RTP the far end wants to train again.
    fn confirmed(mut self, ctx: &mut Context, retrain: bool) -> State {
        ctx.timers.stop_all();
        if self.after == After::Block {
            if let SentPage::Block { mut page, .. } = self.sent {
                page.next_block();
                ctx.idle_cues = 0;
                return SendBlock::enter(ctx, self.sender, page, 0);
            }
            return Disconnect::enter(ctx, Some(Failure::Internal));
        }
        self.count_page(ctx);
        self.sender.page += 1;
        self.sender.refusals = 0;
        match self.after {
            After::End => Disconnect::enter(ctx, None),
            After::Settings => AwaitDis::after_eom(ctx, self.sender),
            After::Page | After::Block if retrain => AwaitTrained::set_up(ctx, self.sender),
            After::Page | After::Block => AwaitPage::enter(ctx, self.sender),
        }
    }

    fn count_page(&self, ctx: &mut Context) {
        let octets = match &self.sent {
            SentPage::Image { octets } => *octets,
            SentPage::Block { page, .. } => page.octets(),
        };
        ctx.confirm(self.sender.page, octets);
    }

    /// RTN: the page is not theirs; train at a lower rate and send it again.
    fn refused(mut self, ctx: &mut Context) -> State {
        ctx.uncertain = false;
        ctx.event(Event::PageRefused { index: self.sender.page });
        self.sender.refusals += 1;
        if self.sender.refusals >= REFUSALS {
            return Disconnect::enter(ctx, Some(Failure::PageRefused));
        }
        // At the lowest rate there is nothing lower; the same page may pass all the same.
        let _ = self.sender.step_down();
        if self.after == After::Settings {
            return AwaitDis::after_eom(ctx, self.sender);
        }
        AwaitTrained::set_up(ctx, self.sender)
    }

    /// PPR: the far end wants some frames of the block again. T.30 A.4.4.
    fn repair(self, ctx: &mut Context, turn: &Turn) -> State {
        let SentPage::Block { mut page, requests } = self.sent else {
            ctx.note("PPR answers no page without ECM");
            ctx.go_on_waiting();
            return State::AwaitConfirmation(self);
        };
        let requests = requests + 1;
        if requests >= REQUESTS {
            ctx.uncertain = false;
            return Disconnect::enter(ctx, Some(Failure::BlockNeverClean));
        }
        // A map that is cut short asks for nothing that can be trusted: PPS again.
        let map = Ppr::from_fif(&turn.command().fif).unwrap_or(Ppr::NONE);
        if page.request(|number| map.wants(number)) {
            ctx.uncertain = false;
            ctx.event(Event::PageRefused { index: self.sender.page });
            ctx.note(format!("{} frames are sent again", page.burst_frames()));
            return SendBlock::enter(ctx, self.sender, page, requests);
        }
        // Nothing is missing, says the far end: ask once more.
        let sent = SentPage::Block { page, requests };
        Self { sent, ..self }.again(ctx)
    }

    /// No usable answer: the command is repeated.
    fn again(mut self, ctx: &mut Context) -> State {
        if self.tries >= TRIES {
            return Disconnect::enter(ctx, Some(self.when_unanswered()));
        }
        self.tries += 1;
        self.send_command(ctx);
        State::AwaitConfirmation(self)
    }

    fn send_command(&self, ctx: &mut Context) {
        ctx.timers.stop(Timer::T4);
        if self.not_ready {
            return ctx.send_command(Fcf::Rr);
        }
        match &self.sent {
            SentPage::Image { .. } => ctx.send_command(match self.after {
                After::Settings => Fcf::Eom,
                After::End => Fcf::Eop,
                After::Page | After::Block => Fcf::Mps,
            }),
            SentPage::Block { page, .. } => {
                let fcf2 = match self.after {
                    After::Block => Fcf2::Null,
                    After::Page => Fcf2::Mps,
                    After::Settings => Fcf2::Eom,
                    After::End => Fcf2::Eop,
                };
                let pps = Pps {
                    fcf2,
                    page: self.sender.page.to_le_bytes()[0],
                    block: page.block_counter(),
                    frames: page.burst_frames(),
                };
                let x = ctx.frame(Fcf::Pps, vec![]).x;
                let frame = ctx.frame(Fcf::Pps, pps.to_fif(x).to_vec());
                ctx.send_turn(vec![frame]);
            }
        }
    }
}
