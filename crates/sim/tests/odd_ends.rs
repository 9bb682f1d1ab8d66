//! Calls with far ends and networks that do what they should not: one rule each.

#[path = "support/pages.rs"]
mod pages;

use std::time::Duration;

use g3::t30::ecm::{Pps, fcd_fif};
use g3::t30::fcf::{Fcf, Fcf2};
use g3::t30::frame::Frame;
use g3::t38::ifp::{FieldType, Ifp, Indicator, Syntax};
use g3::t38::udptl::Datagram;
use g3::{
    Call, CallConfig, Capabilities, Failure, Ident, Input, Output, Rate, Report, Role, T38Config,
    Time,
};
use pages::page;
use sim::{Act, Driver, End, Fate, Network, Outcome, Puppet, World, page_info};
use t4::{Page, Resolution};

const RATE: Rate = Rate::V29At9600;

fn standard_pages(count: u64) -> Vec<Page> {
    (0..count).map(|seed| page(seed, Resolution::Standard)).collect()
}

fn config(role: Role, pages: &[Page], ecm: bool) -> CallConfig {
    CallConfig {
        role,
        ident: Ident::new("+1 555 0001"),
        pages: pages.iter().map(page_info).collect(),
        capabilities: Capabilities { ecm, ..Capabilities::default() },
        t38: T38Config { redundancy: 0, ..T38Config::default() },
    }
}

fn caller(pages: &[Page], ecm: bool) -> Driver {
    Driver::new(config(Role::Caller, pages, ecm), pages.to_vec())
}

fn answerer() -> Driver {
    Driver::new(config(Role::Answerer, &[], true), Vec::new())
}

fn between(caller: Driver, answerer: Driver, network: Network) -> Outcome {
    World::new(End::Call(Box::new(caller)), End::Call(Box::new(answerer)), network).run()
}

/// A call to a scripted far end, which identifies itself first.
fn call_to(caller: Driver, ecm: bool, script: impl IntoIterator<Item = Act>) -> (Report, String) {
    let offer = g3::t30::dis::offer(&Capabilities { ecm, ..Capabilities::default() });
    let dis = Act::Say(vec![Frame::new(Fcf::Dis, false, offer.to_fif(), true)]);
    let first = [Act::Pause(Duration::from_millis(500)), dis];
    let puppet = End::Puppet(Puppet::new(first.into_iter().chain(script)));
    let outcome = World::new(End::Call(Box::new(caller)), puppet, Network::calm()).run();
    (outcome.caller.report.expect("the call is over"), outcome.ladder)
}

/// A call from a scripted sender.
fn call_from(script: impl IntoIterator<Item = Act>, answerer: Driver) -> Outcome {
    let puppet = End::Puppet(Puppet::new(script));
    World::new(puppet, End::Call(Box::new(answerer)), Network::calm()).run()
}

fn say(fcf: Fcf) -> Act {
    Act::Say(vec![Frame::bare(fcf, false)])
}

fn pause(ms: u64) -> Act {
    Act::Pause(Duration::from_millis(ms))
}

/// Standard resolution, A4, MMR with ECM, V.29 9600. Table 2/T.30.
fn ecm_dcs() -> Frame {
    Frame::new(Fcf::Dcs, true, vec![0x00, 0x60, 0x1F, 0x22], true)
}

/// A sender that trains for a page with ECM and then does `rest`.
fn ecm_sender(rest: impl IntoIterator<Item = Act>) -> Vec<Act> {
    let start = [
        Act::Hear(Fcf::Dis),
        Act::Say(vec![ecm_dcs()]),
        pause(100),
        Act::Tcf(RATE, 1800),
        Act::Hear(Fcf::Cfr),
    ];
    start.into_iter().chain(rest).collect()
}

/// The first page as frames of 256 octets.
fn frames() -> Vec<Vec<u8>> {
    let data = standard_pages(1)[0].encode(t4::Coding::Mmr, 0).expect("a page can be coded");
    let number = |at: usize| u8::try_from(at).expect("a small page");
    data.chunks(256)
        .enumerate()
        .map(|(at, data)| [&[0xFF, 0xC0, 0x60][..], &fcd_fif(number(at), data)].concat())
        .collect()
}

fn pps(fcf2: Fcf2, page: u8, frames: usize) -> Act {
    let frames = u16::try_from(frames).expect("a small page");
    let fif = Pps { fcf2, page, block: 0, frames }.to_fif(true).to_vec();
    Act::Say(vec![Frame::new(Fcf::Pps, true, fif, true)])
}

