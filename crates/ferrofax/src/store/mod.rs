//! Jobs in SQLite, pages as files; durable before success is reported.
//!
//! One [`Store`] serves the whole process. A file is written whole before a row names it; an id
//! whose files are being written stands in `reservations`, so that a crash leaves nothing behind
//! that nobody knows of. What a running call does more often than it is worth a row (octets of the
//! current page) is kept in memory and merged into the answers.

mod actions;
mod blobs;
mod calls;
mod clean;
mod deliver;
mod documents;
mod engine;
mod error;
mod events;
mod folder;
mod jobs;
mod pages;
mod ports;
mod properties;
mod receive;
mod recover;
mod rights;
mod routing;
mod row;
mod server;
mod submit;
mod tags;
#[cfg(test)]
mod tests;
mod tokens;
mod types;
mod write;

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use blobs::Blobs;
use engine::Engine;

pub use calls::{AttemptReport, Begun, Step};
pub use clean::Cleaned;
pub use error::{Result, StoreError};
pub use ports::PortDefaults;
pub use recover::Recovered;
pub use rights::Rights;
pub use routing::{Route, RoutePatch};
pub use server::{ServerProperties, TimeOfDay};
pub use tokens::{Token, Tokens};
pub use types::{
    Attempt, Document, DocumentId, Ending, Event, EventKind, Idempotency, Job, JobId, JobPage,
    Listing, NewDocument, NewJob, Port, PortId, PortPatch, Progress, Setting, Source, Submitted,
    User,
};

/// The most jobs, events or rows of any kind in one answer.
pub const PAGE_LIMIT: u32 = 500;

/// Submissions with one key wait for each other; keys share this many places to wait.
const KEY_LOCKS: usize = 64;

/// The database and the folder beside it.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    engine: Engine,
    blobs: Blobs,
    clock: Clock,
    folder: PathBuf,
    newest_event: watch::Sender<i64>,
    key_locks: Vec<tokio::sync::Mutex<()>>,
    /// Calls that run in this process.
    running: Mutex<HashMap<JobId, Running>>,
    /// Ids whose files are being written by this process.
    reserved: Mutex<HashSet<(clean::Kind, i64)>>,
    /// Jobs are due and no line is free.
    no_line: AtomicBool,
    /// The discount rate holds.
    discount: AtomicBool,
    /// A property changed after which there may be something to clean.
    clean_now: Notify,
    port_defaults: OnceLock<Vec<PortDefaults>>,
    /// Held as long as the store is open: one server works on a folder.
    _lock: File,
}

/// A call that runs in this process.
#[derive(Debug)]
struct Running {
    cancel: CancellationToken,
    octets: u32,
    of: Option<u32>,
}

impl Store {
    /// Opens the data folder, makes it when it is not there, and brings it to the newest schema.
    /// [`Store::recover`] comes next.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Newer`], or when the disk or the database fails.
    pub async fn open(folder: &Path, clock: Clock) -> Result<Self> {
        let (folder, lock) = folder::take(folder)?;
        let engine = Engine::open(&folder.join(folder::DATABASE)).await?;
        let newest: i64 = sqlx::query_scalar("SELECT value FROM counters WHERE name = 'event'")
            .fetch_one(engine.reader())
            .await?;
        let inner = Inner {
            engine,
            blobs: Blobs::open(&folder)?,
            clock,
            folder,
            newest_event: watch::Sender::new(newest),
            key_locks: std::iter::repeat_with(Default::default).take(KEY_LOCKS).collect(),
            running: Mutex::default(),
            reserved: Mutex::default(),
            no_line: AtomicBool::new(false),
            discount: AtomicBool::new(false),
            clean_now: Notify::new(),
            port_defaults: OnceLock::new(),
            _lock: lock,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// Whether the disk has room for something new.
    #[must_use]
    pub fn has_room(&self) -> bool {
        folder::has_room(self.folder())
    }

    fn check_room(&self) -> Result<()> {
        match self.has_room() {
            true => Ok(()),
            false => Err(StoreError::Disk(std::io::ErrorKind::StorageFull.into())),
        }
    }

    /// Says whether jobs that are due wait for a line.
    pub fn set_no_line(&self, no_line: bool) {
        self.inner.no_line.store(no_line, Ordering::Relaxed);
    }

    /// Says whether the discount rate holds.
    pub fn set_discount(&self, holds: bool) {
        self.inner.discount.store(holds, Ordering::Relaxed);
    }

    /// Tells every running call to end because the server stops. Jobs go on at the next start.
    pub fn end_calls(&self) {
        for running in self.running().values() {
            running.cancel.cancel();
        }
    }

    /// Finishes what is being written and closes the database.
    pub async fn close(&self) {
        self.inner.engine.close().await;
    }

    fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    fn newest_event(&self) -> &watch::Sender<i64> {
        &self.inner.newest_event
    }

    fn announce(&self, event: i64) {
        self.inner.newest_event.send_if_modified(|newest| {
            let newer = event > *newest;
            *newest = event.max(*newest);
            newer
        });
    }

    /// The calls of this process. A panic elsewhere leaves the table usable.
    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, Running>> {
        self.inner.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
