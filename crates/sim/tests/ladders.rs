//! Whole calls against ladders: what must go over the wire, line by line, with the clause that
//! asks for it. The ladders were written from the Recommendation, not from a run.
//!
//! A line of a ladder is what goes over the wire, then `|` and why. `LADDERS=rewrite` writes what
//! did go over the wire into the file, and keeps the reason of every line that stays the same.

mod support;

use std::time::Duration;

use g3::t30::ecm::Ppr;
use g3::t30::fcf::Fcf;
use g3::t30::frame::Frame;
use g3::{Capabilities, Coding, Failure, Length, Rate, Time};
use sim::{Act, Driver, Network, World, page_info, test_page};
use support::{
    IntoEnd, Loss, answerer, caller, caller_with, check, drop_packets, first_page, page,
    standard_pages,
};
use t4::{Form, Resolution};

#[test]
fn three_pages_with_ecm() {
    let outcome = check("three_pages_with_ecm", caller(3), answerer(), Network::calm());
    assert_eq!(outcome.caller.report.as_ref().map(|r| (r.pages, r.failure)), Some((3, None)));
    assert_eq!(outcome.caller.records, 1, "the last confirmation is announced once");
    for (received, sent) in outcome.answerer.pages.iter().zip(standard_pages(3)) {
        assert_eq!(received.page.to_bitmap(), sent.to_bitmap());
    }
}

#[test]
fn the_forecast_of_a_call_is_right() {
    let pages: Vec<_> = (0..3).map(|n| test_page(n, 1728, 1143, Resolution::Standard)).collect();
    let infos: Vec<_> = pages.iter().map(page_info).collect();
    let near = caller_with(pages).into_end();
    let outcome = World::new(near, answerer().into_end(), Network::calm()).run();
    let taken = outcome.caller.report.expect("the call is over").duration.as_secs_f64();
    let forecast = g3::estimate(&infos, Rate::V17At14400).as_secs_f64();
    assert!((forecast / taken - 1.0).abs() < 0.05, "{forecast} s foretold, {taken} s taken");
}

#[test]
fn mr_without_ecm() {
    let pages = vec![page(0, Resolution::Fine), page(1, Resolution::Fine)];
    let mut far = answerer();
    far.capabilities.ecm = false;
    let outcome = check("mr_without_ecm", caller_with(pages.clone()), far, Network::calm());
    assert_eq!(outcome.answerer.pages.len(), 2);
    for (received, sent) in outcome.answerer.pages.iter().zip(&pages) {
        assert_eq!((received.coding, received.bad_rows), (Coding::Mr, 0));
        assert_eq!(received.page.to_bitmap(), sent.to_bitmap());
    }
}

#[test]
fn trains_at_the_third_rate() {
    let network = drop_packets(Loss::Training { at_least_bps: 12_000 });
    let outcome = check("trains_at_the_third_rate", caller(1), answerer(), network);
    let report = outcome.caller.report.expect("the call is over");
    assert_eq!((report.failure, report.rate), (None, Some(Rate::V17At9600)));
}

#[test]
fn resends_a_page_after_rtn() {
    let mut far = answerer();
    far.capabilities.ecm = false;
    let network = drop_packets(Loss::ThirdOfFirstImage);
    let outcome = check("resends_a_page_after_rtn", caller(1), far, network);
    assert_eq!(outcome.answerer.pages.len(), 1, "the refused page is not kept");
    assert_eq!(outcome.answerer.pages[0].page.to_bitmap(), standard_pages(1)[0].to_bitmap());
}

#[test]
fn resends_missing_frames_after_ppr() {
    let network = drop_packets(Loss::OnePacketOfFrame(2));
    let outcome = check("resends_missing_frames_after_ppr", caller(1), answerer(), network);
    assert_eq!(outcome.answerer.pages[0].page.to_bitmap(), standard_pages(1)[0].to_bitmap());
    assert_eq!(outcome.caller.records, 2, "what was denied is announced again");
}

#[test]
fn waits_while_not_ready() {
    let slow = |driver: &mut Driver| driver.store_time = Duration::from_secs(5);
    let far = answerer().with(slow);
    let outcome = check("waits_while_not_ready", caller(1), far, Network::calm());
    assert_eq!(outcome.caller.report.and_then(|r| r.failure), None);
}

