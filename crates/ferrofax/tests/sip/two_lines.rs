//! Two of our own lines.

use ferrofax::line::CallOutcome;
use ferrofax::line::sip::negotiation::Kind;
use ferrofax::line::sip::{LineSettings, SipLine};

use crate::house::{Desk, free, open, page, send, settings};

/// Sends two pages from one line to another, and gives back what each end made of it.
async fn fax(
    caller: impl FnOnce(&mut LineSettings),
    answerer: impl FnOnce(&mut LineSettings),
) -> [(Desk, CallOutcome); 2] {
    let mut there = settings("there", "127.0.0.1:9".parse().unwrap());
    answerer(&mut there);
    let (there, doorman) = open(there).await;
    let mut here = settings("here", there.local_addr());
    caller(&mut here);
    let (here, _) = open(here).await;
    let pages = [page(100), page(200)];
    let desk = Desk::with_pages(&pages);
    let sent = send(&here, &desk).await;
    let sent = (desk, sent);
    let received = doorman.ended().await;
    for (name, (desk, outcome)) in [("sent", &sent), ("received", &received)] {
        assert_eq!(outcome.failure, None, "{name}: {:#?}", desk.seen().events);
        assert_eq!(outcome.report.as_ref().map(|report| report.pages), Some(2), "{name}");
    }
    assert_eq!(received.0.seen().received, pages);
    assert!(sent.0.seen().last_confirm);
    let rang = doorman.rang();
    assert_eq!(rang.len(), 1);
    assert_eq!((rang[0].caller.as_str(), rang[0].called.as_str()), ("+15550100", "5550199"));
    free(&here).await;
    free(&there).await;
    [sent, received]
}

#[tokio::test]
async fn the_answerer_switches_to_t38() {
    fax(|_| (), |_| ()).await;
}

#[tokio::test]
async fn t38_is_in_the_first_invite() {
    fax(|caller| caller.first = Kind::Image, |_| ()).await;
}
