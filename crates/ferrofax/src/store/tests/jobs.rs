//! Queueing, listing, acting.

use super::{Fixture, TRUNK, order, pages};
use crate::queue::{Action, Direction, JobState, decide};
use crate::store::{Idempotency, Job, JobId, Listing, StoreError};

#[tokio::test]
async fn a_job_comes_back_as_it_was_given() {
    let fixture = Fixture::new().await;
    let id = fixture.store.submit(order("+1 (555) 0199"), pages(3), None).await.unwrap().job;
    assert_eq!(id, JobId(1));
    let fixture = fixture.restart().await;
    let job = fixture.store.job(id).await.unwrap();
    assert_eq!((job.number.as_str(), job.dialled.as_str()), ("+1 (555) 0199", "+15550199"));
    assert_eq!((job.pages, job.pages_confirmed, job.state), (3, 0, JobState::Pending));
    assert_eq!(fixture.store.page(id, 2).await.unwrap(), super::page(2));
    assert!(matches!(fixture.store.page(id, 3).await, Err(StoreError::Invalid { .. })));
    assert!(fixture.folder.path().join("pages/1/0003.tif").exists());
    let begun = fixture.store.begin_attempt(id, TRUNK).await.unwrap().unwrap();
    assert_eq!(begun.pages.len(), 3);
    let seen = fixture.store.jobs(Listing::Visible { as_of: None }, None, 10).await.unwrap();
    assert_eq!((seen.count, seen.jobs.len()), (1, 1));
}

#[tokio::test]
async fn twenty_equal_requests_at_once_make_one_job() {
    let fixture = Fixture::new().await;
    let key = Idempotency { key: "once".to_owned(), fingerprint: "same".to_owned() };
    let mut posts = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (store, key) = (fixture.store.clone(), key.clone());
        posts.spawn(async move { store.submit(order("5550199"), pages(1), Some(key)).await });
    }
    let answers: Vec<_> = posts.join_all().await.into_iter().map(|a| a.unwrap()).collect();
    assert!(answers.iter().all(|answer| answer.job == JobId(1)), "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer.fresh).count(), 1);
    let all = fixture.store.jobs(Listing::All, None, 500).await.unwrap();
    assert_eq!(all.count, 1);
    let other = Idempotency { fingerprint: "other".to_owned(), ..key };
    let refused = fixture.store.submit(order("5550199"), pages(1), Some(other)).await;
    assert!(matches!(refused, Err(StoreError::KeyReused(JobId(1)))), "{refused:?}");
}

#[tokio::test]
async fn a_picture_of_the_queue_stays_while_jobs_come_and_go() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    for _ in 0..7 {
        store.submit(order("5550199"), pages(1), None).await.unwrap();
    }
    let first = store.jobs(Listing::Visible { as_of: None }, None, 3).await.unwrap();
    let ids = |page: &crate::store::JobPage| page.jobs.iter().map(|j| j.id.0).collect::<Vec<_>>();
    assert_eq!((ids(&first), first.count), (vec![1, 2, 3], 7));
    // Jobs of every page leave, and others come.
    for id in [1, 4, 7] {
        store.act(JobId(id), Action::Cancel).await.unwrap();
    }
    store.submit(order("5550199"), pages(1), None).await.unwrap();
    let same = Listing::Visible { as_of: Some(first.as_of) };
    let second = store.jobs(same, Some(JobId(3)), 3).await.unwrap();
    assert_eq!((ids(&second), second.count), (vec![4, 5, 6], 7));
    assert_eq!(second.jobs[0].state, JobState::Canceled);
    let third = store.jobs(same, Some(JobId(6)), 3).await.unwrap();
    assert_eq!(ids(&third), [7]);
    for (after, skip, passed) in [
        (None, 0, None),
        (None, 1, Some(1)),
        (None, 5, Some(5)),
        (Some(3), 0, Some(3)),
        (Some(3), 2, Some(5)),
        (None, 7, Some(7)),
        (None, 8, None),
        (Some(7), 1, None),
    ] {
        let found = store.passed_over(first.as_of, after.map(JobId), skip).await.unwrap();
        assert_eq!(found, passed.map(JobId), "{after:?} {skip}");
    }
    let again = store.jobs(same, None, 3).await.unwrap();
    assert_eq!(ids(&again), [1, 2, 3]);
    let now = store.jobs(Listing::Visible { as_of: None }, None, 500).await.unwrap();
    assert_eq!((ids(&now), now.count), (vec![2, 3, 5, 6, 8], 5));
    assert_eq!(store.jobs(Listing::All, None, 500).await.unwrap().count, 8);
    // Steps that never were.
    for (as_of, count) in [(i64::MIN, 0), (0, 0), (3, 3), (i64::MAX, 5)] {
        let odd = Listing::Visible { as_of: Some(as_of) };
        assert_eq!(store.jobs(odd, None, 3).await.unwrap().count, count, "{as_of}");
    }
}