fn lines(ladder: &str, wanted: &str) -> usize {
    ladder.lines().filter(|line| line.contains(wanted)).count()
}

/// What a filter is told of a packet of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// The fast modem begins to train.
    Training,
    /// Something on the fast modem; whether it ends there.
    Fast {
        ends: bool,
    },
    /// A V.21 preamble.
    Preamble,
    /// An octet of V.21, or the end of a frame; whether the turn ends there.
    V21 {
        ends: bool,
    },
    Other,
}

fn seen(datagram: &[u8]) -> Seen {
    let Ok(parsed) = Datagram::parse(datagram) else { return Seen::Other };
    match Ifp::decode(parsed.primary, Syntax::V1998) {
        Ok(Ifp::Indicator(Indicator::V21Preamble)) => Seen::Preamble,
        Ok(Ifp::Indicator(i)) if i.as_training().is_some() => Seen::Training,
        Ok(Ifp::Data { data_type, fields }) => {
            let ends = fields.iter().any(|field| {
                matches!(field.kind, FieldType::HdlcFcsOkSigEnd | FieldType::T4NonEcmSigEnd)
            });
            if data_type.rate().is_some() { Seen::Fast { ends } } else { Seen::V21 { ends } }
        }
        _ => Seen::Other,
    }
}

/// A network that asks about each packet of the caller once; copies share its fate.
fn losing(mut lost: impl FnMut(Seen) -> bool + 'static) -> Network {
    let mut last = (Vec::new(), false);
    Network::calm().with_filter(move |from_caller, datagram| {
        if from_caller && last.0 != datagram {
            last = (datagram.to_vec(), lost(seen(datagram)));
        }
        if from_caller && last.1 { Fate::Drop } else { Fate::Pass }
    })
}

/// Loses the whole signal number `which` of the fast modem: 0 is the first training check.
fn losing_signal(which: u32) -> Network {
    let mut signal = 0;
    losing(move |seen| {
        let current = signal;
        signal += u32::from(seen == Seen::Fast { ends: true });
        current == which && matches!(seen, Seen::Training | Seen::Fast { .. })
    })
}

fn same_pages(outcome: &Outcome, pages: &[Page]) {
    let received: Vec<_> = outcome.answerer.pages.iter().map(|p| p.page.to_bitmap()).collect();
    let sent: Vec<_> = pages.iter().map(Page::to_bitmap).collect();
    assert!(received == sent, "{} pages of {}\n{}", received.len(), sent.len(), outcome.ladder);
    let report = outcome.caller.report.as_ref().expect("the call is over");
    assert_eq!(report.failure, None, "{}", outcome.ladder);
}

/// The wait for a command ends when the answer begins, not while it is being sent. T.30 5.4.3.1.
#[test]
fn a_late_command_is_answered_to_the_end() {
    let pages = standard_pages(1);
    let (mut bursts, mut packets, mut turns) = (0, 0, 0);
    let network = losing(move |seen| {
        bursts += u32::from(seen == Seen::Fast { ends: true });
        packets += u32::from(bursts == 1);
        // Part of a frame, so that the answer is PPR, and the whole first PPS.
        let first_pps = bursts == 2 && turns == 0;
        turns += u32::from(bursts == 2 && seen == Seen::V21 { ends: true });
        (bursts == 1 && packets == 12) || (first_pps && !matches!(seen, Seen::Fast { .. }))
    });
    let outcome = between(caller(&pages, true), answerer(), network);
    assert_eq!(lines(&outcome.ladder, "<-- PPR"), 1, "{}", outcome.ladder);
    same_pages(&outcome, &pages);
}

/// After RTN to EOM the receiver identifies itself again and the same page comes. T.30 5.3.6.1.7.
#[test]
fn a_page_refused_after_eom_is_sent_again() {
    let pages = vec![page(0, Resolution::Standard), page(1, Resolution::Superfine)];
    let (mut signals, mut packets) = (0, 0);
    let network = losing(move |seen| {
        signals += u32::from(seen == Seen::Fast { ends: true });
        packets += u32::from(seen == Seen::Fast { ends: false });
        signals == 1 && seen == Seen::Fast { ends: false } && packets % 3 == 0
    });
    let outcome = between(caller(&pages, false), answerer(), network);
    assert_eq!(lines(&outcome.ladder, "<-- RTN"), 1, "{}", outcome.ladder);
    same_pages(&outcome, &pages);
}

