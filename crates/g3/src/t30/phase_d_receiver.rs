//! Phase D of a receiver: the page is judged, stored and answered. T.30 5.3.6.1.6, A.4.4.
//!
//! A page is stored before it is confirmed; a page that was not confirmed is not kept.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use t4::Page;

use super::blocks::IncomingBlock;
use super::context::Context;
use super::dcs::{Dcs, rate_of_ctc};
use super::ecm::{Ppr, Pps};
use super::fcf::{Fcf, Fcf2};
use super::phase_b_receiver::{AwaitDcs, Receiver, begin_page, take_settings};
use super::phase_c_receiver::{EcmPage, ReceiveBlock, ReceiveImage};
use super::phase_e::{self, Disconnect};
use super::session::{Cue, State, Turn};
use super::timers::{T1, T2};
use crate::{Coding, Failure, Output, Phase, ReceivedPage, Timer};

/// How long the driver may take to store a page before the sender is told to wait, with ECM, or
/// left to repeat its command, without; well inside T4.
const STORE_PATIENCE: Duration = Duration::from_secs(2);
/// How long the driver may take to store a page at all; the sender gives up after T5.
const STORE_LIMIT: Duration = Duration::from_secs(50);
/// Bad lines in a hundred up to which a page is good, and up to which it is just good enough.
const GOOD_PERCENT: u32 = 5;
const FAIR_PERCENT: u32 = 15;
/// This many unreadable pages in a row end the call.
const BAD_PAGES: u8 = 3;
/// This many PPS that cannot be for the block in hand end the call.
const WRONG_PPS: u8 = 3;
/// This many PPRs in a row that bring no new frame end the call.
const FRUITLESS: u8 = 6;

/// The page in hand while its end is awaited.
#[derive(Debug)]
pub(crate) enum PartialPage {
    /// Without ECM: the octets so far.
    Image(Vec<u8>),
    /// With ECM.
    Ecm(EcmPage),
}

/// What the sender wants to do after the page. Table 1/T.30.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Block,
    Page,
    Settings,
    End,
}

impl Next {
    fn from_fcf(fcf: Fcf) -> Option<Self> {
        match fcf {
            Fcf::Mps | Fcf::PriMps => Some(Self::Page),
            Fcf::Eom | Fcf::PriEom | Fcf::Eos => Some(Self::Settings),
            Fcf::Eop | Fcf::PriEop => Some(Self::End),
            _ => None,
        }
    }

    fn from_fcf2(fcf2: Fcf2) -> Self {
        match fcf2 {
            Fcf2::Mps | Fcf2::PriMps => Self::Page,
            Fcf2::Eom | Fcf2::PriEom | Fcf2::Eos => Self::Settings,
            Fcf2::Eop | Fcf2::PriEop => Self::End,
            Fcf2::Null => Self::Block,
        }
    }
}

/// Whether a command ends a page or a block of it.
pub(crate) fn ends_page(fcf: Fcf) -> bool {
    fcf == Fcf::Pps || Next::from_fcf(fcf).is_some()
}

/// The carrier ended: the post-message command is awaited. States R2 and E2.
#[derive(Debug)]
pub(crate) struct AwaitCommand {
    receiver: Receiver,
    dcs: Dcs,
    page: PartialPage,
}

impl AwaitCommand {
    pub(crate) fn enter(
        ctx: &mut Context,
        receiver: Receiver,
        dcs: Dcs,
        page: PartialPage,
    ) -> State {
        ctx.enter(Phase::D);
        ctx.timers.stop_all();
        ctx.start(Timer::T2, T2);
        State::AwaitCommand(Self { receiver, dcs, page })
    }

    /// The command after a page came, and of the page nothing.
    pub(crate) fn nothing_came(
        ctx: &mut Context,
        receiver: Receiver,
        dcs: Dcs,
        command: Turn,
    ) -> State {
        ctx.note("the page ended and nothing of it had arrived");
        let page = match dcs.ecm {
            true => PartialPage::Ecm(EcmPage::new(dcs.ecm_64)),
            false => PartialPage::Image(Vec::new()),
        };
        match Self::enter(ctx, receiver, dcs, page) {
            State::AwaitCommand(state) => state.handle(ctx, Cue::Turn(command)),
            other => other,
        }
    }

