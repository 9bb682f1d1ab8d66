//! Phase C of a sender: the page. T.30 5.3.6.1.5, A.4.

use alloc::vec::Vec;
use core::time::Duration;

use t4::Page;

use super::blocks::OutgoingPage;
use super::context::Context;
use super::fcf::Fcf;
use super::phase_b_sender::Sender;
use super::phase_d_sender::{self, SentPage};
use super::phase_e::{self, Disconnect};
use super::session::{Cue, PageProgress, State};
use super::signal::Transmit;
use crate::{Coding, Event, Failure, Phase, Timer};

/// How long the driver may take to give a page; the receiver waits T2 for its carrier.
const PAGE_WAIT: Duration = Duration::from_secs(5);

/// The far end is trained and the page is not here yet.
#[derive(Debug)]
pub(crate) struct AwaitPage {
    sender: Sender,
}

impl AwaitPage {
    /// Sends the sender's page as soon as it is there.
    pub(crate) fn enter(ctx: &mut Context, mut sender: Sender) -> State {
        ctx.timers.stop_all();
        // Under the same settings another page may have another length.
        if let Ok(plan) = sender.settings(ctx, sender.page) {
            sender.form = plan.form;
        }
        ctx.want_page(sender.page, sender.form);
        ctx.start(Timer::Guard, PAGE_WAIT);
        Self { sender }.send(ctx)
    }

    pub(crate) fn handle(self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::PageReady => self.send(ctx),
            Cue::PageUnreadable => Disconnect::enter(ctx, Some(Failure::BadDocument)),
            Cue::Turn(turn) if turn.fcf() == Fcf::Dcn => left(ctx),
            Cue::Timeout(_) => Disconnect::enter(ctx, Some(Failure::DataLate)),
            _ => State::AwaitPage(self),
        }
    }

    fn send(self, ctx: &mut Context) -> State {
        let Some(page) = ctx.page(self.sender.page) else {
            return match ctx.is_unreadable(self.sender.page) {
                true => Disconnect::enter(ctx, Some(Failure::BadDocument)),
                false => State::AwaitPage(self),
            };
        };
        let dcs = &self.sender.dcs;
        let encode = |page: &Page| page.encode(wire_coding(dcs), row_bits(dcs));
        // The far end may have asked for something else since the page was asked for.
        let data = match self.sender.form.takes(page) {
            true => encode(page),
            false => page.in_form(&self.sender.form).and_then(|page| encode(&page)),
        };
        let Ok(data) = data else {
            return Disconnect::enter(ctx, Some(Failure::BadDocument));
        };
        ctx.timers.stop(Timer::Guard);
        ctx.enter(Phase::C);
        ctx.event(Event::PageStarted { index: self.sender.page });
        if let Ok(next) = self.sender.settings(ctx, self.sender.page + 1) {
            ctx.want_page(self.sender.page + 1, next.form);
        }
        if self.sender.dcs.ecm {
            let page = OutgoingPage::new(data, self.sender.dcs.ecm_64);
            SendBlock::enter(ctx, self.sender, page, 0)
        } else {
            SendImage::enter(ctx, self.sender, data)
        }
    }
}

/// A page without ECM is on its way.
#[derive(Debug)]
pub(crate) struct SendImage {
    sender: Sender,
    octets: usize,
}

impl SendImage {
    fn enter(ctx: &mut Context, sender: Sender, data: Vec<u8>) -> State {
        let octets = data.len();
        ctx.transmit(Transmit::Image { rate: sender.dcs.rate, short: true, data });
        State::SendImage(Self { sender, octets })
    }

    /// The line counts the rest.
    pub(crate) fn progress(&self) -> PageProgress {
        PageProgress { index: self.sender.page, octets: 0, of: u32::try_from(self.octets).ok() }
    }

    pub(crate) fn handle(self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Sent => {
                let sent = SentPage::Image { octets: self.octets };
                phase_d_sender::after_page(ctx, self.sender, sent)
            }
            Cue::Turn(turn) if turn.fcf() == Fcf::Dcn => left(ctx),
            _ => State::SendImage(self),
        }
    }
}

/// A burst of ECM frames is on its way.
#[derive(Debug)]
pub(crate) struct SendBlock {
    sender: Sender,
    page: OutgoingPage,
    /// PPRs for this block so far.
    requests: u8,
}

impl SendBlock {
    pub(crate) fn enter(
        ctx: &mut Context,
        sender: Sender,
        page: OutgoingPage,
        requests: u8,
    ) -> State {
        ctx.enter(Phase::C);
        ctx.timers.stop_all();
        ctx.transmit(Transmit::Burst { rate: sender.dcs.rate, short: true, frames: page.burst() });
        State::SendBlock(Self { sender, page, requests })
    }

    /// The line counts what of the burst has left.
    pub(crate) fn progress(&self) -> PageProgress {
        PageProgress {
            index: self.sender.page,
            octets: u32::try_from(self.page.octets_before()).unwrap_or(u32::MAX),
            of: u32::try_from(self.page.octets()).ok(),
        }
    }

    pub(crate) fn handle(self, ctx: &mut Context, cue: Cue) -> State {
        match cue {
            Cue::Sent => {
                let sent = SentPage::Block { page: self.page, requests: self.requests };
                phase_d_sender::after_page(ctx, self.sender, sent)
            }
            Cue::Turn(turn) if turn.fcf() == Fcf::Dcn => left(ctx),
            _ => State::SendBlock(self),
        }
    }
}

/// DCN in the page: the far end is gone before it was asked for anything.
pub(crate) fn left(ctx: &mut Context) -> State {
    phase_e::finish(ctx, Some(Failure::LostInPage))
}

/// The coding for the wire: K is 2 for standard lines and 4 for finer ones. T.4 4.2.2.
fn wire_coding(dcs: &super::dcs::Dcs) -> t4::Coding {
    match dcs.coding {
        Coding::Mh => t4::Coding::Mh,
        Coding::Mr if dcs.resolution == t4::Resolution::Standard => t4::Coding::Mr { k: 2 },
        Coding::Mr => t4::Coding::Mr { k: 4 },
        Coding::Mmr => t4::Coding::Mmr,
    }
}

/// The least bits of one line at this rate and minimum scan line time. T.4 3.
fn row_bits(dcs: &super::dcs::Dcs) -> u32 {
    dcs.rate.bps() * u32::from(dcs.min_scan_ms) / 1000
}
