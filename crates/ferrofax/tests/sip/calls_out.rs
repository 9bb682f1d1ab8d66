//! Calls of a line to a far end that follows a script.

use std::time::{Duration, Instant};

use ferrofax::line::sip::LineSettings;
use ferrofax::line::sip::negotiation::{CANCEL_ANSWER, Kind};
use ferrofax::line::{CallOutcome, Dialer};

use crate::house::{Desk, free, open, page, request, send, settings};
use crate::peer::{Peer, sdp};

/// One call of a line whose settings `change` changes, to a far end that does what `script` says.
/// Gives back the number of the failure, 0 for none.
async fn call<S: Future<Output = ()> + Send + 'static>(
    change: impl FnOnce(&mut LineSettings),
    script: impl FnOnce(Peer, Desk) -> S,
) -> u16 {
    let peer = Peer::bind().await;
    let mut settings = settings("line", peer.addr());
    change(&mut settings);
    let (line, _) = open(settings).await;
    let desk = Desk::with_pages(&[page(100)]);
    let script = tokio::spawn(script(peer, desk.clone()));
    let CallOutcome { failure, .. } = send(&line, &desk).await;
    script.await.unwrap();
    free(&line).await;
    failure.map_or(0, ferrofax::failure::Failure::number)
}

#[tokio::test]
async fn each_refusal_has_its_failure() {
    for (status, number) in [
        ("486 Busy Here", 1),
        ("600 Busy Everywhere", 1),
        ("480 Temporarily Unavailable", 2),
        ("404 Not Found", 3),
        ("484 Address Incomplete", 3),
        ("403 Forbidden", 4),
        ("603 Decline", 4),
        ("503 Service Unavailable", 5),
        ("500 Server Internal Error", 5),
        ("488 Not Acceptable Here", 9),
        ("415 Unsupported Media Type", 9),
        ("606 Not Acceptable", 9),
    ] {
        let failure = call(
            |_| (),
            |mut peer, _| async move {
                let invite = peer.expect("INVITE").await;
                assert_eq!(invite.streams().len(), 1, "{}", invite.body());
                peer.answer(&invite, status, "").await;
                peer.expect("ACK").await;
            },
        );
        assert_eq!(failure.await, number, "{status}");
    }
}

#[tokio::test]
async fn a_call_that_only_rings_is_taken_back() {
    let failure = call(
        |line| line.ring_timeout = Duration::from_millis(300),
        |mut peer, _| async move {
            let invite = peer.expect("INVITE").await;
            peer.answer(&invite, "180 Ringing", "").await;
            let cancel = peer.expect("CANCEL").await;
            assert_eq!(cancel.header("Via"), invite.header("Via"));
            peer.answer(&cancel, "200 OK", "").await;
            peer.answer(&invite, "487 Request Terminated", "").await;
            peer.expect("ACK").await;
        },
    );
    assert_eq!(failure.await, 2);
}

/// Nobody at all, and one that rings for ever and answers nothing else. In both cases nobody waits
/// much longer than for the rings.
#[tokio::test]
async fn a_far_end_that_never_answers_is_no_answer() {
    let impatient = |line: &mut LineSettings| line.ring_timeout = Duration::from_millis(200);
    let started = Instant::now();
    let silent = call(impatient, |mut peer, _| async move {
        let invite = peer.expect("INVITE").await;
        peer.quiet(Duration::from_millis(300)).await;
        // What comes late is taken back all the same.
        peer.answer(&invite, "180 Ringing", "").await;
        let cancel = peer.expect("CANCEL").await;
        peer.answer(&cancel, "200 OK", "").await;
        peer.answer(&invite, "487 Request Terminated", "").await;
        peer.expect("ACK").await;
    });
    assert_eq!(silent.await, 2);
    let ringing = call(impatient, |mut peer, _| async move {
        let invite = peer.expect("INVITE").await;
        peer.answer(&invite, "180 Ringing", "").await;
        peer.expect("CANCEL").await;
        tokio::time::sleep(CANCEL_ANSWER).await;
        peer.answer(&invite, "487 Request Terminated", "").await;
        peer.expect("ACK").await;
    });
    assert_eq!(ringing.await, 2);
    let bound = Duration::from_secs(30);
    assert!(started.elapsed() < bound, "the end does not wait for timer B. RFC 3261 17.1.1.2");
}

