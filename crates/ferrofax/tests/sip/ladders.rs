//! What a call leaves behind for people: each message of SIP and each frame of T.30, in order.

use std::time::Duration;

use ferrofax::line::sip::LineSettings;
use ferrofax::line::sip::negotiation::Kind;

use crate::house::{Desk, Doorman, free, open, open_for, page, send, settings};
use crate::peer::{Peer, sdp};

const NOBODY: &str = "127.0.0.1:9";

/// Each of `rungs` stands in the ladder, in this order; a rung may say less than its line. Times
/// never go back.
fn check(desk: &Desk, rungs: &[&str]) {
    let lines = desk.seen().events;
    let mut rest = lines.iter();
    for rung in rungs {
        let words: Vec<&str> = rung.split("..").map(str::trim).collect();
        let found = rest.any(|line| words.iter().all(|word| line.contains(word)));
        assert!(found, "{rung:?} is not in its place in {lines:#?}");
    }
    let time = |line: &String| line.split(' ').next().unwrap().parse::<f64>().unwrap();
    let times: Vec<f64> = lines.iter().map(time).collect();
    assert!(times.is_sorted(), "{lines:#?}");
}

/// A call of a line to a far end that does what `script` says.
async fn called<S: Future<Output = ()> + Send + 'static>(
    change: impl FnOnce(&mut LineSettings),
    script: impl FnOnce(Peer) -> S,
) -> Desk {
    let peer = Peer::bind().await;
    let mut settings = settings("line", peer.addr());
    change(&mut settings);
    let (line, _) = open(settings).await;
    let desk = Desk::with_pages(&[page(100)]);
    let script = tokio::spawn(script(peer));
    send(&line, &desk).await;
    script.await.unwrap();
    free(&line).await;
    desk
}

#[tokio::test]
async fn a_whole_call_is_told_from_both_ends() {
    let (there, doorman) = open(settings("there", NOBODY.parse().unwrap())).await;
    let (here, _) = open(settings("here", there.local_addr())).await;
    let desk = Desk::with_pages(&[page(100)]);
    let outcome = send(&here, &desk).await;
    assert_eq!(outcome.failure, None);
    check(
        &desk,
        &[
            "--> INVITE sip:5550199@ .. CSeq 1 .. (offer: audio PCMU PCMA 127.0.0.1:",
            "<-- 180 Ringing, CSeq 1 INVITE",
            "<-- 200 OK, CSeq 1 INVITE (answer: audio PCMU 127.0.0.1:",
            "--> ACK, CSeq 1",
            "audio with 127.0.0.1:",
            "<-- INVITE sip:ferrofax@ .. (offer: image udptl 127.0.0.1: .. version 0, redundancy",
            "--> 200 OK .. INVITE (answer: image udptl 127.0.0.1: .. version 0, redundancy, 14400",
            "T.38 version 0 with 127.0.0.1:",
            "FrameReceived(\"DIS",
            "FrameSent(\"DCS",
            "FrameReceived(\"CFR",
            "FrameReceived(\"MCF",
            "FrameSent(\"DCN",
            "BYE sip:ferrofax@",
            "200 OK .. BYE",
        ],
    );
    let (received, outcome) = doorman.ended().await;
    assert_eq!(outcome.failure, None);
    check(
        &received,
        &[
            "<-- INVITE sip:5550199@ .. (offer: audio PCMU PCMA",
            "--> 180 Ringing",
            "--> 200 OK, CSeq 1 INVITE (answer: audio PCMU",
            "<-- ACK",
            "--> INVITE .. (offer: image udptl",
            "<-- 200 OK .. (answer: image udptl",
            "--> ACK",
            "FrameSent(\"CSI",
            "FrameReceived(\"TSI",
            "FrameReceived(\"DCN",
        ],
    );
    free(&here).await;
    free(&there).await;
}

#[tokio::test]
async fn a_call_that_finds_a_busy_far_end_is_told() {
    let desk = called(
        |_| (),
        |mut peer| async move {
            let invite = peer.expect("INVITE").await;
            peer.answer(&invite, "486 Busy Here", "").await;
            peer.expect("ACK").await;
        },
    );
    check(
        &desk.await,
        &["--> INVITE", "<-- 486 Busy Here, CSeq 1 INVITE", "--> ACK", "the connection ended"],
    );
}

#[tokio::test]
async fn a_call_that_nobody_answers_is_told() {
    let desk = called(
        |line| line.ring_timeout = Duration::from_millis(200),
        |mut peer| async move {
            let invite = peer.expect("INVITE").await;
            for _ in 0..3 {
                peer.answer(&invite, "180 Ringing", "").await;
            }
            let cancel = peer.expect("CANCEL").await;
            peer.answer(&cancel, "200 OK", "").await;
            peer.answer(&invite, "487 Request Terminated", "").await;
            peer.expect("ACK").await;
        },
    )
    .await;
    check(
        &desk,
        &[
            "--> INVITE",
            "<-- 180 Ringing",
            "--> CANCEL",
            "<-- 487 Request Terminated, CSeq 1 INVITE",
            "--> ACK",
            "the connection ended",
        ],
    );
    let rings = desk.seen().events.iter().filter(|line| line.contains("180")).count();
    assert_eq!(rings, 1, "what is only sent again is told once");
}

#[tokio::test]
async fn a_switch_that_is_refused_is_told() {
    let desk = called(
        |_| (),
        |mut peer| async move {
            peer.take_call(&sdp(1, &["audio 4000"], &[])).await;
            let switch = peer.expect("INVITE").await;
            peer.answer(&switch, "488 Not Acceptable Here", "").await;
            peer.expect("ACK").await;
            peer.take_bye().await;
        },
    );
    let ladder = [
        "--> INVITE .. CSeq 2 (offer: image udptl",
        "<-- 488 Not Acceptable Here, CSeq 2 INVITE",
        "--> ACK, CSeq 2",
        "--> BYE",
        "<-- 200 OK, CSeq 3 BYE",
    ];
    check(&desk.await, &ladder);
}

#[tokio::test]
async fn a_call_that_is_taken_back_before_its_answer_is_told() {
    let doorman = Doorman::hesitating(Duration::from_millis(300));
    let settings = LineSettings { first: Kind::Audio, ..settings("line", NOBODY.parse().unwrap()) };
    let (line, doorman) = open_for(settings, doorman).await;
    let mut peer = Peer::calling(line.local_addr()).await;
    peer.request("INVITE", &sdp(1, &["audio 4000"], &[])).await;
    peer.any().await;
    peer.request("CANCEL", "").await;
    let (desk, _) = doorman.ended().await;
    let ladder = [
        "<-- INVITE .. (offer: audio PCMA PCMU 127.0.0.1:4000)",
        "--> 180 Ringing",
        "<-- CANCEL",
        "--> 200 OK, CSeq 1 CANCEL",
        "--> 487 Request Terminated, CSeq 1 INVITE",
    ];
    check(&desk, &ladder);
}

/// Neither a message of the far end nor its words can be longer than a line, or break one.
#[tokio::test]
async fn foreign_words_are_cut_and_cleaned() {
    let desk = called(
        |_| (),
        |mut peer| async move {
            let invite = peer.expect("INVITE").await;
            let status = format!("499 \u{1b}[31m{}", "long ".repeat(300));
            peer.answer(&invite, &status, "").await;
            peer.expect("ACK").await;
        },
    );
    let lines = desk.await.seen().events;
    let refusal = lines.iter().find(|line| line.contains("<-- 499")).unwrap();
    assert!(refusal.len() < 400 && !refusal.contains('\u{1b}'), "{refusal:?}");
}
