//! What a start makes of what the last run left in the middle.

use super::{Fixture, TRUNK, order, pages, received};
use crate::failure::Failure;
use crate::queue::{Action, JobState};
use crate::store::{AttemptReport, Ending, Job, JobId, Listing, Recovered};

const LOST: Failure = Failure::Call(g3::Failure::Internal);

/// A send job of three pages on a line, with so many pages confirmed.
async fn sending(confirmed: u32) -> (Fixture, JobId) {
    let fixture = Fixture::new().await;
    let id = fixture.store.submit(order("5550199"), pages(3), None).await.unwrap().job;
    fixture.store.begin_attempt(id, TRUNK).await.unwrap().unwrap();
    for page in 1..=confirmed {
        fixture.store.confirmed(id, page).await.unwrap();
    }
    (fixture, id)
}

async fn after_loss(fixture: Fixture, id: JobId) -> (Fixture, Job, Recovered) {
    let fixture = fixture.restart().await;
    let recovered = fixture.store.recover().await.unwrap();
    let job = fixture.store.job(id).await.unwrap();
    assert_eq!(fixture.store.recover().await.unwrap(), Recovered::default());
    (fixture, job, recovered)
}

#[tokio::test]
async fn a_broken_call_goes_on_at_the_first_unconfirmed_page() {
    let (fixture, id) = sending(2).await;
    let (fixture, job, recovered) = after_loss(fixture, id).await;
    assert_eq!(recovered, Recovered { resumed: 1, ..Recovered::default() });
    assert_eq!((job.state, job.pages_confirmed, job.attempts), (JobState::Pending, 2, 0));
    let begun = fixture.store.begin_attempt(id, TRUNK).await.unwrap().unwrap();
    assert_eq!((begun.attempt, begun.pages.len()), (2, 1));
    let broken = &fixture.store.attempts(id).await.unwrap()[0];
    assert!(broken.broken && !broken.uncertain && broken.pages == 2);
}

#[tokio::test]
async fn after_the_last_page_was_asked_for_nobody_knows() {
    let (fixture, id) = sending(2).await;
    fixture.store.open_window(id).await.unwrap();
    let (_fixture, job, recovered) = after_loss(fixture, id).await;
    assert_eq!(recovered, Recovered { uncertain: 1, ..Recovered::default() });
    assert_eq!((job.state, job.left_seq), (JobState::Uncertain, None));
}

#[tokio::test]
async fn a_denied_last_page_is_not_uncertain() {
    let (fixture, id) = sending(2).await;
    fixture.store.open_window(id).await.unwrap();
    fixture.store.close_window(id).await.unwrap();
    let (_fixture, job, _) = after_loss(fixture, id).await;
    assert_eq!(job.state, JobState::Pending);
}

#[tokio::test]
async fn a_recorded_confirmation_is_sent() {
    let (fixture, id) = sending(2).await;
    fixture.store.open_window(id).await.unwrap();
    fixture.store.confirmed(id, 3).await.unwrap();
    let (_fixture, job, recovered) = after_loss(fixture, id).await;
    assert_eq!(recovered, Recovered { sent: 1, ..Recovered::default() });
    assert_eq!((job.state, job.left_seq.is_some()), (JobState::Sent, true));
}

#[tokio::test]
async fn a_cancelled_call_stays_cancelled() {
    let (fixture, id) = sending(1).await;
    fixture.store.act(id, Action::Cancel).await.unwrap();
    let (_fixture, job, recovered) = after_loss(fixture, id).await;
    assert_eq!(recovered, Recovered { ended: 1, ..Recovered::default() });
    assert_eq!((job.state, job.left_seq.is_some()), (JobState::Canceled, true));
}

#[tokio::test]
async fn who_cancels_after_the_last_page_was_asked_for_is_obeyed_too() {
    let (fixture, id) = sending(2).await;
    fixture.store.open_window(id).await.unwrap();
    fixture.store.act(id, Action::Cancel).await.unwrap();
    let (fixture, job, _) = after_loss(fixture, id).await;
    assert_eq!((job.state, job.left_seq.is_some()), (JobState::Canceled, true));
    assert!(fixture.store.attempts(id).await.unwrap()[0].uncertain);
}

