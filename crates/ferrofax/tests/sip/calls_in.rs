//! Calls of a far end that follows a script to a line.

use std::time::Duration;

use ferrofax::line::Refusal;
use ferrofax::line::sip::{LineSettings, MAX_UNDECIDED, SipLine};
use g3::{Event, Phase, Role};
use tokio::net::UdpSocket;

use crate::fax::Fax;
use crate::house::{Doorman, free, open, open_for, page, settings};
use crate::peer::{Message, Peer, sdp};

const NOBODY: &str = "127.0.0.1:9";

fn line_settings() -> LineSettings {
    settings("line", NOBODY.parse().unwrap())
}

/// One call to a line; gives back the number of its failure, 0 for none.
async fn call<S: Future<Output = ()>>(script: impl FnOnce(Peer) -> S) -> u16 {
    let (line, doorman) = open(line_settings()).await;
    script(Peer::calling(line.local_addr()).await).await;
    let (_, outcome) = doorman.ended().await;
    free(&line).await;
    outcome.failure.map_or(0, ferrofax::failure::Failure::number)
}

/// A first INVITE that must be refused before anybody is asked to take a fax.
async fn refused(line: &SipLine, body: &str, status: &str) {
    let mut peer = Peer::calling(line.local_addr()).await;
    peer.request("INVITE", body).await;
    assert_eq!(peer.next().await.name(), format!("{status} INVITE"));
    peer.request("ACK", "").await;
}

fn audio() -> String {
    sdp(1, &["audio 4000"], &[])
}

fn image() -> String {
    sdp(2, &["image 4002"], &[])
}

#[tokio::test]
async fn what_the_house_does_not_take_is_refused() {
    for (refuse, status) in [(Refusal::Busy, "486"), (Refusal::Unavailable, "480")] {
        let doorman = Doorman::refusing(refuse);
        let (line, _) = open_for(line_settings(), doorman).await;
        refused(&line, &audio(), status).await;
        free(&line).await;
    }
    let (line, doorman) = open(LineSettings { receive: false, ..line_settings() }).await;
    refused(&line, &audio(), "486").await;
    free(&line).await;
    assert_eq!(doorman.rang(), []);
}

#[tokio::test]
async fn a_line_in_use_is_busy() {
    let (line, doorman) = open(line_settings()).await;
    let mut first = Peer::calling(line.local_addr()).await;
    first.call(&image()).await;
    refused(&line, &audio(), "486").await;
    first.request("BYE", "").await;
    first.expect("200 BYE").await;
    doorman.ended().await;
    let mut second = Peer::calling(line.local_addr()).await;
    free(&line).await;
    second.call(&image()).await;
    second.request("BYE", "").await;
    second.expect("200 BYE").await;
}

#[tokio::test]
async fn an_offer_with_nothing_in_it_is_refused() {
    for offer in [
        sdp(1, &["image 0"], &[]),
        sdp(1, &[], &[]),
        sdp(1, &["audio 0", "image 0"], &[]),
        sdp(1, &["image -5"], &[]),
        sdp(1, &["image 99999"], &[]),
        "rubbish".to_owned(),
    ] {
        let number = call(async |mut peer| {
            peer.request("INVITE", &offer).await;
            peer.expect("488 INVITE").await;
            peer.request("ACK", "").await;
        });
        assert_eq!(number.await, 9, "{offer}");
    }
}

#[tokio::test]
async fn absurd_numbers_are_answered_with_sound_ones() {
    for value in ["", "-1", "0", "99999999999999999999", "abc"] {
        let names = ["T38FaxVersion", "T38MaxBitRate", "T38FaxMaxDatagram", "T38FaxMaxBuffer"];
        let attributes = names.map(|name| format!("{name}:{value}"));
        let attributes: Vec<&str> = attributes.iter().map(String::as_str).collect();
        let number = call(async |mut peer| {
            let answer = peer.call(&sdp(1, &["image 4002"], &attributes)).await;
            for line in [
                "T38FaxVersion:0",
                "T38MaxBitRate:14400",
                "T38FaxRateManagement:transferredTCF",
                "T38FaxMaxDatagram:1400",
                "T38FaxUdpEC:t38UDPRedundancy",
            ] {
                assert!(answer.body().contains(line), "{}", answer.body());
            }
            peer.request("BYE", "").await;
            peer.expect("200 BYE").await;
        });
        assert_eq!(number.await, 35, "{value}");
    }
}