    pub(crate) fn handle(self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Sent | Cue::Garbled => {
                ctx.start(Timer::T2, T2);
                State::AwaitCommand(self)
            }
            Cue::Training(_) | Cue::Image(_) | Cue::FastFrame(_) => match self.page {
                PartialPage::Image(data) => {
                    ReceiveImage::go_on(ctx, self.receiver, self.dcs, data, cue)
                }
                PartialPage::Ecm(page) => {
                    ReceiveBlock::go_on(ctx, self.receiver, self.dcs, page, cue)
                }
            },
            Cue::Turn(turn) => self.turn(ctx, &turn),
            Cue::Timeout(_) => Disconnect::enter(ctx, Some(Failure::PageEndMissing)),
            _ => State::AwaitCommand(self),
        }
    }

    fn turn(self, ctx: &mut Context, turn: &Turn) -> State {
        match (turn.fcf(), &self.page) {
            (Fcf::Dcs, _) => take_settings(ctx, self.receiver, turn),
            (Fcf::Dcn, _) => phase_e::finish(ctx, Some(Failure::DcnInPage)),
            (Fcf::Ctc, PartialPage::Ecm(_)) => self.correct(ctx, turn),
            // The sender gives the block up and so the page. ERR would let it go on as if the page
            // were good, and the page would be missing among the others; DCN makes it send again.
            (Fcf::Eor, PartialPage::Ecm(_)) => {
                ctx.note("the sender gave a block up");
                Disconnect::enter(ctx, Some(Failure::PageTooBad))
            }
            (Fcf::Pps, PartialPage::Ecm(_)) => match Pps::from_fif(&turn.command().fif) {
                Some(pps) => self.block_ended(ctx, turn, pps),
                None => State::AwaitCommand(self),
            },
            (fcf, PartialPage::Image(_)) => match Next::from_fcf(fcf) {
                Some(next) => self.page_ended(ctx, next),
                None => State::AwaitCommand(self),
            },
            _ => {
                ctx.note("that command does not fit a page with error correction");
                State::AwaitCommand(self)
            }
        }
    }

    /// MPS, EOM or EOP after a page without ECM.
    fn page_ended(mut self, ctx: &mut Context, next: Next) -> State {
        let PartialPage::Image(data) = self.page else {
            return State::AwaitCommand(self);
        };
        let wire_octets = data.len();
        let Ok((page, stats)) = decode(&self.dcs, &data) else {
            return Disconnect::enter(ctx, Some(Failure::Internal));
        };
        let bad_percent = (stats.bad_rows * 100).checked_div(page.rows).unwrap_or(100);
        let fcf = match bad_percent {
            0..GOOD_PERCENT => Fcf::Mcf,
            GOOD_PERCENT..=FAIR_PERCENT => Fcf::Rtp,
            _ => Fcf::Rtn,
        };
        if stats.bad_rows > 0 || fcf != Fcf::Mcf {
            ctx.note(format!("{} of {} lines arrived damaged", stats.bad_rows, page.rows));
        }
        if fcf == Fcf::Rtn {
            self.receiver.bad_pages += 1;
            if self.receiver.bad_pages >= BAD_PAGES {
                return Disconnect::enter(ctx, Some(Failure::PageTooBad));
            }
            ctx.timers.stop_all();
            ctx.send_command(Fcf::Rtn);
            return match next {
                Next::Settings => AwaitDcs::refused_eom(ctx, self.receiver),
                Next::Block | Next::Page | Next::End => AwaitDcs::retrain(ctx, self.receiver),
            };
        }
        let answer = Answer { next, fcf, pps: None, wire_octets };
        AwaitStored::enter(ctx, self.receiver, self.dcs, page, stats.bad_rows, answer)
    }

    /// PPS after a burst.
    fn block_ended(mut self, ctx: &mut Context, turn: &Turn, pps: Pps) -> State {
        let blank = PartialPage::Image(Vec::new());
        let mut page = match core::mem::replace(&mut self.page, blank) {
            PartialPage::Ecm(page) => page,
            other @ PartialPage::Image(_) => {
                self.page = other;
                return State::AwaitCommand(self);
            }
        };
        let expected_page = *self.receiver.next_pps_page.get_or_insert(pps.page);
        if pps.page != expected_page || pps.block != page.block {
            if self.receiver.has_answered(turn) {
                // What came with it is there already.
                page.frames = IncomingBlock::new(self.dcs.ecm_64);
                ctx.send_command(Fcf::Mcf);
            } else {
                ctx.note(format!("page {} block {} is not the next one", pps.page, pps.block));
                self.receiver.wrong_pps += 1;
                if self.receiver.wrong_pps >= WRONG_PPS {
                    return Disconnect::enter(ctx, Some(Failure::PpsWrong));
                }
                ctx.start(Timer::T2, T2);
            }
            self.page = PartialPage::Ecm(page);
            return State::AwaitCommand(self);
        }
        page.frames.announce(pps.frames);
        if !page.frames.is_complete() {
            return self.ask_again(ctx, page);
        }
        let next = Next::from_fcf2(pps.fcf2);
        if next == Next::Block {
            ctx.send_command(Fcf::Mcf);
            let page = PartialPage::Ecm(page.next_block(self.dcs.ecm_64));
            self.receiver.confirmed_pps = Some(pps);
            ctx.idle_cues = 0;
            return State::AwaitCommand(Self { page, ..self });
        }
        let data = page.next_block(self.dcs.ecm_64).data;
        let Ok((page, stats)) = decode(&self.dcs, &data) else {
            return Disconnect::enter(ctx, Some(Failure::Internal));
        };
        if page.rows == 0 {
            ctx.note("the page arrived whole and holds no line that can be read");
            return Disconnect::enter(ctx, Some(Failure::PageTooBad));
        }
        self.receiver.next_pps_page = Some(expected_page.wrapping_add(1));
        self.receiver.confirmed_pps = Some(pps);
        let answer = Answer { next, fcf: Fcf::Mcf, pps: Some(pps), wire_octets: data.len() };
        AwaitStored::enter(ctx, self.receiver, self.dcs, page, stats.bad_rows, answer)
    }

    /// CTC: the rest of the block comes at this rate, with long training. T.30 A.4.3.
    fn correct(mut self, ctx: &mut Context, turn: &Turn) -> State {
        match rate_of_ctc(&turn.command().fif) {
            Some(rate) if ctx.config.capabilities.rates.contains(&rate) => {
                self.dcs.rate = rate;
                ctx.settle(&self.dcs);
                ctx.send_command(Fcf::Ctr);
            }
            _ => ctx.note("the rate of the correction is not possible here"),
        }
        State::AwaitCommand(self)
    }

    /// PPR: some frames are missing.
    fn ask_again(self, ctx: &mut Context, mut page: EcmPage) -> State {
        let missing = page.frames.missing();
        page.fruitless = if missing < page.last_missing { 0 } else { page.fruitless + 1 };
        page.last_missing = missing;
        if page.fruitless >= FRUITLESS {
            return Disconnect::enter(ctx, Some(Failure::NoFrames));
        }
        let map = Ppr::new(|number| page.frames.is_missing(number));
        let frame = ctx.frame(Fcf::Ppr, map.to_fif().to_vec());
        ctx.send_turn(vec![frame]);
        State::AwaitCommand(Self { page: PartialPage::Ecm(page), ..self })
    }
}