#[tokio::test]
async fn a_cancel_waits_for_the_first_sign_of_life() {
    let failure = call(
        |_| (),
        |mut peer, desk| async move {
            let invite = peer.expect("INVITE").await;
            desk.cancel.cancel();
            peer.quiet(Duration::from_millis(200)).await;
            peer.answer(&invite, "100 Trying", "").await;
            let cancel = peer.expect("CANCEL").await;
            peer.answer(&cancel, "200 OK", "").await;
            peer.answer(&invite, "487 Request Terminated", "").await;
            peer.expect("ACK").await;
        },
    );
    assert_eq!(failure.await, 11);
}

#[tokio::test]
async fn an_answer_that_crosses_the_cancel_is_hung_up() {
    let failure = call(
        |_| (),
        |mut peer, desk| async move {
            let invite = peer.expect("INVITE").await;
            peer.answer(&invite, "180 Ringing", "").await;
            desk.cancel.cancel();
            let cancel = peer.expect("CANCEL").await;
            peer.answer(&invite, "200 OK", &sdp(1, &["audio 4000"], &[])).await;
            peer.answer(&cancel, "481 No Such Call", "").await;
            peer.expect("ACK").await;
            peer.take_bye().await;
        },
    );
    assert_eq!(failure.await, 11);
}

#[tokio::test]
async fn an_answer_without_a_stream_ends_the_call() {
    for (first, answer) in [
        (Kind::Audio, sdp(1, &["audio 0"], &[])),
        (Kind::Audio, String::new()),
        (Kind::Audio, "rubbish".to_owned()),
        (Kind::Image, sdp(1, &["image 0"], &[])),
        (Kind::Image, sdp(1, &["audio 4000"], &[])),
    ] {
        let failure = call(
            |line| line.first = first,
            |mut peer, _| async move {
                peer.take_call(&answer).await;
                peer.take_bye().await;
            },
        );
        assert_eq!(failure.await, 9);
    }
}

#[tokio::test]
async fn a_success_that_is_sent_again_is_acknowledged_again() {
    let failure = call(
        |_| (),
        |mut peer, _| async move {
            let invite = peer.expect("INVITE").await;
            for _ in 0..3 {
                peer.answer(&invite, "200 OK", &sdp(1, &["audio 4000"], &[])).await;
                assert_eq!(peer.any().await.name(), "ACK");
            }
            peer.request("BYE", "").await;
            peer.expect("200 BYE").await;
        },
    );
    assert_eq!(failure.await, 35, "it hung up before the first page");
}

/// The far end refuses in each way there is.
#[tokio::test]
async fn a_switch_that_the_caller_asks_for_and_does_not_get_ends_the_call() {
    let port_0 = sdp(2, &["image 0"], &[]);
    let audio = sdp(2, &["audio 4000"], &[]);
    let answers = [
        ("488 Not Acceptable Here", String::new()),
        ("415 Unsupported Media Type", String::new()),
        ("606 Not Acceptable", String::new()),
        ("200 OK", port_0),
        ("200 OK", audio),
    ];
    let calls = answers.map(|(status, body)| {
        tokio::spawn(call(
            |_| (),
            move |mut peer, _| async move {
                peer.take_call(&sdp(1, &["audio 4000"], &[])).await;
                let switch = peer.expect("INVITE").await;
                assert_eq!(switch.streams().first().map(|(kind, _)| *kind), Some("image"));
                peer.answer(&switch, status, &body).await;
                peer.expect("ACK").await;
                peer.take_bye().await;
            },
        ))
    });
    for call in calls {
        assert_eq!(call.await.unwrap(), 10);
    }
}