#[tokio::test]
async fn of_audio_and_image_in_one_offer_the_image_is_taken() {
    for (offer, kinds) in [
        (sdp(1, &["audio 4000", "image 4002"], &[]), ["audio", "image"]),
        (sdp(1, &["image 4002", "audio 4000"], &[]), ["image", "audio"]),
    ] {
        let number = call(async |mut peer| {
            let answer = peer.call(&offer).await;
            let streams = answer.streams();
            assert_eq!(streams.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), kinds);
            for (kind, port) in streams {
                assert_eq!(port == 0, kind == "audio");
            }
            peer.request("BYE", "").await;
            peer.expect("200 BYE").await;
        });
        assert_eq!(number.await, 35);
    }
}

#[tokio::test]
async fn an_answer_is_sent_again_until_its_ack_comes() {
    let number = call(async |mut peer| {
        peer.request("INVITE", &audio()).await;
        let first = peer.expect("200 INVITE").await;
        for _ in 0..2 {
            assert_eq!(peer.any().await.first_line(), first.first_line());
        }
        peer.remote(&first);
        peer.request("ACK", "").await;
        // It asks for T.38, and not for the ACK again.
        let switch = peer.expect("INVITE").await;
        peer.answer(&switch, "488 Not Acceptable Here", "").await;
        peer.expect("ACK").await;
        peer.take_bye().await;
    });
    assert_eq!(number.await, 10);
}

#[tokio::test]
async fn each_refusal_of_the_switch_ends_the_call() {
    for (status, body) in [
        ("488 Not Acceptable Here", String::new()),
        ("415 Unsupported Media Type", String::new()),
        ("606 Not Acceptable", String::new()),
        ("500 Server Internal Error", String::new()),
        ("200 OK", sdp(2, &["image 0"], &[])),
    ] {
        let number = call(async |mut peer| {
            peer.call(&audio()).await;
            let switch = peer.expect("INVITE").await;
            peer.answer(&switch, status, &body).await;
            peer.expect("ACK").await;
            peer.take_bye().await;
        });
        assert_eq!(number.await, 10, "{status}");
    }
}

#[tokio::test]
async fn a_far_end_that_switches_first_is_answered() {
    let number = call(async |mut peer| {
        let first = peer.call(&audio()).await;
        let second = peer.reinvite(&image()).await;
        assert_eq!(kinds(&first), ["audio"]);
        assert_eq!(kinds(&second), ["image"]);
        assert_eq!((version(&first), version(&second)), (1, 2));
        peer.quiet(Duration::from_millis(500)).await;
        peer.request("BYE", "").await;
        peer.expect("200 BYE").await;
    });
    assert_eq!(number.await, 35);
}

#[tokio::test]
async fn switches_that_collide_are_both_refused_and_tried_again() {
    let number = call(async |mut peer| {
        peer.call(&audio()).await;
        let theirs = peer.expect("INVITE").await;
        peer.request("INVITE", &image()).await;
        peer.expect("491 INVITE").await;
        peer.request("ACK", "").await;
        peer.answer(&theirs, "491 Request Pending", "").await;
        peer.expect("ACK").await;
        // The answerer does not own the Call-ID: it comes back within 2 s.
        let again = peer.expect("INVITE").await;
        peer.answer(&again, "200 OK", &image()).await;
        peer.expect("ACK").await;
        peer.request("BYE", "").await;
        peer.expect("200 BYE").await;
    });
    assert_eq!(number.await, 35);
}

#[tokio::test]
async fn a_call_that_is_taken_back_is_forgotten() {
    let doorman = Doorman::hesitating(Duration::from_secs(1));
    let (line, doorman) = open_for(line_settings(), doorman).await;
    let mut peer = Peer::calling(line.local_addr()).await;
    peer.request("INVITE", &audio()).await;
    assert_eq!(peer.any().await.name(), "180 INVITE");
    peer.request("CANCEL", "").await;
    let mut answers = [peer.next().await.name(), peer.next().await.name()];
    answers.sort();
    assert_eq!(answers, ["200 CANCEL", "487 INVITE"]);
    peer.request("ACK", "").await;
    free(&line).await;
    assert_eq!(doorman.rang().len(), 1);
    // The house had begun to take it, and hears how it ended.
    let (_, outcome) = doorman.ended().await;
    assert_eq!(outcome.failure.map(ferrofax::failure::Failure::number), Some(35));
}

#[tokio::test]
async fn a_second_invite_before_the_answer_to_the_first_is_told_to_wait() {
    let doorman = Doorman::hesitating(Duration::from_millis(500));
    let (line, _doorman) = open_for(line_settings(), doorman).await;
    let mut peer = Peer::calling(line.local_addr()).await;
    peer.request("INVITE", &audio()).await;
    let ringing = peer.any().await;
    peer.remote(&ringing);
    peer.request("INVITE", &image()).await;
    let refused = peer.expect("500 INVITE").await;
    assert_eq!(refused.header("Retry-After"), "2");
    peer.expect("200 INVITE").await;
}