/// Decodes a page as it came from the wire.
fn decode(dcs: &Dcs, data: &[u8]) -> Result<(Page, t4::Stats), t4::Error> {
    let coding = match dcs.coding {
        Coding::Mh => t4::Coding::Mh,
        Coding::Mr => t4::Coding::Mr { k: 4 },
        Coding::Mmr => t4::Coding::Mmr,
    };
    Page::decode_wire(coding, dcs.width, dcs.resolution, data)
}

/// How a page will be answered.
#[derive(Debug, Clone, Copy)]
struct Answer {
    next: Next,
    fcf: Fcf,
    /// The PPS that is answered, with ECM.
    pps: Option<Pps>,
    wire_octets: usize,
}

/// The driver stores the page; only then is it confirmed.
#[derive(Debug)]
pub(crate) struct AwaitStored {
    receiver: Receiver,
    dcs: Dcs,
    answer: Answer,
    /// The sender was told to wait.
    not_ready: bool,
}

impl AwaitStored {
    fn enter(
        ctx: &mut Context,
        receiver: Receiver,
        dcs: Dcs,
        page: Page,
        bad_rows: u32,
        answer: Answer,
    ) -> State {
        ctx.timers.stop_all();
        ctx.start(Timer::Guard, STORE_PATIENCE);
        ctx.start(Timer::T5, STORE_LIMIT);
        let (index, coding) = (receiver.page, dcs.coding);
        ctx.output(Output::Page(ReceivedPage { index, page, coding, bad_rows }));
        State::AwaitStored(Self { receiver, dcs, answer, not_ready: false })
    }

