//! Calls of a line in which a fax runs, and what may happen to it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use ferrofax::line::sip::LineSettings;
use ferrofax::line::sip::negotiation::Kind;
use ferrofax::line::{CallOutcome, DialRequest, Dialer};
use g3::{Event, Phase, Role};
use tokio::net::UdpSocket;

use crate::fax::Fax;
use crate::house::{Desk, Doorman, free, open, open_for, page, request, send, settings};
use crate::peer::{Peer, sdp};

fn with_t38(peer: std::net::SocketAddr) -> LineSettings {
    LineSettings { first: Kind::Image, ..settings("line", peer) }
}

/// A line sends two pages to a far end that does as told until `last` has happened to it, and then
/// hangs up.
async fn hung_up_after(last: Event) -> (Desk, CallOutcome) {
    let mut peer = Peer::bind().await;
    let (line, _) = open(with_t38(peer.addr())).await;
    let desk = Desk::with_pages(&[page(500), page(500)]);
    let script = async {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let invite = peer.take_call(&sdp(1, &[&format!("image {port}")], &[])).await;
        let mut fax = Fax::new(Role::Answerer, socket, invite.udptl(), &[]);
        fax.run_until(|event| *event == last).await;
        peer.request("BYE", "").await;
        peer.expect("200 BYE").await;
    };
    let (outcome, ()) = tokio::join!(send(&line, &desk), script);
    free(&line).await;
    (desk, outcome)
}

#[tokio::test]
async fn a_receiver_may_hang_up_in_each_phase() {
    for (last, pages) in [
        (Event::Phase(Phase::B), 0),
        (Event::Phase(Phase::C), 0),
        (Event::Phase(Phase::D), 0),
        (Event::PageConfirmed { index: 0 }, 1),
    ] {
        let (desk, outcome) = hung_up_after(last.clone()).await;
        assert!(outcome.failure.is_some(), "{last:?}: {outcome:?}");
        let report = outcome.report.unwrap_or_else(|| panic!("{last:?}: T.30 says how it ended"));
        // What is said in the last moment may or may not arrive.
        assert!(report.pages <= pages, "{last:?}: {report:?}");
        assert!(!desk.seen().last_confirm, "{last:?}");
    }
}

/// The user stops a call in a page: the far end is told by DCN, and then by BYE.
#[tokio::test]
async fn a_call_is_cancelled_in_a_page() {
    let (there, doorman) = open(settings("there", "127.0.0.1:9".parse().unwrap())).await;
    let (here, _) = open(with_t38(there.local_addr())).await;
    let desk = Desk::with_pages(&[page(3000)]);
    let stop = async {
        let in_page = |events: &[String]| events.iter().any(|event| event.contains("PageStarted"));
        while !in_page(&desk.seen().events) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        desk.cancel.cancel();
    };
    let (outcome, ()) = tokio::join!(send(&here, &desk), stop);
    assert_eq!(outcome.failure.map(ferrofax::failure::Failure::number), Some(11));
    let (_, received) = doorman.ended().await;
    assert!(received.failure.is_some());
    free(&here).await;
    free(&there).await;
}

/// A store that is slow holds the confirmation back and nothing else.
#[tokio::test]
async fn a_slow_house_is_waited_for() {
    let (there, doorman) = open(settings("there", "127.0.0.1:9".parse().unwrap())).await;
    let (here, _) = open(with_t38(there.local_addr())).await;
    let pages = [page(100), page(100)];
    let mut desk = Desk::with_pages(&pages);
    desk.slow = Duration::from_millis(5);
    let outcome = send(&here, &desk).await;
    assert_eq!(outcome.failure, None, "{:#?}", desk.seen().events);
    let (received, outcome) = doorman.ended().await;
    assert_eq!(outcome.failure, None);
    assert_eq!(received.seen().received, pages);
}

/// A page that cannot be stored is not confirmed.
#[tokio::test]
async fn a_page_that_cannot_be_stored_fails_at_both_ends() {
    let nobody = "127.0.0.1:9".parse().unwrap();
    let (there, doorman) = open_for(settings("there", nobody), Doorman::full()).await;
    let (here, _) = open(with_t38(there.local_addr())).await;
    let desk = Desk::with_pages(&[page(100)]);
    let sent = send(&here, &desk).await;
    assert!(sent.failure.is_some());
    assert_eq!(sent.report.map(|report| report.pages), Some(0));
    let (_, received) = doorman.ended().await;
    assert_eq!(received.failure.map(ferrofax::failure::Failure::number), Some(63));
}

/// What must be written down before the last page is asked about cannot be: so it is not asked.
#[tokio::test]
async fn without_a_record_the_last_page_is_not_asked_about() {
    let (there, doorman) = open(settings("there", "127.0.0.1:9".parse().unwrap())).await;
    let (here, _) = open(with_t38(there.local_addr())).await;
    let desk = Desk::with_pages(&[page(100)]);
    desk.broken.store(true, Ordering::Relaxed);
    let sent = send(&here, &desk).await;
    assert!(sent.failure.is_some());
    assert_eq!(sent.report.map(|report| (report.pages, report.uncertain)), Some((0, false)));
    let (received, _) = doorman.ended().await;
    assert_eq!(received.seen().received, []);
}

#[tokio::test]
async fn a_page_that_cannot_be_read_ends_the_call() {
    let (there, _doorman) = open(settings("there", "127.0.0.1:9".parse().unwrap())).await;
    let (here, _) = open(with_t38(there.local_addr())).await;
    let order: DialRequest = request("5550199", &[page(100)]);
    let outcome = here.dial(order, &Desk::default()).await;
    assert_eq!(outcome.failure.map(ferrofax::failure::Failure::number), Some(50));
}

#[tokio::test]
async fn calls_run_side_by_side_and_no_more_than_there_are_channels() {
    let many = |settings| LineSettings { channels: 4, ..settings };
    let (there, doorman) = open(many(settings("there", "127.0.0.1:9".parse().unwrap()))).await;
    let (here, _) = open(many(with_t38(there.local_addr()))).await;
    let desks: Vec<Desk> = (1..=5).map(|number| Desk::with_pages(&[page(number * 50)])).collect();
    let [one, two, three, four, five] = &desks[..] else { unreachable!() };
    let outcomes = tokio::join!(
        send(&here, one),
        send(&here, two),
        send(&here, three),
        send(&here, four),
        send(&here, five)
    );
    for outcome in [outcomes.0, outcomes.1, outcomes.2, outcomes.3] {
        assert_eq!(outcome.failure, None);
    }
    assert_eq!(outcomes.4.failure.map(ferrofax::failure::Failure::number), Some(6));
    let mut rows = Vec::new();
    for _ in 0..4 {
        let (desk, _) = doorman.ended().await;
        rows.extend(desk.seen().received.iter().map(|page| page.rows));
    }
    rows.sort_unstable();
    assert_eq!(rows, [50, 100, 150, 200]);
    free(&here).await;
    free(&there).await;
}
