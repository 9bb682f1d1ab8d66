//! Copies of faxes in folders: received ones where their line says so, sent ones in the archive.
//!
//! A received fax is `routing` until its copy lies there; it is safe in the inbox all the while. The
//! order to archive a sent fax is written down together with the word that it is sent. Both are
//! taken up again by the next start, and a copy that was made already is known by its name and its
//! octets.

mod copy;
mod method;
mod name;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::crash::{self, Point};
use crate::store::{Job, PortId, Result, Store, StoreError};
use copy::Copies;

pub use method::Method;

/// How long a copy that could not be made waits for the next try.
const TRY_EVERY: Duration = Duration::from_secs(60);

/// The longest sleep, so that a copy is late by no more than this whatever is overlooked.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// The wait after the database did not answer.
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// The most copies of a kind in one round.
const ROUND: u32 = 64;

/// A received fax is tried for so many days when unsent ones are kept for ever.
const DAYS_TRIED: u32 = 7;

/// A sent fax is tried for so many days.
const ARCHIVE_DAYS_TRIED: u32 = 30;

const MICROSECONDS_A_DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// Puts copies where they belong.
#[derive(Debug)]
pub struct Delivery {
    store: Store,
    clock: Clock,
    stop: CancellationToken,
    copies: Copies,
}

impl Delivery {
    /// Works on this store until `stop`.
    #[must_use]
    pub fn new(store: Store, clock: Clock, stop: CancellationToken) -> Self {
        Self { store, clock, stop, copies: Copies::default() }
    }

    /// Works until it is stopped.
    pub async fn run(self) {
        let mut news = self.store.watch_events();
        while !self.stop.is_cancelled() {
            news.mark_unchanged();
            let sleep = match self.round().await {
                Ok(sleep) => sleep,
                Err(error) => {
                    tracing::error!(%error, "copies of faxes");
                    AFTER_ERROR
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.clock.sleep(sleep) => {}
                changed = news.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Makes the copies that are due; how long until there may be more to do.
    async fn round(&self) -> Result<Duration> {
        let received = self.store.to_route(ROUND).await?;
        let sent = self.store.to_archive(ROUND).await?;
        let is_full = received.len().max(sent.len()) >= ROUND as usize;
        for job in received {
            if !self.stop.is_cancelled() {
                self.route(&job).await?;
            }
        }
        for job in sent {
            if !self.stop.is_cancelled() {
                self.archive(&job).await?;
            }
        }
        if is_full {
            return Ok(Duration::ZERO);
        }
        let now = self.clock.now_us();
        let until = |due: i64| Duration::from_micros(u64::try_from(due - now).unwrap_or(0));
        Ok(self.store.next_copy_us().await?.map_or(LONGEST_SLEEP, until).min(LONGEST_SLEEP))
    }

    async fn route(&self, job: &Job) -> Result<()> {
        let Some(folder) = self.store.stores_in(job.port).await? else {
            let words = "not stored in a folder: that was switched off meanwhile";
            return self.store.routed(job.id, words).await;
        };
        match self.copy(job, folder.clone()).await? {
            Ok(path) => {
                crash::reached(Point::AfterStored);
                tracing::info!(job = %job.id, path = %path.display(), "a received fax is stored");
                self.store.routed(job.id, &format!("stored as {}", path.display())).await
            }
            Err(why) => {
                let words = format!("not stored in {}: {why}", folder.display());
                let days = self.store.server().await?.dirty_days.unwrap_or(DAYS_TRIED);
                if self.is_over(job.created_us, days) {
                    let words = format!("{words}; given up, the fax is in the inbox");
                    tracing::error!(job = %job.id, "{words}");
                    return self.store.routed(job.id, &words).await;
                }
                let words = format!("{words}; the fax is in the inbox, tried again each minute");
                self.later(job, &words).await
            }
        }
    }

    async fn archive(&self, job: &Job) -> Result<()> {
        let server = self.store.server().await?;
        if !server.archives() {
            let words = "not archived: that was switched off meanwhile";
            return self.store.archived(job.id, words).await;
        }
        let directory = &server.archive_directory;
        let copied = match name::archive(self.store.folder(), directory) {
            Ok(folder) => self.copy(job, folder).await?,
            Err(why) => Err(why),
        };
        match copied {
            Ok(path) => {
                crash::reached(Point::AfterArchived);
                tracing::info!(job = %job.id, path = %path.display(), "a sent fax is archived");
                self.store.archived(job.id, &format!("archived as {}", path.display())).await
            }
            Err(why) => {
                let words = format!("not archived in {directory}: {why}");
                if self.is_over(job.ended_us.unwrap_or(job.created_us), ARCHIVE_DAYS_TRIED) {
                    let words = format!("{words}; given up");
                    tracing::error!(job = %job.id, "{words}");
                    return self.store.archived(job.id, &words).await;
                }
                self.later(job, &format!("{words}; tried again each minute")).await
            }
        }
    }

    /// Puts a copy into a folder; why that is not possible.
    async fn copy(&self, job: &Job, folder: PathBuf) -> Result<Result<PathBuf, String>> {
        let line = match job.port {
            Some(port) => self.line(port).await?,
            None => String::new(),
        };
        let name = name::of_copy(job, &line, self.store.began_us(job.id).await?);
        let fax = match self.store.tiff(job.id).await {
            Ok(fax) => fax,
            Err(error @ StoreError::Database(_)) => return Err(error),
            Err(error) => return Ok(Err(error.to_string())),
        };
        let copied = self.copies.put(folder, name, fax).await;
        Ok(copied.map_err(|error| error.to_string()))
    }

    async fn line(&self, port: PortId) -> Result<String> {
        match self.store.port(port).await {
            Ok(port) => Ok(port.name),
            Err(StoreError::NoPort(_)) => Ok(String::new()),
            Err(error) => Err(error),
        }
    }

    async fn later(&self, job: &Job, words: &str) -> Result<()> {
        if job.delivery == words {
            tracing::debug!(job = %job.id, "{words}");
        } else {
            tracing::warn!(job = %job.id, "{words}");
        }
        let wait_us = i64::try_from(TRY_EVERY.as_micros()).unwrap_or(i64::MAX);
        self.store.copy_later(job, words, self.clock.now_us().saturating_add(wait_us)).await
    }

    fn is_over(&self, since_us: i64, days: u32) -> bool {
        self.clock.now_us().saturating_sub(since_us) >= i64::from(days) * MICROSECONDS_A_DAY
    }
}