#[test]
fn takes_only_standard_resolution() {
    let mut far = answerer();
    far.capabilities.resolutions = vec![Resolution::Standard];
    let near = caller_with(vec![page(0, Resolution::Fine)]);
    let outcome = check("takes_only_standard_resolution", near, far, Network::calm());
    let received = &outcome.answerer.pages[0].page;
    let sent = page(0, Resolution::Fine);
    assert_eq!((received.resolution, received.rows), (Resolution::Standard, sent.rows / 2));
}

#[test]
fn a_long_wide_fine_page_for_a_receiver_of_short_narrow_standard_ones() {
    // B4 at 7.7 lines a millimetre is 364 mm long.
    let sent = test_page(0, 2048, 2803, Resolution::Fine);
    let simple = || {
        let mut far = answerer();
        far.capabilities.resolutions = vec![Resolution::Standard];
        far.capabilities.max_width = 1728;
        far.capabilities.length = Length::A4;
        far
    };
    let name = "takes_only_short_narrow_standard_pages";
    let outcome = check(name, caller_with(vec![sent.clone()]), simple(), Network::calm());
    let received = &outcome.answerer.pages[0].page;
    assert_eq!((received.width, received.resolution), (1728, Resolution::Standard));
    // 297 mm at 3.85 lines a millimetre.
    assert_eq!((received.rows, outcome.caller.report.map(|r| r.failure)), (1144, Some(None)));

    // A driver that takes no notice gets the same page through.
    let stored = caller_with(vec![sent]).with(|driver| driver.as_stored = true);
    let outcome = check(name, stored, simple(), Network::calm());
    assert_eq!(outcome.answerer.pages[0].page.to_bitmap(), received.to_bitmap());
}

#[test]
fn a_page_is_asked_for_as_this_receiver_takes_it() {
    let a4 = |rows| test_page(0, 1728, rows, Resolution::Fine);
    // As long as A4, a little longer, as B4, and twice as long and more.
    let pages = vec![a4(2287), a4(2333), a4(2803)];
    let mut far = answerer();
    far.capabilities.length = Length::A4;
    let near = caller_with(pages).into_end();
    let outcome = World::new(near, far.into_end(), Network::calm()).run();
    let form = |max_rows| Form { width: 1728, resolution: Resolution::Fine, max_rows };
    assert_eq!(outcome.caller.forms, [(0, form(2334)), (1, form(2334)), (2, form(2287))]);
    let rows: Vec<u32> = outcome.answerer.pages.iter().map(|page| page.page.rows).collect();
    // The last one by a whole number of pels of a line.
    assert_eq!(rows, [2287, 2333, 2286]);

    let mut far = answerer();
    far.capabilities.length = Length::A4;
    let near = caller_with(vec![a4(4590)]).into_end();
    let outcome = World::new(near, far.into_end(), Network::calm()).run();
    let failure = outcome.caller.report.and_then(|report| report.failure);
    assert_eq!(failure, Some(Failure::NoCommonLength));
}

#[test]
fn new_settings_between_pages() {
    let pages = vec![first_page(), page(1, Resolution::Superfine)];
    let outcome =
        check("new_settings_between_pages", caller_with(pages), answerer(), Network::calm());
    assert_eq!(outcome.answerer.pages.len(), 2);
    assert_eq!(outcome.answerer.pages[1].page.resolution, Resolution::Superfine);
}

#[test]
fn nobody_answers_the_caller() {
    let outcome = check("nobody_answers_the_caller", caller(1), puppet([]), Network::calm());
    let report = outcome.caller.report.expect("the call is over");
    assert_eq!(report.failure, Some(Failure::NothingHeard));
    assert_eq!(report.duration, Duration::from_secs(60));
}

#[test]
fn training_is_never_answered() {
    let far = puppet([Act::Hear(Fcf::Tsi)]).say_first(dis());
    let outcome = check("training_is_never_answered", caller(1), far, Network::calm());
    assert_eq!(outcome.caller.report.and_then(|r| r.failure), Some(Failure::SetupUnanswered));
}

#[test]
fn last_page_is_never_confirmed() {
    let far = puppet([Act::HearCarrier, say(Fcf::Cfr)]).say_first(dis());
    let outcome = check("last_page_is_never_confirmed", caller(1), far, Network::calm());
    let report = outcome.caller.report.expect("the call is over");
    assert_eq!(report.failure, Some(Failure::LastPageUnconfirmed));
    assert!(report.uncertain);
    assert_eq!(report.pages, 0);
}

