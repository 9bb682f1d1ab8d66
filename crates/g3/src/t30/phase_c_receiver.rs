//! Phase C of a receiver: the page arrives. T.30 5.3.6.1.5, A.4.

use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use super::blocks::{FastFrame, IncomingBlock, MAX_PAGE_OCTETS};
use super::context::Context;
use super::dcs::Dcs;
use super::fcf::Fcf;
use super::phase_b_receiver::{Receiver, take_settings};
use super::phase_d_receiver::{AwaitCommand, PartialPage};
use super::phase_e::{self, Disconnect};
use super::session::{Cue, PageProgress, State};
use crate::{Event, Failure, Phase, Timer};

/// A line may take 5 s at most; so may a gap in the data. T.4 3.
const LINE_WAIT: Duration = Duration::from_secs(5);

/// A page without ECM arrives. State R1.
#[derive(Debug)]
pub(crate) struct ReceiveImage {
    receiver: Receiver,
    dcs: Dcs,
    data: Vec<u8>,
}

impl ReceiveImage {
    /// The first page data, or its training, is `cue`.
    pub(crate) fn begin_page(ctx: &mut Context, receiver: Receiver, dcs: Dcs, cue: Cue) -> State {
        ctx.enter(Phase::C);
        ctx.event(Event::PageStarted { index: receiver.page });
        Self::go_on(ctx, receiver, dcs, Vec::new(), cue)
    }

    /// The carrier is back, or new: `data` is what is there of the page.
    pub(crate) fn go_on(
        ctx: &mut Context,
        receiver: Receiver,
        dcs: Dcs,
        data: Vec<u8>,
        cue: Cue,
    ) -> State {
        ctx.timers.stop_all();
        ctx.start(Timer::Guard, LINE_WAIT);
        Self { receiver, dcs, data }.handle(ctx, cue)
    }

    /// What has arrived.
    pub(crate) fn progress(&self) -> PageProgress {
        let octets = u32::try_from(self.data.len()).unwrap_or(u32::MAX);
        PageProgress { index: self.receiver.page, octets, of: None }
    }

    pub(crate) fn handle(mut self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Image(octets) => {
                ctx.start(Timer::Guard, LINE_WAIT);
                if self.data.len() + octets.len() > MAX_PAGE_OCTETS {
                    return Disconnect::enter(ctx, Some(Failure::StoreFull));
                }
                self.data.extend(octets);
                State::ReceiveImage(self)
            }
            Cue::CarrierEnd | Cue::Flags => self.ended(ctx),
            // The end of the carrier was lost; the turn says what comes after the page.
            Cue::Turn(_) | Cue::Garbled => {
                let state = self.ended(ctx);
                match state {
                    State::AwaitCommand(state) => state.handle(ctx, cue),
                    other => other,
                }
            }
            Cue::Timeout(_) => {
                ctx.note("the page stopped arriving");
                self.ended(ctx)
            }
            _ => State::ReceiveImage(self),
        }
    }

    fn ended(self, ctx: &mut Context) -> State {
        let page = PartialPage::Image(self.data);
        AwaitCommand::enter(ctx, self.receiver, self.dcs, page)
    }
}

/// A page with ECM on its way in: the blocks that are whole.
#[derive(Debug)]
pub(crate) struct EcmPage {
    /// The image of the blocks before this one.
    pub(crate) data: Vec<u8>,
    /// The number that the PPS of this block carries.
    pub(crate) block: u8,
    /// The block in hand.
    pub(crate) frames: IncomingBlock,
    /// PPRs for this block in a row that brought nothing new.
    pub(crate) fruitless: u8,
    /// What was missing at the last PPR.
    pub(crate) last_missing: usize,
}

impl EcmPage {
    pub(crate) fn new(ecm_64: bool) -> Self {
        Self {
            data: Vec::new(),
            block: 0,
            frames: IncomingBlock::new(ecm_64),
            fruitless: 0,
            last_missing: usize::MAX,
        }
    }

    /// The block in hand is complete: goes on to the next.
    pub(crate) fn next_block(self, ecm_64: bool) -> Self {
        let mut data = self.data;
        data.extend(self.frames.into_data());
        Self { data, block: self.block.wrapping_add(1), ..Self::new(ecm_64) }
    }
}

/// A burst of ECM frames arrives. State E1.
#[derive(Debug)]
pub(crate) struct ReceiveBlock {
    receiver: Receiver,
    dcs: Dcs,
    page: EcmPage,
    /// RCP came, or the carrier is gone: no more frames belong to this burst.
    over: bool,
}

impl ReceiveBlock {
    /// The first burst of a page begins with `cue`.
    pub(crate) fn begin_page(ctx: &mut Context, receiver: Receiver, dcs: Dcs, cue: Cue) -> State {
        ctx.event(Event::PageStarted { index: receiver.page });
        let page = EcmPage::new(dcs.ecm_64);
        Self::go_on(ctx, receiver, dcs, page, cue)
    }

    /// Another burst of the page begins with `cue`.
    pub(crate) fn go_on(
        ctx: &mut Context,
        receiver: Receiver,
        dcs: Dcs,
        page: EcmPage,
        cue: Cue,
    ) -> State {
        ctx.enter(Phase::C);
        ctx.timers.stop_all();
        ctx.start(Timer::Guard, LINE_WAIT);
        Self { receiver, dcs, page, over: false }.handle(ctx, cue)
    }

    /// What has arrived.
    pub(crate) fn progress(&self) -> PageProgress {
        let octets = self.page.data.len() + self.page.frames.octets();
        let octets = u32::try_from(octets).unwrap_or(u32::MAX);
        PageProgress { index: self.receiver.page, octets, of: None }
    }

    pub(crate) fn handle(mut self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::FastFrame(octets) => {
                ctx.start(Timer::Guard, LINE_WAIT);
                match FastFrame::parse(&octets) {
                    Some(FastFrame::Rcp) => self.over = true,
                    Some(FastFrame::Image { number, data }) if !self.over => {
                        let room = self.page.data.len() + self.page.frames.octets();
                        if room > MAX_PAGE_OCTETS {
                            return Disconnect::enter(ctx, Some(Failure::StoreFull));
                        }
                        if !self.page.frames.put(number, data) {
                            ctx.note(format!("frame {number} is longer than agreed"));
                        }
                    }
                    _ => {}
                }
                State::ReceiveBlock(self)
            }
            Cue::CarrierEnd | Cue::Flags => self.ended(ctx),
            Cue::Turn(turn) if turn.fcf() == Fcf::Dcs => take_settings(ctx, self.receiver, &turn),
            Cue::Turn(turn) if turn.fcf() == Fcf::Dcn => {
                phase_e::finish(ctx, Some(Failure::DcnInPage))
            }
            Cue::Turn(_) | Cue::Garbled => match self.ended(ctx) {
                State::AwaitCommand(state) => state.handle(ctx, cue),
                other => other,
            },
            Cue::Timeout(_) => {
                ctx.note("the burst stopped arriving");
                self.ended(ctx)
            }
            _ => State::ReceiveBlock(self),
        }
    }

    fn ended(self, ctx: &mut Context) -> State {
        AwaitCommand::enter(ctx, self.receiver, self.dcs, PartialPage::Ecm(self.page))
    }
}