/// Of a page nothing arrives at all: its end asks for it. T.30 A.4.4, 5.3.6.1.7.
#[test]
fn a_page_that_never_arrived_is_asked_for() {
    for ecm in [true, false] {
        for which in 1..=3 {
            let pages = standard_pages(3);
            let outcome = between(caller(&pages, ecm), answerer(), losing_signal(which));
            same_pages(&outcome, &pages);
        }
    }
}

#[test]
fn dcn_within_the_page_ends_the_call() {
    for ecm in [true, false] {
        let script = [Act::HearCarrier, say(Fcf::Cfr), pause(700), say(Fcf::Dcn)];
        let (report, ladder) = call_to(caller(&standard_pages(1), ecm), ecm, script);
        assert_eq!(report.failure, Some(Failure::LostInPage), "{ladder}");
        assert!(!report.uncertain);
    }
}

#[test]
fn dcn_while_the_end_of_the_page_is_told_ends_the_call() {
    let script = [Act::HearCarrier, say(Fcf::Cfr), Act::HearCarrier, pause(500), say(Fcf::Dcn)];
    let (report, ladder) = call_to(caller(&standard_pages(1), true), true, script);
    assert_eq!((report.failure, report.uncertain), (Some(Failure::DcnAfterPage), false));
    assert_eq!(lines(&ladder, "--> PPS"), 0, "{ladder}");
}

/// What was confirmed stays confirmed when the far end hangs up while the question is repeated.
#[test]
fn a_confirmation_and_a_hang_up_at_once_are_a_confirmation() {
    let start = [Act::HearCarrier, say(Fcf::Cfr), Act::Hear(Fcf::Pps), pause(4200), say(Fcf::Mcf)];
    let script = start.into_iter().chain([pause(100), say(Fcf::Dcn)]);
    let (report, ladder) = call_to(caller(&standard_pages(1), true), true, script);
    assert_eq!((report.failure, report.pages), (None, 1), "{ladder}");
}

/// CTC names the rate of the rest of the block. T.30 A.4.3.
#[test]
fn goes_on_to_correct() {
    let frames = frames();
    let all = frames.len();
    let ctc = Frame::new(Fcf::Ctc, true, g3::t30::dcs::ctc_fif(Rate::V27ter4800).to_vec(), true);
    let script = ecm_sender([
        Act::Burst(RATE, frames[1..].to_vec()),
        pps(Fcf2::Eop, 0, all),
        Act::Hear(Fcf::Ppr),
        Act::Say(vec![ctc.clone()]),
        Act::Hear(Fcf::Ctr),
        Act::Say(vec![ctc]),
        Act::Hear(Fcf::Ctr),
        Act::Burst(Rate::V27ter4800, frames[..1].to_vec()),
        pps(Fcf2::Eop, 0, 1),
        Act::Hear(Fcf::Mcf),
        say(Fcf::Dcn),
    ]);
    let outcome = call_from(script, answerer());
    let report = outcome.answerer.report.expect("the call is over");
    assert_eq!((report.failure, report.pages), (None, 1), "{}", outcome.ladder);
    assert_eq!(report.rate, Some(Rate::V27ter4800));
}

/// A sender that gives a block up cannot be told that the page is good. T.30 A.4.3.
#[test]
fn a_block_that_is_given_up_is_never_confirmed() {
    let frames = frames();
    let eor = Frame::new(Fcf::Eor, true, vec![Fcf2::Eop.to_octet(true)], true);
    let script = ecm_sender([
        Act::Burst(RATE, frames[1..].to_vec()),
        pps(Fcf2::Eop, 0, frames.len()),
        Act::Hear(Fcf::Ppr),
        Act::Say(vec![eor]),
    ]);
    let outcome = call_from(script, answerer());
    let report = outcome.answerer.report.expect("the call is over");
    assert_eq!((report.failure, report.pages), (Some(Failure::PageTooBad), 0));
    assert_eq!(outcome.answerer.pages.len(), 0);
    assert_eq!(lines(&outcome.ladder, "<-- DCN"), 1, "{}", outcome.ladder);
}

#[test]
fn a_short_frame_within_a_block_is_asked_for_again() {
    let frames = frames();
    let mut cut = frames.clone();
    cut[1].truncate(100);
    let script = ecm_sender([
        Act::Burst(RATE, cut),
        pps(Fcf2::Eop, 0, frames.len()),
        Act::Hear(Fcf::Ppr),
        Act::Burst(RATE, frames[1..2].to_vec()),
        pps(Fcf2::Eop, 0, 1),
        Act::Hear(Fcf::Mcf),
        say(Fcf::Dcn),
    ]);
    let outcome = call_from(script, answerer());
    let received = outcome.answerer.pages.first().map(|page| page.page.to_bitmap());
    assert!(received == Some(standard_pages(1)[0].to_bitmap()), "{}", outcome.ladder);
}