    pub(crate) fn handle(mut self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::PageStored => self.stored(ctx),
            Cue::PageNotStored | Cue::Timeout(Timer::T5) => {
                Disconnect::enter(ctx, Some(Failure::StoreFull))
            }
            Cue::Timeout(Timer::Guard) if self.answer.pps.is_some() && !self.not_ready => {
                self.not_ready = true;
                ctx.send_command(Fcf::Rnr);
                State::AwaitStored(self)
            }
            // RR, or the command again: not yet.
            Cue::Turn(turn) => match turn.fcf() {
                Fcf::Dcn => phase_e::finish(ctx, Some(Failure::DcnInPage)),
                Fcf::Rr | Fcf::Pps if self.not_ready => {
                    ctx.send_command(Fcf::Rnr);
                    State::AwaitStored(self)
                }
                _ => State::AwaitStored(self),
            },
            _ => State::AwaitStored(self),
        }
    }

    fn stored(mut self, ctx: &mut Context) -> State {
        ctx.timers.stop_all();
        let stored = self.receiver.page;
        self.receiver.page_done();
        let Self { receiver, dcs, answer, not_ready } = self;
        let state = AwaitNext { receiver, dcs, answer, stored, answered: false, missed: false };
        // After RNR the answer waits for RR, or for PPS where RNR was lost; otherwise the sender
        // waits for us.
        if not_ready {
            ctx.start(Timer::T2, T1);
            return State::AwaitNext(state);
        }
        state.answer(ctx)
    }
}

/// The page is confirmed: the next one, or the end, is awaited. States R3 and E3.
#[derive(Debug)]
pub(crate) struct AwaitNext {
    receiver: Receiver,
    dcs: Dcs,
    answer: Answer,
    /// Index of the page that is confirmed.
    stored: u32,
    /// The answer was sent at least once; until then nothing is confirmed.
    answered: bool,
    /// Since the answer so much was lost that the next page may have been in it.
    missed: bool,
}

impl AwaitNext {
    /// What it means that the connection ends here.
    pub(crate) fn when_released(&self) -> Option<Failure> {
        match self.answer.next {
            _ if !self.answered => Some(Failure::PageEndMissing),
            Next::End => None,
            Next::Block | Next::Page | Next::Settings => Some(Failure::CarrierNeverCame),
        }
    }

    pub(crate) fn handle(mut self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Sent => {
                let wait = match (self.answer.next, self.dcs.ecm) {
                    (Next::Page | Next::Block, true) => T1,
                    _ => T2,
                };
                ctx.start(Timer::T2, wait);
                State::AwaitNext(self)
            }
            Cue::Training(_) | Cue::Image(_) | Cue::FastFrame(_)
                if self.answer.next == Next::Page && self.answered =>
            {
                // After RTP some senders go on without training.
                begin_page(ctx, self.receiver, self.dcs, cue)
            }
            Cue::Outage => {
                self.missed = self.answered;
                State::AwaitNext(self)
            }
            Cue::Turn(turn) => self.turn(ctx, turn),
            Cue::Timeout(_) => match self.when_released() {
                // A call whose last page is confirmed is good without DCN.
                None => phase_e::finish(ctx, None),
                Some(_) if self.answered && self.answer.next == Next::Settings => {
                    AwaitDcs::identify_again(ctx, self.receiver)
                }
                Some(failure) => Disconnect::enter(ctx, Some(failure)),
            },
            _ => State::AwaitNext(self),
        }
    }

    fn turn(self, ctx: &mut Context, turn: Turn) -> State {
        let next_page = self.answered && self.answer.next == Next::Page;
        let same = match (self.answer.pps, turn.fcf()) {
            (_, Fcf::Rr) => true,
            (Some(_), Fcf::Pps) => self.receiver.has_answered(&turn),
            // Without page numbers the same command may be that of the next page.
            (None, fcf) => Next::from_fcf(fcf) == Some(self.answer.next) && !self.missed,
            (Some(_), _) => false,
        };
        match turn.fcf() {
            _ if same => self.answer(ctx),
            Fcf::Dcs => take_settings(ctx, self.receiver, &turn),
            Fcf::Dcn => {
                let failure = match self.answered {
                    true => self.when_released(),
                    false => Some(Failure::DcnInPage),
                };
                phase_e::finish(ctx, failure)
            }
            fcf if next_page && ends_page(fcf) => {
                AwaitCommand::nothing_came(ctx, self.receiver, self.dcs, turn)
            }
            _ => State::AwaitNext(self),
        }
    }

    /// Tells the sender; from here the page counts as confirmed.
    fn answer(mut self, ctx: &mut Context) -> State {
        if !self.answered {
            self.answered = true;
            ctx.confirm(self.stored, self.answer.wire_octets);
        }
        ctx.send_command(self.answer.fcf);
        State::AwaitNext(self)
    }
}
