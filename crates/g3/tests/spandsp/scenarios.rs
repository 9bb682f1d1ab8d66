//! The calls, each in both directions where both ends can do it.

use g3::{Capabilities, Coding, Failure, Modulation, Rate, Role};

use crate::pages::Paper;
use crate::{Scenario, fails, receives, sends};

const ONE: &[Paper] = &[Paper::STANDARD];
const THREE_FINE: &[Paper] = &[Paper::FINE; 3];
const MIXED: &[Paper] = &[Paper::STANDARD, Paper::FINE, Paper::STANDARD];

fn only(modulation: Modulation) -> Capabilities {
    let rates = Rate::ALL.into_iter().filter(|rate| rate.modulation() == modulation).collect();
    Capabilities { rates, ..Capabilities::default() }
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_three_fine_pages_with_ecm() {
    sends(&Scenario::clean(THREE_FINE));
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_three_fine_pages_with_ecm() {
    receives(&Scenario::clean(THREE_FINE));
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_three_fine_pages_without_ecm() {
    sends(&Scenario::without_ecm(THREE_FINE));
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_three_fine_pages_without_ecm() {
    receives(&Scenario::without_ecm(THREE_FINE));
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_pages_of_two_resolutions() {
    sends(&Scenario::clean(MIXED));
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_pages_of_two_resolutions() {
    receives(&Scenario::clean(MIXED));
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_a_wide_page() {
    sends(&Scenario::clean(&[Paper::WIDE]));
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_a_wide_page() {
    receives(&Scenario::clean(&[Paper::WIDE]));
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_mh_when_that_is_all_the_peer_has() {
    let scenario = Scenario::without_ecm(ONE);
    let peer = "--ecm 0 --compress mh";
    sends(&Scenario { peer, coding: Coding::Mh, ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_mh_when_that_is_all_we_offer() {
    let scenario = Scenario::without_ecm(ONE);
    let ours = Capabilities { codings: vec![Coding::Mh], ..scenario.ours };
    receives(&Scenario { ours, coding: Coding::Mh, ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_over_v29() {
    let scenario = Scenario::clean(ONE);
    sends(&Scenario { peer: "--modems v27,v29", rate: Rate::V29At9600, ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_over_v29() {
    let scenario = Scenario::clean(ONE);
    let ours = only(Modulation::V29);
    receives(&Scenario { ours, rate: Rate::V29At9600, ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_over_v27ter_without_ecm() {
    let scenario = Scenario::without_ecm(ONE);
    sends(&Scenario { peer: "--ecm 0 --modems v27", rate: Rate::V27ter4800, ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_over_v27ter_without_ecm() {
    let scenario = Scenario::without_ecm(ONE);
    let ours = Capabilities { ecm: false, ..only(Modulation::V27ter) };
    receives(&Scenario { ours, rate: Rate::V27ter4800, ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn falls_back_to_9600_when_the_peer_cannot_train_faster() {
    let scenario = Scenario::clean(ONE);
    let seen = sends(&Scenario { peer: "--max-rate 9600", rate: Rate::V17At9600, ..scenario });
    assert!(seen.contains("FrameReceived(\"FTT"), "the peer refused no training:\n{seen}");
}

#[test]
#[ignore = "needs libspandsp"]
fn falls_back_to_4800_when_the_peer_cannot_train_faster() {
    let scenario = Scenario::clean(ONE);
    sends(&Scenario { peer: "--max-rate 4800", rate: Rate::V27ter4800, ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_at_the_rate_the_peer_begins_with() {
    let scenario = Scenario::clean(ONE);
    receives(&Scenario { peer: "--max-rate 7200", rate: Rate::V17At7200, ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn refuses_training_that_arrives_damaged() {
    let scenario = Scenario::clean(ONE);
    let seen =
        receives(&Scenario { peer: "--spoil-above 9600", rate: Rate::V17At9600, ..scenario });
    assert!(seen.contains("FrameSent(\"FTT"), "no training was refused:\n{seen}");
}

#[test]
#[ignore = "needs libspandsp"]
fn refuses_training_without_ecm_down_to_2400() {
    let scenario = Scenario::without_ecm(ONE);
    let peer = "--ecm 0 --spoil-above 2400";
    receives(&Scenario { peer, rate: Rate::V27ter2400, ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_in_version_3() {
    sends(&Scenario { version: 3, ..Scenario::clean(ONE) });
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_in_version_3() {
    receives(&Scenario { version: 3, ..Scenario::clean(ONE) });
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_in_version_3_without_ecm() {
    sends(&Scenario { version: 3, ..Scenario::without_ecm(ONE) });
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_in_version_3_without_ecm() {
    receives(&Scenario { version: 3, ..Scenario::without_ecm(ONE) });
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_while_one_packet_in_twenty_is_lost_each_way() {
    let scenario = Scenario::clean(THREE_FINE);
    sends(&Scenario { peer: "--redundancy 3 --loss 5 --rx-loss 5 --seed 11", ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_while_one_packet_in_twenty_is_lost_each_way() {
    let scenario = Scenario::clean(THREE_FINE);
    receives(&Scenario { peer: "--redundancy 3 --loss 5 --rx-loss 5 --seed 12", ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_without_ecm_while_one_packet_in_twenty_is_lost() {
    let scenario = Scenario::without_ecm(ONE);
    sends(&Scenario { peer: "--ecm 0 --redundancy 3 --loss 5 --rx-loss 5 --seed 13", ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_without_ecm_while_one_packet_in_twenty_is_lost() {
    let scenario = Scenario::without_ecm(ONE);
    let peer = "--ecm 0 --redundancy 3 --loss 5 --rx-loss 5 --seed 14";
    receives(&Scenario { peer, ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn reads_parity_packets() {
    let scenario = Scenario::clean(ONE);
    receives(&Scenario { peer: "--fec 3:3 --loss 5 --seed 15", ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_through_disorder_and_jitter() {
    let scenario = Scenario::clean(ONE);
    sends(&Scenario { peer: "--jitter 30 --reorder 3 --dup 3 --seed 16", ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_through_disorder_and_jitter() {
    let scenario = Scenario::clean(ONE);
    receives(&Scenario { peer: "--jitter 30 --reorder 3 --dup 3 --seed 17", ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_a_superfine_page() {
    sends(&Scenario::clean(&[Paper::SUPERFINE]));
}

#[test]
#[ignore = "needs libspandsp"]
fn receives_a_superfine_page() {
    receives(&Scenario::clean(&[Paper::SUPERFINE]));
}

#[test]
#[ignore = "needs libspandsp"]
fn falls_back_to_2400_when_the_peer_cannot_train_faster() {
    let scenario = Scenario::clean(ONE);
    sends(&Scenario { peer: "--max-rate 2400", rate: Rate::V27ter2400, ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn gives_a_slow_printer_time_for_each_line() {
    let scenario = Scenario::without_ecm(ONE);
    sends(&Scenario { peer: "--ecm 0 --min-scan 20", ..scenario });
}

#[test]
#[ignore = "needs libspandsp"]
fn waits_for_a_receiver_that_is_not_ready() {
    let seen = sends(&Scenario { peer: "--rnr 3", ..Scenario::clean(THREE_FINE) });
    assert!(seen.contains("FrameReceived(\"RNR"), "the peer was ready:\n{seen}");
}

#[test]
#[ignore = "needs libspandsp"]
fn sends_again_what_was_lost() {
    let scenario = Scenario::clean(THREE_FINE);
    let seen = sends(&Scenario { peer: "--rx-loss 20 --seed 18", ..scenario });
    assert!(seen.contains("FrameReceived(\"PPR"), "nothing was asked for again:\n{seen}");
}

#[test]
#[ignore = "needs libspandsp"]
fn asks_again_for_what_was_lost() {
    let scenario = Scenario::clean(THREE_FINE);
    let seen = receives(&Scenario { peer: "--redundancy 1 --loss 8 --seed 19", ..scenario });
    assert!(seen.contains("FrameSent(\"PPR"), "nothing was asked for again:\n{seen}");
}

#[test]
#[ignore = "needs libspandsp"]
fn a_receiver_that_vanishes_leaves_the_block_unanswered() {
    let scenario = Scenario::clean(THREE_FINE);
    fails(Role::Caller, &Scenario { peer: "--vanish-at 15", ..scenario }, Failure::PpsUnanswered);
}