#[tokio::test]
async fn a_cancel_while_the_end_of_a_call_is_decided_is_not_lost() {
    let (fixture, id) = sending(1).await;
    let store = &fixture.store;
    store.act(id, Action::Cancel).await.unwrap();
    let again = Ending::Retry { due_us: 0, failure: Failure::Busy };
    store.end_attempt(id, 1, &AttemptReport::default(), again).await.unwrap();
    let job = store.job(id).await.unwrap();
    assert_eq!((job.state, job.left_seq.is_some()), (JobState::Canceled, true));
    // What has left the queue is not called back because its pages are damaged.
    store.give_up(id).await.unwrap();
    assert_eq!(store.job(id).await.unwrap(), job);
}

#[tokio::test]
async fn a_call_that_a_stopping_server_ended_leaves_no_mark_on_its_job() {
    let (fixture, id) = sending(1).await;
    let store = &fixture.store;
    let stopped = Failure::Call(g3::Failure::Cancelled);
    let again = Ending::Retry { due_us: 0, failure: stopped };
    store.end_attempt(id, 1, &AttemptReport::default(), again).await.unwrap();
    let job = store.job(id).await.unwrap();
    assert_eq!((job.state, job.failure, job.attempts), (JobState::Pending, None, 0));
}

#[tokio::test]
async fn a_job_in_whose_calls_the_server_always_dies_is_given_up() {
    let (mut fixture, id) = sending(0).await;
    for _ in 0..4 {
        let (next, job, _) = after_loss(fixture, id).await;
        assert_eq!(job.state, JobState::Pending);
        next.store.begin_attempt(id, TRUNK).await.unwrap().unwrap();
        fixture = next;
    }
    let (_fixture, job, _) = after_loss(fixture, id).await;
    assert_eq!((job.state, job.failure), (JobState::Failed, Some(LOST)));
}

#[tokio::test]
async fn received_pages_are_kept_whole() {
    let fixture = Fixture::new().await;
    let id = fixture.store.begin_receive(TRUNK, "5550111", "5550100").await.unwrap().job.id;
    for index in 0..2 {
        fixture.store.receive_page(id, &received(index)).await.unwrap();
    }
    // The file of a page whose row was never written.
    std::fs::write(fixture.folder.path().join("pages/1/0003.tif"), "half").unwrap();
    std::fs::write(fixture.folder.path().join("pages/1/0003.tif#1"), "half").unwrap();
    let (fixture, job, recovered) = after_loss(fixture, id).await;
    assert_eq!(recovered, Recovered { kept: 1, ..Recovered::default() });
    assert_eq!((job.state, job.pages, job.failure), (JobState::ReceiveFailed, 2, Some(LOST)));
    let inbox = fixture.store.jobs(Listing::Inbox, None, 10).await.unwrap();
    assert_eq!(inbox.jobs.len(), 1);
    let tiff = std::fs::read(fixture.folder.path().join("inbox/1.tif")).unwrap();
    assert_eq!(t4::tiff::read(&tiff).unwrap().len(), 2);
    let left = std::fs::read_dir(fixture.folder.path().join("pages/1")).unwrap().count();
    assert_eq!(left, 2);
}

#[tokio::test]
async fn a_call_that_brought_nothing_leaves_the_queue() {
    let fixture = Fixture::new().await;
    let id = fixture.store.begin_receive(TRUNK, "", "").await.unwrap().job.id;
    let (fixture, job, recovered) = after_loss(fixture, id).await;
    assert_eq!(recovered, Recovered { empty: 1, ..Recovered::default() });
    assert!(job.left_seq.is_some());
    let inbox = fixture.store.jobs(Listing::Inbox, None, 10).await.unwrap();
    assert_eq!(inbox.count, 0);
}

#[tokio::test]
async fn a_received_fax_lies_in_the_inbox() {
    let fixture = Fixture::new().await;
    let begun = fixture.store.begin_receive(TRUNK, "5550111", "5550100").await.unwrap();
    let id = begun.job.id;
    fixture.store.remote(id, "FAR END").await.unwrap();
    fixture.store.receive_page(id, &received(0)).await.unwrap();
    fixture.store.end_receive(id, begun.attempt, &AttemptReport::default()).await.unwrap();
    let fixture = fixture.restart().await;
    let job = fixture.store.job(id).await.unwrap();
    assert_eq!(
        (job.state, job.tsid.as_str(), job.caller.as_str()),
        (JobState::Received, "FAR END", "5550111")
    );
    assert_eq!(fixture.store.jobs(Listing::Inbox, None, 10).await.unwrap().jobs, [job]);
    assert_eq!(
        fixture.store.jobs(Listing::Visible { as_of: None }, None, 10).await.unwrap().count,
        0
    );
    assert_eq!(t4::tiff::read(&fixture.store.tiff(id).await.unwrap()).unwrap().len(), 1);
}
