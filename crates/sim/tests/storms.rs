//! Whole calls through bad networks and against far ends that keep no rule, from seeds.
//!
//! A failure names its seed; `STORM_SEED=n` runs that one alone, `STORM_CALLS=n` runs more.

#[path = "support/pages.rs"]
mod pages;

use std::time::Duration;

use g3::t30::fcf::Fcf;
use g3::t30::frame::Frame;
use g3::t38::ifp::Indicator;
use g3::{CallConfig, Capabilities, Coding, Failure, Ident, Rate, Role, T38Config, Time};
use pages::page;
use sim::{Act, Driver, Effects, End, Fate, Network, Outcome, Puppet, Rng, World, page_info};
use t4::{Page, Resolution};

/// Calls per storm: enough to meet every odd moment of a call, few enough for seconds.
const CALLS: u64 = 250;

/// Runs `storm` for every seed, or for the one that is asked for; the share of good calls.
fn seeds(storm: impl Fn(u64) -> bool) -> Option<f64> {
    let asked = |name| std::env::var(name).ok().and_then(|seed| seed.parse::<u64>().ok());
    let one = asked("STORM_SEED");
    let calls = asked("STORM_CALLS").unwrap_or(CALLS);
    let mut good: u32 = 0;
    for seed in one.map_or(0..calls, |seed| seed..seed + 1) {
        let run = std::panic::AssertUnwindSafe(|| storm(seed));
        match std::panic::catch_unwind(run) {
            Ok(success) => good += u32::from(success),
            Err(panic) => {
                eprint_seed(seed);
                std::panic::resume_unwind(panic);
            }
        }
    }
    one.is_none().then_some(f64::from(good) / calls as f64)
}

#[expect(clippy::print_stderr, reason = "the seed stands first in what a failure says")]
fn eprint_seed(seed: u64) {
    eprintln!("STORM_SEED={seed}");
}

fn config(role: Role, pages: &[Page], rng: &mut Rng) -> CallConfig {
    let capabilities = Capabilities {
        ecm: rng.chance(70.0),
        ecm_64: rng.chance(20.0),
        codings: match rng.below(3) {
            0 => vec![Coding::Mh],
            1 => vec![Coding::Mh, Coding::Mr],
            _ => vec![Coding::Mh, Coding::Mr, Coding::Mmr],
        },
        ..Capabilities::default()
    };
    let redundancy = u8::try_from(rng.below(4)).unwrap_or(0);
    CallConfig {
        role,
        ident: Ident::new("+1 555 0001"),
        pages: pages.iter().map(page_info).collect(),
        capabilities,
        t38: T38Config { redundancy, ..T38Config::default() },
    }
}

fn storm_call(seed: u64, network: Network) -> (Vec<Page>, Outcome) {
    storm_call_with(seed, network, |_, _, _| ())
}

/// A call whose drivers `adjust` makes special: the caller's and the answerer's.
fn storm_call_with(
    seed: u64,
    network: Network,
    adjust: impl Fn(&mut Rng, &mut Driver, &mut Driver),
) -> (Vec<Page>, Outcome) {
    let mut rng = Rng::new(seed);
    let pages: Vec<Page> = (0..=rng.below(3))
        .map(|n| page(seed * 10 + n, if n == 0 { Resolution::Standard } else { Resolution::Fine }))
        .collect();
    let mut near = Driver::new(config(Role::Caller, &pages, &mut rng), pages.clone());
    let mut far = Driver::new(config(Role::Answerer, &[], &mut rng), Vec::new());
    far.store_time = Duration::from_millis(rng.below(4000));
    adjust(&mut rng, &mut near, &mut far);
    let outcome = World::new(End::Call(Box::new(near)), End::Call(Box::new(far)), network).run();
    (pages, outcome)
}

/// What must hold however bad the line was; whether the call was good.
fn nothing_false(pages: &[Page], outcome: &Outcome) -> bool {
    let near = outcome.caller.report.as_ref().expect("the call is over");
    let far = outcome.answerer.report.as_ref().expect("the call is over");
    let received = &outcome.answerer.pages;
    let said = &outcome.ladder;
    assert!(far.pages as usize <= received.len(), "confirmed and not stored:\n{said}");
    assert!(near.pages <= far.pages, "one end confirmed more than the other:\n{said}");
    assert!(received.len() <= pages.len(), "a page was taken twice:\n{said}");
    if near.failure.is_none() {
        assert_eq!(near.pages as usize, pages.len(), "not all were confirmed:\n{said}");
    }
    if far.failure.is_none() {
        assert_eq!(far.pages as usize, received.len(), "good and not confirmed:\n{said}");
    }
    if far.pages as usize == pages.len() && near.failure.is_some() {
        assert!(near.uncertain, "the far end has it all and nobody doubts it:\n{said}");
    }
    for (index, (received, sent)) in received.iter().zip(pages).enumerate() {
        assert_eq!(received.index as usize, index);
        if near.ecm {
            assert_eq!(received.page.to_bitmap(), sent.to_bitmap(), "page {index}:\n{said}");
        }
    }
    near.failure.is_none()
}