/// A refresh, with or without a description, as INVITE or UPDATE, is answered with the description
/// that stands, and the fax goes on.
#[tokio::test]
async fn a_refresh_leaves_the_fax_alone() {
    let (line, doorman) = open(line_settings()).await;
    let mut peer = Peer::calling(line.local_addr()).await;
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let image = sdp(1, &[&format!("image {}", socket.local_addr().unwrap().port())], &[]);
    let standing = peer.call(&image).await;
    let pages = [page(2000), page(2000)];
    let mut fax = Fax::new(Role::Caller, socket, standing.udptl(), &pages);
    let started = |event: &Event| matches!(event, Event::PageStarted { .. });
    fax.run_until(started).await;
    assert_eq!(peer.reinvite(&image).await.body(), standing.body());
    fax.run_until(started).await;
    peer.request("INVITE", "").await;
    assert_eq!(peer.expect("200 INVITE").await.body(), standing.body());
    peer.request("ACK", &image).await;
    for (offer, answer) in [(image.as_str(), standing.body()), ("", "")] {
        peer.request("UPDATE", offer).await;
        assert_eq!(peer.expect("200 UPDATE").await.body(), answer);
    }
    fax.run_until(|_| false).await;
    // The end: back to audio, as some gateways do it before they hang up.
    let (desk, outcome) = doorman.ended().await;
    assert_eq!(outcome.failure, None, "{:#?}", desk.seen().events);
    assert_eq!(desk.seen().received, pages);
    peer.take_bye().await;
    free(&line).await;
}

#[tokio::test]
async fn back_to_audio_after_the_fax_is_accepted_and_the_call_hung_up() {
    let (line, doorman) = open(line_settings()).await;
    let mut peer = Peer::calling(line.local_addr()).await;
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let image = sdp(1, &[&format!("image {}", socket.local_addr().unwrap().port())], &[]);
    let answer = peer.call(&image).await;
    let pages = [page(100)];
    let mut fax = Fax::new(Role::Caller, socket, answer.udptl(), &pages);
    fax.run_until(|event| matches!(event, Event::PageConfirmed { .. })).await;
    let answer = peer.reinvite(&audio()).await;
    assert_eq!(kinds(&answer), ["audio"]);
    peer.take_bye().await;
    let (desk, outcome) = doorman.ended().await;
    assert_eq!(outcome.failure, None, "{:#?}", desk.seen().events);
    free(&line).await;
}

/// A far end that hangs up in each phase of T.30; what was confirmed stays.
#[tokio::test]
async fn a_far_end_may_hang_up_in_each_phase() {
    for (last, confirmed) in [
        (Event::Phase(Phase::B), 0),
        (Event::Phase(Phase::C), 0),
        (Event::Phase(Phase::D), 0),
        (Event::PageConfirmed { index: 0 }, 1),
    ] {
        let (line, doorman) = open(line_settings()).await;
        let mut peer = Peer::calling(line.local_addr()).await;
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let image = sdp(1, &[&format!("image {}", socket.local_addr().unwrap().port())], &[]);
        let answer = peer.call(&image).await;
        let pages = [page(500), page(500)];
        let mut fax = Fax::new(Role::Caller, socket, answer.udptl(), &pages);
        fax.run_until(|event| *event == last).await;
        peer.request("BYE", "").await;
        peer.expect("200 BYE").await;
        let (_, outcome) = doorman.ended().await;
        assert!(outcome.failure.is_some(), "{last:?}: {outcome:?}");
        let report = outcome.report.unwrap_or_else(|| panic!("{last:?}: T.30 says how it ended"));
        assert_eq!(report.pages, confirmed, "{last:?}");
        free(&line).await;
    }
}

#[tokio::test]
async fn requests_without_a_dialog_are_answered() {
    let (line, doorman) = open(line_settings()).await;
    let mut peer = Peer::calling(line.local_addr()).await;
    peer.request("OPTIONS", "").await;
    let options = peer.expect("200 OPTIONS").await;
    assert!(options.header("Allow").contains("INVITE"));
    assert_eq!(options.header("Accept"), "application/sdp");
    peer.request("REGISTER", "").await;
    peer.expect("405 REGISTER").await;
    peer.request("BYE", "").await;
    peer.expect("481 BYE").await;
    peer.invite_with("Require: 100rel", &audio()).await;
    let refused = peer.expect("420 INVITE").await;
    assert_eq!(refused.header("Unsupported"), "100rel");
    peer.request("ACK", "").await;
    peer.call(&audio()).await;
    peer.request("INFO", "").await;
    peer.expect("405 INFO").await;
    peer.request("OPTIONS", "").await;
    peer.expect("200 OPTIONS").await;
    peer.request("BYE", "").await;
    peer.expect("200 BYE").await;
    peer.request("BYE", "").await;
    peer.expect("481 BYE").await;
    doorman.ended().await;
}

