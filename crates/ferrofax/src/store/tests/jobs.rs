//! Queueing, listing, acting.

use super::{Fixture, TRUNK, order, pages};
use crate::queue::JobState;
use crate::store::{Idempotency, JobId, Listing, StoreError};

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