#[test]
fn a_bad_network_makes_no_false_success() {
    let good = seeds(|seed| {
        let mut rng = Rng::new(seed ^ 0xA5A5);
        let slowest_ms = if rng.chance(30.0) { 2500 } else { 300 };
        let effects = Effects {
            delay: Duration::from_millis(rng.below(slowest_ms)),
            jitter: Duration::from_millis(rng.below(120)),
            loss_percent: rng.below(12) as f64,
            duplicate_percent: rng.below(10) as f64,
            reorder_percent: rng.below(10) as f64,
        };
        let (pages, outcome) = storm_call(seed, Network::new(seed, effects));
        nothing_false(&pages, &outcome)
    });
    assert!(good.is_none_or(|good| good > 0.5), "{good:?} of the calls were good");
}

#[test]
fn a_network_that_breaks_off_ends_both_calls() {
    let good = seeds(|seed| {
        let mut rng = Rng::new(seed ^ 0x5A5A);
        let mut left = rng.below(1500);
        let one_way = rng.chance(50.0);
        let network = Network::calm().with_filter(move |from_caller, _| {
            left = left.saturating_sub(1);
            if left == 0 && (from_caller || !one_way) { Fate::Drop } else { Fate::Pass }
        });
        let (pages, outcome) = storm_call(seed, network);
        nothing_false(&pages, &outcome)
    });
    assert!(good.is_none_or(|good| (0.1..0.9).contains(&good)), "{good:?} of the calls were good");
}

/// The user, the network and the disk end calls at any moment.
#[test]
fn a_call_that_is_cut_off_anywhere_is_told_truly() {
    let good = seeds(|seed| {
        let effects = Effects { delay: Duration::from_millis(seed % 400), ..Effects::default() };
        let network = Network::new(seed, effects);
        let (pages, outcome) = storm_call_with(seed, network, |rng, near, far| {
            let moment = Some(Time::from_millis(rng.below(60_000)));
            match rng.below(6) {
                0 => near.cancel_at = moment,
                1 => near.release_at = moment,
                2 => far.cancel_at = moment,
                3 => far.release_at = moment,
                4 => far.disk_full = rng.chance(50.0),
                _ => {
                    far.store_time = Duration::from_millis(rng.below(60_000));
                    near.read_time = Duration::from_millis(rng.below(6000));
                }
            }
        });
        nothing_false(&pages, &outcome)
    });
    assert!(good.is_none_or(|good| (0.1..0.9).contains(&good)), "{good:?} of the calls were good");
}

/// The counters of pages and blocks wrap and nothing is lost.
#[test]
fn more_pages_than_the_counter_counts() {
    let pages: Vec<Page> =
        (0..260).map(|seed| sim::test_page(seed, 1728, 25, Resolution::Standard)).collect();
    for ecm in [true, false] {
        let ours = |role, pages: &[Page]| CallConfig {
            role,
            ident: Ident::new("+1 555 0001"),
            pages: pages.iter().map(page_info).collect(),
            capabilities: Capabilities { ecm, ..Capabilities::default() },
            t38: T38Config::default(),
        };
        let near = End::Call(Box::new(Driver::new(ours(Role::Caller, &pages), pages.clone())));
        let far = End::Call(Box::new(Driver::new(ours(Role::Answerer, &[]), Vec::new())));
        let effects = Effects { loss_percent: 3.0, ..Effects::default() };
        let outcome = World::new(near, far, Network::new(7, effects)).run();
        assert!(nothing_false(&pages, &outcome), "{}", outcome.ladder);
    }
}