#[tokio::test]
async fn of_many_calls_at_once_only_as_many_are_taken_as_there_are_channels() {
    let (line, doorman) = open(LineSettings { channels: 2, ..line_settings() }).await;
    let mut peers = Vec::new();
    for _ in 0..10 {
        let mut peer = Peer::calling(line.local_addr()).await;
        peer.request("INVITE", &image()).await;
        peers.push(peer);
    }
    let mut taken = 0;
    for peer in &mut peers {
        let answer = peer.next().await;
        peer.remote(&answer);
        peer.request("ACK", "").await;
        if answer.name() == "200 INVITE" {
            taken += 1;
            peer.request("BYE", "").await;
            peer.expect("200 BYE").await;
        } else {
            assert_eq!(answer.name(), "486 INVITE");
        }
    }
    assert!(taken >= 2, "{taken} calls were taken");
    assert_eq!(doorman.rang().len(), taken);
    free(&line).await;
}

/// More calls than the house can think about at once are refused before anybody is asked.
#[tokio::test]
async fn calls_that_wait_for_the_house_are_bounded() {
    let doorman = Doorman::hesitating(Duration::from_secs(2));
    let settings = LineSettings { channels: 1000, ..line_settings() };
    let (line, doorman) = open_for(settings, doorman).await;
    let mut peers = Vec::new();
    for _ in 0..MAX_UNDECIDED {
        let mut peer = Peer::calling(line.local_addr()).await;
        peer.request("INVITE", &image()).await;
        assert_eq!(peer.any().await.name(), "180 INVITE");
        peers.push(peer);
    }
    refused(&line, &image(), "480").await;
    assert_eq!(doorman.rang().len(), MAX_UNDECIDED);
}

/// A CANCEL that crosses the answer takes nothing back. RFC 3261 9.2.
#[tokio::test]
async fn a_cancel_after_the_answer_changes_nothing() {
    let number = call(async |mut peer| {
        peer.request("INVITE", &image()).await;
        let answer = peer.expect("200 INVITE").await;
        peer.request("CANCEL", "").await;
        peer.expect("200 CANCEL").await;
        peer.remote(&answer);
        peer.request("ACK", "").await;
        peer.quiet(Duration::from_millis(200)).await;
        peer.request("BYE", "").await;
        peer.expect("200 BYE").await;
    });
    assert_eq!(number.await, 35);
}

/// What this end does not understand is refused lawfully, and the call goes on. RFC 3261 8.2.1.
#[tokio::test]
async fn foreign_methods_in_a_call_are_refused_and_end_nothing() {
    let number = call(async |mut peer| {
        peer.call(&image()).await;
        for method in ["INFO", "MESSAGE", "PRACK", "SUBSCRIBE", "REFER", "NOTIFY", "REGISTER"] {
            peer.request(method, "").await;
            let refused = peer.expect(&format!("405 {method}")).await;
            assert!(refused.header("Allow").contains("UPDATE"), "{method}");
        }
        peer.request("OPTIONS", "").await;
        peer.expect("200 OPTIONS").await;
        peer.request("BYE", "").await;
        peer.expect("200 BYE").await;
    });
    assert_eq!(number.await, 35);
}

/// No dialog stays, and each media port can be had again.
#[tokio::test]
async fn many_calls_leave_nothing_behind() {
    let (line, doorman) = open(line_settings()).await;
    for round in 0..30 {
        let mut peer = Peer::calling(line.local_addr()).await;
        let offer = if round % 2 == 0 { sdp(1, &["audio 4000"], &["inactive"]) } else { image() };
        let answer = peer.call(&offer).await;
        peer.request("BYE", "").await;
        peer.expect("200 BYE").await;
        doorman.ended().await;
        free(&line).await;
        for (_, port) in answer.streams() {
            UdpSocket::bind(("127.0.0.1", port)).await.unwrap();
        }
    }
    let address = line.local_addr();
    drop(line);
    let closed = async {
        while UdpSocket::bind(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), closed).await.expect("the SIP port is free");
}

fn kinds(message: &Message) -> Vec<&str> {
    message.streams().into_iter().map(|(kind, _)| kind).collect()
}

/// The version of the description in `message`. RFC 4566 5.2.
fn version(message: &Message) -> u64 {
    let origin = message.body().lines().find(|line| line.starts_with("o=")).unwrap();
    origin.split(' ').nth(2).unwrap().parse().unwrap()
}