#[test]
fn hangs_up_after_the_first_page() {
    let far = puppet([Act::HearCarrier, say(Fcf::Cfr), Act::Hear(Fcf::Pps), say(Fcf::Dcn)]);
    let far = far.say_first(dis());
    let outcome = check("hangs_up_after_the_first_page", caller(2), far, Network::calm());
    let report = outcome.caller.report.expect("the call is over");
    assert_eq!((report.failure, report.pages), (Some(Failure::DcnAfterPage), 0));
    assert!(!report.uncertain);
}

#[test]
fn nobody_speaks_to_the_answerer() {
    let outcome = check("nobody_speaks_to_the_answerer", puppet([]), answerer(), Network::calm());
    let report = outcome.answerer.report.expect("the call is over");
    assert_eq!(report.failure, Some(Failure::NobodyThere));
}

#[test]
fn caller_falls_silent_after_training() {
    let near = trained_sender([]);
    let name = "caller_falls_silent_after_training";
    let outcome = check(name, near, answerer(), Network::calm());
    assert_eq!(outcome.answerer.report.and_then(|r| r.failure), Some(Failure::CarrierNeverCame));
}

#[test]
fn caller_vanishes_in_the_page() {
    let near = trained_sender([Act::Vanish(Rate::V29At9600, wire_page())]);
    let outcome = check("caller_vanishes_in_the_page", near, answerer(), Network::calm());
    assert_eq!(outcome.answerer.report.and_then(|r| r.failure), Some(Failure::PageEndMissing));
    assert_eq!(outcome.answerer.pages.len(), 0, "a page is whole or absent");
}

#[test]
fn caller_falls_silent_after_the_page() {
    let near = trained_sender([Act::Image(Rate::V29At9600, wire_page())]);
    let name = "caller_falls_silent_after_the_page";
    let outcome = check(name, near, answerer(), Network::calm());
    assert_eq!(outcome.answerer.report.and_then(|r| r.failure), Some(Failure::PageEndMissing));
    assert_eq!(outcome.answerer.pages.len(), 0, "what was not confirmed is not kept");
}

#[test]
fn repeats_a_command_on_request() {
    let far = puppet([
        Act::HearCarrier,
        say(Fcf::Crp),
        Act::HearCarrier,
        say(Fcf::Cfr),
        Act::Hear(Fcf::Pps),
        say(Fcf::Crp),
        Act::Hear(Fcf::Pps),
        say(Fcf::Mcf),
    ]);
    let far = far.say_first(dis());
    let outcome = check("repeats_a_command_on_request", caller(1), far, Network::calm());
    assert_eq!(outcome.caller.report.and_then(|r| r.failure), None);
}

#[test]
fn a_lost_confirmation_is_sent_again() {
    let network = drop_packets(Loss::FirstAnswer(Fcf::Mcf));
    let outcome = check("a_lost_confirmation_is_sent_again", caller(2), answerer(), network);
    assert_eq!(outcome.answerer.pages.len(), 2);
    assert_eq!(outcome.caller.report.map(|r| (r.pages, r.failure)), Some((2, None)));
}

#[test]
fn the_user_cancels_in_the_page() {
    let near = caller(1).with(|driver| driver.cancel_at = Some(Time::from_millis(12_200)));
    let outcome = check("the_user_cancels_in_the_page", near, answerer(), Network::calm());
    let report = outcome.caller.report.expect("the call is over");
    assert_eq!((report.failure, report.uncertain), (Some(Failure::Cancelled), false));
    assert_eq!(outcome.answerer.report.and_then(|r| r.failure), Some(Failure::DcnInPage));
}

#[test]
fn the_disk_is_full() {
    let far = answerer().with(|driver| driver.disk_full = true);
    let outcome = check("the_disk_is_full", caller(1), far, Network::calm());
    assert_eq!(outcome.answerer.report.and_then(|r| r.failure), Some(Failure::StoreFull));
    assert_eq!(outcome.caller.report.and_then(|r| r.failure), Some(Failure::DcnAfterPage));
}