#[test]
fn a_page_that_was_never_answered_makes_no_good_call() {
    let frames = frames();
    let mut far = answerer();
    far.store_time = Duration::from_secs(5);
    let script = ecm_sender([
        Act::Burst(RATE, frames.clone()),
        pps(Fcf2::Eop, 0, frames.len()),
        Act::Hear(Fcf::Rnr),
        pause(5000),
        say(Fcf::Dcn),
    ]);
    let report = call_from(script, far).answerer.report.expect("the call is over");
    assert_eq!((report.failure, report.pages), (Some(Failure::DcnInPage), 0));
}

#[test]
fn a_second_page_that_cannot_be_read_is_a_bad_document() {
    let pages = standard_pages(2);
    let near = Driver::new(config(Role::Caller, &pages, true), pages[..1].to_vec());
    let report = between(near, answerer(), Network::calm()).caller.report;
    let report = report.expect("the call is over");
    assert_eq!((report.failure, report.pages), (Some(Failure::BadDocument), 1));
}

#[test]
fn a_call_cancelled_before_it_is_connected_was_cancelled() {
    let pages = standard_pages(1);
    for (input, failure) in
        [(Input::Cancel, Failure::Cancelled), (Input::Released, Failure::PeerLeftEarly)]
    {
        let mut call = Call::new(config(Role::Caller, &pages, true));
        call.handle_input(Time::ZERO, input);
        let reports = std::iter::from_fn(|| call.poll_output()).filter_map(|output| match output {
            Output::Done(report) => report.failure,
            _ => None,
        });
        assert_eq!(reports.collect::<Vec<_>>(), [failure]);
    }
}

/// An answer that is none does not put off the repeat. T.30 5.4.2.
#[test]
fn identifying_again_and_again_answers_no_page() {
    let offer = g3::t30::dis::offer(&Capabilities::default());
    let dis = Act::Say(vec![Frame::new(Fcf::Dis, false, offer.to_fif(), true)]);
    let again = (0..20).flat_map(|_| [pause(3000), dis.clone()]);
    let script = [Act::HearCarrier, say(Fcf::Cfr), Act::Hear(Fcf::Pps)].into_iter().chain(again);
    let (report, ladder) = call_to(caller(&standard_pages(1), true), true, script);
    assert_eq!(report.failure, Some(Failure::LastPageUnconfirmed));
    assert_eq!(lines(&ladder, "--> PPS"), 3, "{ladder}");
    assert!(report.duration < Duration::from_secs(40), "{:?}", report.duration);
}

/// While a turn arrives no timer sends anything into it, even one that started after its flags.
#[test]
fn a_long_turn_that_began_early_is_heard_out() {
    let script = [
        Act::Hear(Fcf::Csi),
        Act::Indicate(Indicator::V21Preamble),
        pause(5000),
        Act::Say(vec![ecm_dcs()]),
        pause(100),
        Act::Tcf(RATE, 1800),
        Act::Hear(Fcf::Cfr),
        say(Fcf::Dcn),
    ];
    let ladder = call_from(script, answerer()).ladder;
    assert_eq!(lines(&ladder, "<-- DIS"), 1, "{ladder}");
}

/// The optional frames of a turn may stand anywhere.
#[test]
fn settings_need_not_come_last() {
    let tsi = Frame::new(Fcf::Tsi, true, Ident::new("+1 555 0003").to_fif().to_vec(), true);
    let mut script = ecm_sender([say(Fcf::Dcn)]);
    script[1] = Act::Say(vec![Frame { is_final: false, ..ecm_dcs() }, tsi]);
    let ladder = call_from(script, answerer()).ladder;
    assert_eq!(lines(&ladder, "<-- CFR"), 1, "{ladder}");
}

/// DCN of both ends at once ends the call; neither waits for the other.
#[test]
fn both_ends_may_hang_up_at_once() {
    let mut near = caller(&standard_pages(1), true);
    near.cancel_at = Some(Time::from_millis(8000));
    let (report, ladder) = call_to(near, true, [pause(8000), say(Fcf::Dcn)]);
    assert_eq!(report.failure, Some(Failure::Cancelled), "{ladder}");
    assert_eq!(lines(&ladder, "--> DCN"), 0, "it is broken off: {ladder}");
}

