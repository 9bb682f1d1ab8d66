//! What a line holds after many calls: nothing. A process of its own, for it counts descriptors.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

use std::time::Duration;

#[path = "sip/house.rs"]
#[expect(dead_code, reason = "the other tests of lines use what these do not")]
mod house;
#[path = "sip/peer.rs"]
#[expect(dead_code, reason = "the other tests of lines use what these do not")]
mod peer;

use house::{Desk, free, open, send, settings};
use peer::{Peer, sdp};

const CALLS: u32 = 200;

/// Open descriptors of this process, where the system tells.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

fn tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

/// Lets a line start all that it runs all the time.
async fn settled() {
    tokio::time::sleep(Duration::from_millis(200)).await;
}

/// Calls in both directions that are answered, refused, and hung up by either end. The transaction
/// of an answered INVITE of this end stays for 64 T1 to acknowledge late answers: one small task
/// each, and no socket. RFC 6026 7.2.
#[tokio::test]
async fn many_quick_calls_leave_nothing_behind() {
    let mut peer = Peer::bind().await;
    let (line, doorman) = open(settings("line", peer.addr())).await;
    let image = sdp(1, &["image 4002"], &[]);
    settled().await;
    let (tasks_before, descriptors_before) = (tasks(), descriptors());
    for round in 0..CALLS {
        if round % 2 == 0 {
            let mut peer = Peer::calling(line.local_addr()).await;
            peer.call(&image).await;
            peer.request("BYE", "").await;
            peer.expect("200 BYE").await;
            doorman.ended().await;
        } else {
            let desk = Desk::default();
            let answered = async {
                let invite = peer.expect("INVITE").await;
                if round % 4 == 1 {
                    peer.answer(&invite, "486 Busy Here", "").await;
                    peer.expect("ACK").await;
                } else {
                    peer.answer(&invite, "200 OK", &sdp(1, &["audio 4000"], &[])).await;
                    peer.expect("ACK").await;
                    desk.cancel.cancel();
                    peer.take_bye().await;
                }
            };
            tokio::join!(send(&line, &desk), answered);
        }
        free(&line).await;
    }
    assert_eq!(line.dialogs(), 0);
    let waiting = usize::try_from(CALLS / 4).unwrap();
    let over = async {
        while descriptors() > descriptors_before || tasks() > tasks_before + waiting {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let over = tokio::time::timeout(Duration::from_secs(10), over).await;
    let (tasks, descriptors) = (tasks(), descriptors());
    println!("tasks {tasks_before} {tasks}, descriptors {descriptors_before} {descriptors}");
    over.expect("each socket is closed and each task over");
}

/// After 64 T1 and a little no task is left, either.
#[tokio::test]
#[ignore = "needs 40 s"]
async fn every_transaction_ends() {
    let mut peer = Peer::bind().await;
    let (line, _) = open(settings("line", peer.addr())).await;
    settled().await;
    let tasks_before = tasks();
    for _ in 0..20 {
        let desk = Desk::default();
        let answered = async {
            peer.take_call(&sdp(1, &["audio 4000"], &[])).await;
            desk.cancel.cancel();
            peer.take_bye().await;
        };
        tokio::join!(send(&line, &desk), answered);
    }
    tokio::time::sleep(Duration::from_secs(40)).await;
    assert_eq!((line.dialogs(), tasks()), (0, tasks_before));
}
