//! A server that is lost again and again, anywhere, and what its clients and far ends see of it.
//!
//! Every operation of the store may be dropped after any of its steps, as a kill would; then the
//! folder is opened anew. A model keeps what the submitters were told and what the far ends have.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use super::{Fixture, TRUNK, order, page, pages, received};
use crate::queue::JobState;
use crate::store::{AttemptReport, Ending, Idempotency, JobId, Listing, Store};

/// Pages of every fax.
const PAGES: u32 = 3;

/// Runs of the simulation.
const SEEDS: u64 = 8;

/// Things that happen in one run.
const STEPS: u32 = 12;

/// One operation in so many is not survived.
const LOSS: u64 = 8;

/// The operation was not survived.
#[derive(Debug)]
struct Lost;

#[derive(Debug)]
struct World {
    seed: u64,
    random: u64,
    /// Jobs that their submitters know, by key.
    accepted: BTreeMap<u32, JobId>,
    /// How often a far end has taken a whole fax.
    delivered: BTreeMap<JobId, u32>,
    /// Pages that a far end was told to be safe, by receive job.
    confirmed_to: BTreeMap<JobId, u32>,
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            seed,
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            accepted: BTreeMap::new(),
            delivered: BTreeMap::new(),
            confirmed_to: BTreeMap::new(),
        }
    }

    /// A number below `bound`. Xorshift.
    fn draw(&mut self, bound: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % bound
    }

    /// Runs an operation to its end, or drops it somewhere on the way.
    async fn survive<T>(
        &mut self,
        operation: impl Future<Output = crate::store::Result<T>>,
    ) -> Result<T, Lost> {
        let mut steps = if self.draw(LOSS) == 0 { self.draw(12) } else { u64::MAX };
        let mut operation = pin!(operation);
        let seed = self.seed;
        poll_fn(move |context| {
            if steps == 0 {
                return Poll::Ready(Err(Lost));
            }
            steps -= 1;
            let done = operation.as_mut().poll(context);
            done.map(|result| Ok(result.unwrap_or_else(|error| panic!("seed {seed}: {error}"))))
        })
        .await
    }

    async fn submit(&mut self, store: &Store, key: u32) -> Result<(), Lost> {
        let idempotency = Idempotency { key: key.to_string(), fingerprint: "the same".to_owned() };
        let submission = store.submit(order("5550199"), pages(PAGES), Some(idempotency));
        let submitted = self.survive(submission).await?;
        self.accepted.insert(key, submitted.job);
        Ok(())
    }

    /// One call for the first job that waits. The far end takes what it gets.
    async fn send(&mut self, store: &Store) -> Result<(), Lost> {
        let Some(job) = store.due(1, false).await.expect("the queue").into_iter().next() else {
            return Ok(());
        };
        let Some(begun) = self.survive(store.begin_attempt(job.id, TRUNK)).await? else {
            return Ok(());
        };
        for index in begun.job.pages_confirmed..PAGES {
            let sent = store.page(job.id, index).await.expect("a page to send");
            assert_eq!(sent, page(index), "seed {}", self.seed);
            if index + 1 == PAGES {
                self.survive(store.open_window(job.id)).await?;
                *self.delivered.entry(job.id).or_default() += 1;
            }
            self.survive(store.confirmed(job.id, index + 1)).await?;
        }
        let report = AttemptReport::default();
        self.survive(store.end_attempt(job.id, begun.attempt, &report, Ending::Sent)).await
    }

    async fn receive(&mut self, store: &Store) -> Result<(), Lost> {
        let begun = self.survive(store.begin_receive(TRUNK, "", "")).await?;
        let id = begun.job.id;
        for index in 0..PAGES {
            self.survive(store.receive_page(id, &received(index))).await?;
            self.confirmed_to.insert(id, index + 1);
        }
        let report = AttemptReport::default();
        self.survive(store.end_receive(id, begun.attempt, &report)).await
    }

    /// What must hold after every start.
    async fn check(&self, store: &Store) {
        let seed = self.seed;
        for id in self.accepted.values() {
            let job = store.job(*id).await.unwrap_or_else(|e| panic!("seed {seed}: lost: {e}"));
            assert_eq!(job.pages, PAGES, "seed {seed}: {job:?}");
            for index in 0..PAGES {
                let stored = store.page(*id, index).await;
                assert_eq!(stored.expect("its page"), page(index), "seed {seed}: {job:?}");
            }
        }
        let all = store.jobs(Listing::All, None, 500).await.expect("all jobs");
        for job in &all.jobs {
            let delivered = self.delivered.get(&job.id).copied().unwrap_or(0);
            match job.state {
                JobState::Sent => assert_eq!(delivered, 1, "seed {seed}: {job:?}"),
                JobState::Uncertain => assert!(delivered <= 1, "seed {seed}: {job:?}"),
                JobState::Pending => assert_eq!(delivered, 0, "seed {seed}: {job:?}"),
                JobState::Received | JobState::ReceiveFailed => {
                    let safe = self.confirmed_to.get(&job.id).copied().unwrap_or(0);
                    assert!(job.pages >= safe, "seed {seed}: {job:?}");
                    for index in 0..job.pages {
                        let stored = store.page(job.id, index).await;
                        assert_eq!(stored.expect("whole"), page(index), "seed {seed}: {job:?}");
                    }
                }
                state => panic!("seed {seed}: a job is {state} after a start"),
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_lost_and_nothing_sent_twice() {
    let mut losses = 0;
    for seed in 0..SEEDS {
        let mut world = World::new(seed);
        let mut fixture = Fixture::new().await;
        for key in 0..STEPS {
            // A submitter who got no answer asks again with his key.
            loop {
                let survived = match world.draw(3) {
                    0 => world.receive(&fixture.store).await,
                    1 => world.send(&fixture.store).await,
                    _ => world.submit(&fixture.store, key).await,
                };
                if survived.is_err() {
                    losses += 1;
                    fixture = fixture.restart().await;
                    fixture.store.recover().await.expect("a start");
                    world.check(&fixture.store).await;
                }
                if world.accepted.contains_key(&key) {
                    break;
                }
            }
        }
        while !fixture.store.due(1, false).await.expect("the queue").is_empty() {
            if world.send(&fixture.store).await.is_err() {
                fixture = fixture.restart().await;
                fixture.store.recover().await.expect("a start");
            }
        }
        world.check(&fixture.store).await;
        let all = fixture.store.jobs(Listing::All, None, 500).await.expect("all jobs");
        let sends = all.jobs.iter().filter(|j| j.direction == crate::queue::Direction::Send);
        assert_eq!(sends.count(), world.accepted.len(), "seed {seed}: one job for each key");
    }
    assert!(losses > SEEDS, "{losses} losses are too few to prove anything");
}