/// Up to ten per cent loss at the default redundancy costs no call.
#[test]
fn ten_per_cent_loss_costs_no_call_at_redundancy_three() {
    seeds(|seed| {
        let pages = vec![page(seed, Resolution::Standard)];
        let mut rng = Rng::new(seed);
        let mut near = config(Role::Caller, &pages, &mut rng);
        let mut far = config(Role::Answerer, &[], &mut rng);
        for config in [&mut near, &mut far] {
            config.capabilities = Capabilities::default();
            config.t38.redundancy = 3;
        }
        let delay = Duration::from_millis(30);
        let network =
            Network::new(seed, Effects { delay, loss_percent: 10.0, ..Effects::default() });
        let near = End::Call(Box::new(Driver::new(near, pages.clone())));
        let far = End::Call(Box::new(Driver::new(far, Vec::new())));
        let outcome = World::new(near, far, network).run();
        let failure = outcome.caller.report.as_ref().and_then(|report| report.failure);
        assert_eq!(failure, None, "{}", outcome.ladder);
        nothing_false(&pages, &outcome)
    });
}

/// A far end that says lawful and unlawful things in any order ends its own call and nothing else.
#[test]
fn a_far_end_without_rules_ends_its_own_call() {
    seeds(|seed| {
        let mut rng = Rng::new(seed);
        let pages = vec![page(seed, Resolution::Standard), page(seed, Resolution::Fine)];
        let acts = 40 + rng.below(80);
        let script: Vec<Act> = (0..acts).flat_map(|_| random_act(&mut rng)).collect();
        let puppet = End::Puppet(Puppet::new(script));
        let ours = |role, pages: &[Page], rng: &mut Rng| {
            End::Call(Box::new(Driver::new(config(role, pages, rng), pages.to_vec())))
        };
        let outcome = if rng.chance(50.0) {
            let near = ours(Role::Caller, &pages, &mut rng);
            World::new(near, puppet, Network::calm()).run()
        } else {
            let far = ours(Role::Answerer, &[], &mut rng);
            World::new(puppet, far, Network::calm()).run()
        };
        let report = outcome.caller.report.or(outcome.answerer.report).expect("the call is over");
        assert_ne!(report.failure, Some(Failure::Internal), "{}", outcome.ladder);
        report.failure.is_none()
    });
}

fn random_act(rng: &mut Rng) -> [Act; 2] {
    let pause = Act::Pause(Duration::from_millis(rng.below(2500)));
    let rate = Rate::ALL[usize::try_from(rng.below(8)).unwrap_or(0)];
    let act = match rng.below(10) {
        0 => Act::Indicate(Indicator::NoSignal),
        1 => Act::Indicate(Indicator::training(rate, rng.chance(50.0))),
        2 => Act::Tcf(rate, (rate.bps() * 3 / 16) as usize),
        3 => Act::Image(rate, random_octets(rng, 3000)),
        4 => Act::Vanish(rate, random_octets(rng, 300)),
        _ => Act::Say((0..=rng.below(2)).map(|_| random_frame(rng)).collect()),
    };
    [act, pause]
}

fn random_frame(rng: &mut Rng) -> Frame {
    const KINDS: [Fcf; 24] = [
        Fcf::Dis,
        Fcf::Dcs,
        Fcf::Dcs,
        Fcf::Cfr,
        Fcf::Cfr,
        Fcf::Ftt,
        Fcf::Mps,
        Fcf::Eom,
        Fcf::Eop,
        Fcf::Mcf,
        Fcf::Mcf,
        Fcf::Rtn,
        Fcf::Rtp,
        Fcf::Pip,
        Fcf::Pin,
        Fcf::Pps,
        Fcf::Ppr,
        Fcf::Rnr,
        Fcf::Rr,
        Fcf::Crp,
        Fcf::Ctc,
        Fcf::Eor,
        Fcf::Dtc,
        Fcf::Dis,
    ];
    let at = usize::try_from(rng.below(KINDS.len() as u64)).unwrap_or(0);
    let fcf = KINDS[at];
    let fif = match fcf {
        // Often the settings and abilities of an ordinary machine.
        Fcf::Dis if rng.chance(70.0) => vec![0x00, 0x77, 0x1F, 0x22],
        Fcf::Dcs if rng.chance(50.0) => vec![0x00, 0x60, 0x1E],
        Fcf::Dcs if rng.chance(50.0) => vec![0x00, 0x46, 0x1F, 0x22],
        Fcf::Pps if rng.chance(50.0) => vec![0x74, 0, 0, 0],
        _ => random_octets(rng, 33),
    };
    Frame::new(fcf, rng.chance(50.0), fif, true)
}

fn random_octets(rng: &mut Rng, most: u64) -> Vec<u8> {
    (0..rng.below(most)).map(|_| rng.bits().to_le_bytes()[0]).collect()
}
