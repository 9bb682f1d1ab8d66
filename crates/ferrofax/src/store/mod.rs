//! Jobs in SQLite, pages as files; durable before success is reported.

mod error;
mod server;
mod types;

use std::path::Path;

use bytes::Bytes;
use t4::Page;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::queue::Action;

pub use error::{Result, StoreError};
pub use server::{ServerProperties, TimeOfDay};
pub use types::{
    Attempt, Document, DocumentId, Ending, Event, EventKind, Idempotency, Job, JobId, JobPage,
    Listing, NewDocument, NewJob, Port, PortId, PortPatch, Progress, Setting, Source, Submitted,
    User,
};

/// The most jobs, events or rows of any kind in one answer.
pub const PAGE_LIMIT: u32 = 500;

/// The database and the folder beside it.
#[derive(Debug, Clone)]
pub struct Store {}

impl Store {
    /// Opens the data folder, makes it when it is not there, and brings it to the newest schema.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn open(_folder: &Path, _clock: Clock) -> Result<Store> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// Keeps an uploaded document; it is on disk when this returns.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn save_document(&self, _document: NewDocument) -> Result<DocumentId> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// A document.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn document(&self, _id: DocumentId) -> Result<Document> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// What was uploaded.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn document_bytes(&self, _id: DocumentId) -> Result<Bytes> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// The job that this key made before, so that nothing has to be rendered again.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn replayed(&self, _user: &str, _key: &Idempotency) -> Result<Option<JobId>> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// Queues a job. It is on disk with its pages when this returns its id.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn submit(
        &self,
        _job: NewJob,
        _pages: Vec<Page>,
        _key: Option<Idempotency>,
    ) -> Result<Submitted> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// A job, whatever became of it.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn job(&self, _id: JobId) -> Result<Job> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// A page of a _listing: up to `limit` jobs (at most [`PAGE_LIMIT`]) whose id comes after `after`.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn jobs(
        &self,
        _listing: Listing,
        _after: Option<JobId>,
        _limit: u32,
    ) -> Result<JobPage> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// Does what a person ordered.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn act(&self, _id: JobId, _action: Action) -> Result<Job> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// Page `index` (from 0) of a job.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn page(&self, _id: JobId, _index: u32) -> Result<Page> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// All pages of a job as one fax TIFF.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn tiff(&self, _id: JobId) -> Result<Bytes> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// The calls of a job, oldest first.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn attempts(&self, _id: JobId) -> Result<Vec<Attempt>> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// The transcript of a call: JSON lines `{"at":12.345,"kind":"frame_sent","text":"DCS ..."}`.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn transcript(&self, _id: JobId, _attempt: u32) -> Result<Bytes> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// What happened after event `id`, oldest first.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn events_after(&self, _id: i64, _limit: u32) -> Result<Vec<Event>> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// The lines of the configuration, by DeviceId.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn ports(&self) -> Result<Vec<Port>> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// A line.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn port(&self, _id: PortId) -> Result<Port> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// Changes a line.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn set_port(&self, _id: PortId, _patch: PortPatch) -> Result<Port> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// The oldest call that runs on a line.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn port_job(&self, _id: PortId) -> Result<Option<Job>> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// The server's properties.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn server(&self) -> Result<ServerProperties> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// Sets the server's properties.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn set_server(&self, _properties: ServerProperties) -> Result<()> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// When the disk or the database fails, or what is asked for is not there.
    pub async fn user_of(&self, _token: &str) -> Result<Option<User>> {
        Err(StoreError::Disk(std::io::ErrorKind::Unsupported.into()))
    }

    /// Holds the newest event id; changes when something happened.
    #[must_use]
    pub fn watch_events(&self) -> watch::Receiver<i64> {
        watch::channel(0).1
    }
}