#[tokio::test]
async fn the_caller_switches_after_its_time_and_takes_a_bye() {
    let failure = call(
        |_| (),
        |mut peer, _| async move {
            peer.take_call(&sdp(1, &["audio 4000"], &[])).await;
            peer.quiet(Duration::from_millis(400)).await;
            let switch = peer.expect("INVITE").await;
            let attributes = ["T38FaxVersion:0", "T38FaxMaxDatagram:99999999999"];
            peer.answer(&switch, "200 OK", &sdp(2, &["image 4002"], &attributes)).await;
            peer.expect("ACK").await;
            peer.request("BYE", "").await;
            peer.expect("200 BYE").await;
        },
    );
    assert_eq!(failure.await, 35);
}

/// Both ask at once: each gets 491, and the far end, which does not own the Call-ID, asks again
/// first.
#[tokio::test]
async fn two_switches_at_once_are_told_apart() {
    let failure = call(
        |_| (),
        |mut peer, _| async move {
            peer.take_call(&sdp(1, &["audio 4000"], &[])).await;
            let theirs = peer.expect("INVITE").await;
            let offer = sdp(2, &["image 4002"], &[]);
            peer.request("INVITE", &offer).await;
            peer.expect("491 INVITE").await;
            peer.request("ACK", "").await;
            peer.answer(&theirs, "491 Request Pending", "").await;
            peer.expect("ACK").await;
            let answer = peer.reinvite(&offer).await;
            assert_eq!(answer.streams().first().map(|(kind, _)| *kind), Some("image"));
            peer.quiet(Duration::from_millis(500)).await;
            peer.request("BYE", "").await;
            peer.expect("200 BYE").await;
        },
    );
    assert_eq!(failure.await, 35);
}

#[tokio::test]
async fn after_a_collision_the_caller_asks_again() {
    let failure = call(
        |_| (),
        |mut peer, _| async move {
            peer.take_call(&sdp(1, &["audio 4000"], &[])).await;
            let first = peer.expect("INVITE").await;
            peer.answer(&first, "491 Request Pending", "").await;
            peer.expect("ACK").await;
            peer.quiet(Duration::from_millis(2000)).await;
            let second = peer.expect("INVITE").await;
            assert_ne!(first.header("CSeq"), second.header("CSeq"));
            peer.answer(&second, "488 Not Acceptable Here", "").await;
            peer.expect("ACK").await;
            peer.take_bye().await;
        },
    );
    assert_eq!(failure.await, 10);
}

#[tokio::test]
async fn a_far_end_that_answers_and_says_nothing_is_left() {
    let failure = call(
        |line| line.first = Kind::Image,
        |mut peer, _| async move {
            peer.take_call(&sdp(1, &["image 4002"], &[])).await;
            peer.take_bye().await;
        },
    );
    assert_eq!(failure.await, 14, "nothing heard in T1");
}

#[tokio::test]
async fn a_call_that_lasts_too_long_is_ended() {
    let failure = call(
        |line| {
            // In reality 2 s: a call that is set up more slowly than that ends in CANCEL.
            line.call_limit = Duration::from_secs(40);
            line.caller_switch = Duration::from_secs(10);
        },
        |mut peer, _| async move {
            peer.take_call(&sdp(1, &["audio 4000"], &[])).await;
            peer.take_bye().await;
        },
    );
    assert_eq!(failure.await, 12);
}

#[tokio::test]
async fn a_bye_is_sent_again_until_it_is_answered_and_may_cross_another() {
    let failure = call(
        |_| (),
        |mut peer, desk| async move {
            peer.take_call(&sdp(1, &["audio 4000"], &[])).await;
            desk.cancel.cancel();
            let bye = peer.expect("BYE").await;
            assert_eq!(peer.any().await.name(), "BYE", "not answered, so sent again");
            peer.request("BYE", "").await;
            peer.expect("200 BYE").await;
            peer.answer(&bye, "200 OK", "").await;
        },
    );
    assert_eq!(failure.await, 11);
}