#[tokio::test]
async fn a_job_in_a_list_is_the_job_itself() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    let odd = crate::store::NewJob {
        sender_name: "A \"quoted\" \\ n\u{e9}e \u{1f4e0}".to_owned(),
        document: Some(crate::store::DocumentId(i64::MAX)),
        discount: true,
        ..order("+1 (555) 0199")
    };
    for _ in 0..3 {
        store.submit(odd.clone(), pages(2), None).await.unwrap();
    }
    store.begin_attempt(JobId(2), TRUNK).await.unwrap().unwrap();
    store.act(JobId(3), Action::Cancel).await.unwrap();
    store.begin_receive(TRUNK, "555", "556").await.unwrap();
    let listed = store.jobs(Listing::All, None, 10).await.unwrap().jobs;
    assert_eq!(listed.len(), 4);
    for job in listed {
        assert_eq!(job, store.job(job.id).await.unwrap());
    }
}

#[tokio::test]
async fn what_a_person_may_order_in_each_state() {
    use Action::{Cancel, Pause, Restart, Resume};
    use Direction::{Receive, Send};
    const AGAIN: Action = Restart { may_duplicate: false };
    const RISK: Action = Restart { may_duplicate: true };
    // state, held: pause, resume, restart, restart at risk, cancel
    let table = "
        send    pending        0  hold    -       -       -       remove
        send    pending        1  nothing release -       -       remove
        send    active         0  hold    -       -       -       abort
        send    active         1  nothing release -       -       abort
        send    failed         0  -       -       requeue requeue remove
        send    uncertain      0  -       -       -       requeue remove
        send    sent           0  -       -       -       -       -
        send    canceled       0  -       -       -       -       -
        receive active         0  -       -       -       -       abort
        receive routing        0  -       -       -       -       keep
        receive received       0  -       -       -       -       -
        receive receive_failed 0  -       -       -       -       remove";
    let fixture = Fixture::new().await;
    let id = fixture.store.submit(order("5550199"), pages(1), None).await.unwrap().job;
    let plain = fixture.store.job(id).await.unwrap();
    for line in table.trim().lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let [direction, state, held, expected @ ..] = &words[..] else { panic!("{line}") };
        let state = JobState::from_word(state).unwrap();
        let gone = matches!(state, JobState::Sent | JobState::Canceled | JobState::Received);
        let job = Job {
            direction: if *direction == "send" { Send } else { Receive },
            state,
            held: *held == "1",
            left_seq: gone.then_some(1),
            ..plain.clone()
        };
        for (action, expected) in [Pause, Resume, AGAIN, RISK, Cancel].into_iter().zip(expected) {
            let got = decide(&job, action).map_or("-".to_owned(), |m| format!("{m:?}"));
            assert_eq!(got.to_lowercase(), *expected, "{action:?} on {line}");
        }
    }
}

#[tokio::test]
async fn a_damaged_page_is_put_aside_and_a_damaged_row_passed_over() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    for _ in 0..2 {
        store.submit(order("5550199"), pages(2), None).await.unwrap();
    }
    let file = fixture.folder.path().join("pages/1/0002.tif");
    std::fs::write(&file, b"II\x2a\0garbage").unwrap();
    let error = store.page(JobId(1), 1).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(file.with_file_name("0002.tif.damaged").exists() && !file.exists());
    assert!(store.page(JobId(1), 0).await.is_ok());

    let mut write = store.write().await.unwrap();
    let sql = "UPDATE jobs SET state = 'confused' WHERE id = 1";
    sqlx::query(sql).execute(&mut *write.tx).await.unwrap();
    write.commit().await.unwrap();
    let seen = store.jobs(Listing::Visible { as_of: None }, None, 10).await.unwrap();
    assert_eq!(seen.jobs.iter().map(|job| job.id.0).collect::<Vec<_>>(), [2]);
    assert!(matches!(store.job(JobId(1)).await, Err(StoreError::Damaged { .. })));
}