#[test]
fn gives_up_after_the_fourth_ppr() {
    let request =
        Frame::new(Fcf::Ppr, false, Ppr::new(|n| n == 0 || n > 4).to_fif().to_vec(), true);
    let mut script = vec![Act::HearCarrier, say(Fcf::Cfr)];
    for _ in 0..4 {
        script.extend([Act::Hear(Fcf::Pps), Act::Say(vec![request.clone()])]);
    }
    let far = puppet(script).say_first(dis());
    let outcome = check("gives_up_after_the_fourth_ppr", caller(1), far, Network::calm());
    let report = outcome.caller.report.expect("the call is over");
    assert_eq!((report.failure, report.uncertain), (Some(Failure::BlockNeverClean), false));
}

#[test]
fn gives_up_when_not_ready_for_a_minute() {
    let mut script = vec![Act::HearCarrier, say(Fcf::Cfr), Act::Hear(Fcf::Pps), say(Fcf::Rnr)];
    for _ in 0..100 {
        script.extend([Act::Hear(Fcf::Rr), say(Fcf::Rnr)]);
    }
    let far = puppet(script).say_first(dis());
    let outcome = check("gives_up_when_not_ready_for_a_minute", caller(1), far, Network::calm());
    let report = outcome.caller.report.expect("the call is over");
    assert_eq!(report.failure, Some(Failure::NotReadyTooLong));
}

#[test]
fn trains_again_after_rtp() {
    let far = puppet([
        Act::HearCarrier,
        say(Fcf::Cfr),
        Act::Hear(Fcf::Mps),
        say(Fcf::Rtp),
        Act::Hear(Fcf::Dcs),
        Act::HearCarrier,
        Act::HearCarrier,
        say(Fcf::Cfr),
        Act::Hear(Fcf::Eop),
        say(Fcf::Mcf),
    ]);
    let far = far.say_first(dis_of(&Capabilities { ecm: false, ..Capabilities::default() }));
    let outcome = check("trains_again_after_rtp", caller(2), far, Network::calm());
    assert_eq!(outcome.caller.report.map(|r| (r.pages, r.failure)), Some((2, None)));
}

#[test]
fn settings_come_again_when_cfr_is_lost() {
    let network = drop_packets(Loss::FirstAnswer(Fcf::Cfr));
    let name = "settings_come_again_when_cfr_is_lost";
    let outcome = check(name, caller(1), answerer(), network);
    assert_eq!(outcome.caller.report.and_then(|r| r.failure), None);
}

#[test]
fn no_rate_is_good_enough() {
    let refusals = (0..7).flat_map(|_| [Act::HearCarrier, say(Fcf::Ftt)]);
    let far = puppet(refusals).say_first(dis());
    let outcome = check("no_rate_is_good_enough", caller(1), far, Network::calm());
    assert_eq!(outcome.caller.report.and_then(|r| r.failure), Some(Failure::TrainFailed));
}

#[test]
fn the_far_end_cannot_receive() {
    let only_sends = Frame::new(Fcf::Dis, false, vec![0x00, 0xB0, 0x1E], true);
    let far = puppet([]).say_first(only_sends);
    let outcome = check("the_far_end_cannot_receive", caller(1), far, Network::calm());
    assert_eq!(outcome.caller.report.and_then(|r| r.failure), Some(Failure::CannotReceive));
}

/// A far end that does this.
fn puppet(script: impl IntoIterator<Item = Act>) -> support::Script {
    support::Script::new(script)
}

fn say(fcf: Fcf) -> Act {
    Act::Say(vec![Frame::bare(fcf, false)])
}

/// The DIS of an ordinary machine.
fn dis() -> Frame {
    dis_of(&Capabilities::default())
}

fn dis_of(capabilities: &Capabilities) -> Frame {
    Frame::new(Fcf::Dis, false, g3::t30::dis::offer(capabilities).to_fif(), true)
}

/// A caller that trains at V.29 9600 for an MH page and then does `rest`.
fn trained_sender(rest: impl IntoIterator<Item = Act>) -> support::Script {
    // Standard resolution, A4, MH, no ECM, 0 ms. Table 2/T.30.
    let dcs = Frame::new(Fcf::Dcs, true, vec![0x00, 0x60, 0x1E], true);
    let start = [
        Act::Hear(Fcf::Dis),
        Act::Say(vec![dcs]),
        Act::Pause(Duration::from_millis(100)),
        Act::Tcf(Rate::V29At9600, 1800),
        Act::Hear(Fcf::Cfr),
    ];
    support::Script::new(start.into_iter().chain(rest))
}

fn wire_page() -> Vec<u8> {
    first_page().encode(t4::Coding::Mh, 0).expect("a test page can be coded")
}