/// The answer to DIS comes when its repeat has begun: the repeat gives way. T.30 5.4.2.
#[test]
fn a_repeat_gives_way_to_a_late_answer() {
    let script = [
        Act::Hear(Fcf::Dis),
        pause(4200),
        Act::Indicate(Indicator::V21Preamble),
        pause(1000),
        Act::Say(vec![ecm_dcs()]),
        pause(100),
        Act::Tcf(RATE, 1800),
        Act::Hear(Fcf::Cfr),
        say(Fcf::Dcn),
    ];
    let ladder = call_from(script, answerer()).ladder;
    assert_eq!(lines(&ladder, "<-- DIS"), 1, "{ladder}");
    assert_eq!(lines(&ladder, "<-- CFR"), 1, "{ladder}");
}

/// Flags without a turn, which may be an echo, silence DIS only once.
#[test]
fn flags_without_a_turn_do_not_silence_dis() {
    let noise = [
        pause(800),
        Act::Indicate(Indicator::V21Preamble),
        pause(50),
        Act::Indicate(Indicator::NoSignal),
    ];
    let script = (0..60).flat_map(|_| noise.clone());
    let ladder = call_from(script, answerer()).ladder;
    assert!(lines(&ladder, "<-- DIS") >= 4, "{ladder}");
}

/// A far end that says the same for ever ends its own call.
#[test]
fn a_command_that_is_repeated_for_ever_ends_the_call() {
    let frames = frames();
    let start = [Act::Burst(RATE, frames.clone())];
    let again = (0..1000).flat_map(|_| [pps(Fcf2::Mps, 0, frames.len()), Act::Hear(Fcf::Mcf)]);
    let outcome = call_from(ecm_sender(start.into_iter().chain(again)), answerer());
    let report = outcome.answerer.report.expect("the call is over");
    assert_eq!((report.failure, report.pages), (Some(Failure::AnswerNotLawful), 1));
}

/// The last frame of a turn ends it, whatever becomes of its carrier. T.38 7.
#[test]
fn turns_that_never_end_are_turns() {
    let say_on = |fcf| Act::SayOn(vec![Frame::bare(fcf, false)]);
    let script = [Act::HearCarrier, say_on(Fcf::Cfr), Act::Hear(Fcf::Pps), say_on(Fcf::Mcf)];
    let (report, ladder) = call_to(caller(&standard_pages(1), true), true, script);
    assert_eq!((report.failure, report.pages), (None, 1), "{ladder}");
    assert_eq!(lines(&ladder, "--> DCS"), 1, "{ladder}");
    assert_eq!(lines(&ladder, "--> PPS"), 1, "{ladder}");
}

/// A page that is out of turn is never confirmed. T.30 A.4.3.
#[test]
fn a_page_out_of_turn_ends_the_call() {
    let frames = frames();
    let all = frames.len();
    let start = [
        Act::Burst(RATE, frames.clone()),
        pps(Fcf2::Mps, 0, all),
        Act::Hear(Fcf::Mcf),
        Act::Burst(RATE, frames),
    ];
    let wrong = (0..3).flat_map(|_| [pps(Fcf2::Eop, 5, all), pause(4000)]);
    let outcome = call_from(ecm_sender(start.into_iter().chain(wrong)), answerer());
    let report = outcome.answerer.report.expect("the call is over");
    assert_eq!((report.failure, report.pages), (Some(Failure::PpsWrong), 1));
    assert_eq!(outcome.answerer.pages.len(), 1);
}

/// A page longer than any page is not cut and confirmed.
#[test]
fn a_page_without_end_is_not_confirmed() {
    // Standard resolution, A4, MH, no ECM. Table 2/T.30.
    let dcs = Frame::new(Fcf::Dcs, true, vec![0x00, 0x60, 0x1E], true);
    let page = standard_pages(1)[0].encode(t4::Coding::Mh, 0).expect("a page can be coded");
    let mut script = ecm_sender([
        pause(1000),
        Act::Image(RATE, [page, vec![0; 17 << 20]].concat()),
        say(Fcf::Eop),
        Act::Hear(Fcf::Dcn),
    ]);
    script[1] = Act::Say(vec![dcs]);
    let report = call_from(script, answerer()).answerer.report.expect("the call is over");
    assert_eq!((report.failure, report.pages), (Some(Failure::StoreFull), 0));
}