/// Two phones ring for one number and both are picked up: the second is told BYE.
#[tokio::test]
async fn a_second_far_end_that_answers_is_hung_up() {
    let failure = call(
        |_| (),
        |mut peer, _| async move {
            let invite = peer.expect("INVITE").await;
            peer.answer(&invite, "200 OK", &sdp(1, &["audio 4000"], &[])).await;
            peer.expect("ACK").await;
            peer.answer_as("fork", &invite, "200 OK", &sdp(1, &["audio 4004"], &[])).await;
            let ack = peer.expect("ACK").await;
            let bye = peer.expect("BYE").await;
            for request in [&ack, &bye] {
                assert!(request.header("To").ends_with(";tag=fork"), "{}", request.header("To"));
            }
            peer.answer(&bye, "200 OK", "").await;
            peer.request("BYE", "").await;
            peer.expect("200 BYE").await;
        },
    );
    assert_eq!(failure.await, 35);
}

/// Whoever places a call and forgets it leaves no call behind: before and after the answer.
#[tokio::test]
async fn a_call_that_is_dropped_is_hung_up() {
    let mut peer = Peer::bind().await;
    let (line, _) = open(settings("line", peer.addr())).await;
    let desk = Desk::default();
    let forgotten = |desk| {
        let call = line.dial(request("5550199", &[]), desk);
        tokio::time::timeout(Duration::from_millis(200), call)
    };
    let (forgot, ()) = tokio::join!(forgotten(&desk), async {
        peer.take_call(&sdp(1, &["audio 4000"], &[])).await;
    });
    assert!(forgot.is_err());
    peer.take_bye().await;
    free(&line).await;
    let (forgot, invite) = tokio::join!(forgotten(&desk), async {
        let invite = peer.expect("INVITE").await;
        peer.answer(&invite, "180 Ringing", "").await;
        invite
    });
    assert!(forgot.is_err());
    let cancel = peer.expect("CANCEL").await;
    peer.answer(&invite, "200 OK", &sdp(1, &["audio 4000"], &[])).await;
    peer.answer(&cancel, "200 OK", "").await;
    peer.expect("ACK").await;
    peer.take_bye().await;
    free(&line).await;
}

/// A BYE at any moment ends the call at once: on the heels of the answer, even before it, and
/// while the switch is asked for.
#[tokio::test]
async fn a_far_end_may_hang_up_at_any_moment() {
    let audio = || sdp(1, &["audio 4000"], &[]);
    let after = call(
        |_| (),
        |mut peer, _| async move {
            let invite = peer.expect("INVITE").await;
            peer.answer(&invite, "200 OK", &audio()).await;
            peer.request("BYE", "").await;
            let mut heard = [peer.next().await.name(), peer.next().await.name()];
            heard.sort();
            assert_eq!(heard, ["200 BYE", "ACK"]);
        },
    );
    let before = call(
        |_| (),
        |mut peer, _| async move {
            let invite = peer.expect("INVITE").await;
            peer.request("BYE", "").await;
            peer.answer(&invite, "200 OK", &audio()).await;
            let mut heard = [peer.next().await.name(), peer.next().await.name()];
            heard.sort();
            assert_eq!(heard, ["200 BYE", "ACK"]);
        },
    );
    let switching = call(
        |_| (),
        |mut peer, _| async move {
            peer.take_call(&audio()).await;
            peer.expect("INVITE").await;
            peer.request("BYE", "").await;
            peer.expect("200 BYE").await;
        },
    );
    let numbers = tokio::join!(after, before, switching);
    assert_eq!(numbers, (35, 35, 10));
}

/// What a Contact says is not followed where no far end can be: the call goes on, and is hung up,
/// where it came from.
#[tokio::test]
async fn a_contact_that_cannot_be_meant_is_not_followed() {
    for host in ["224.0.0.1:5060", "255.255.255.255", "0.0.0.0:5060", "240.0.0.9"] {
        let failure = call(
            |_| (),
            |mut peer, _| async move {
                peer.contact = Some(host.to_owned());
                peer.take_call(&sdp(1, &["audio 4000"], &[])).await;
                let switch = peer.expect("INVITE").await;
                assert!(switch.first_line().contains(host), "{}", switch.first_line());
                peer.answer(&switch, "488 Not Acceptable Here", "").await;
                peer.expect("ACK").await;
                peer.take_bye().await;
            },
        );
        assert_eq!(failure.await, 10, "{host}");
    }
}
