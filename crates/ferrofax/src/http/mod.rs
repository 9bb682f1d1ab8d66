//! REST `/v1`: the face that every client speaks to.
//!
//! Handlers are thin: they read a request into types, ask the store, and put the answer into the
//! wire types of [`faxcom::api`] (`view`). Every answer that is not a success is an
//! `application/problem+json` with a stable code (`refusal`). `guard` stands before every handler:
//! it knows the names under which this server may be asked and who a token belongs to. `listen` owns
//! the socket: how many clients at once, and how long each may be silent.

mod covers;
mod documents;
mod events;
mod extract;
mod guard;
mod inbox;
mod jobs;
mod listen;
mod openapi;
mod pictures;
mod ports;
mod refusal;
mod routing;
mod server;
mod submit;
mod turns;
mod view;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::covers::Covers;
use crate::document::Renderer;
use crate::pages::Cache;
use crate::store::Store;

pub use listen::serve;
pub use openapi::document as openapi_document;

/// The largest request body other than a document, in octets.
const MAX_BODY_OCTETS: usize = 64 << 10;
/// The longest that a request may take to arrive and to be answered.
const REQUEST_WITHIN: Duration = Duration::from_secs(30);
/// The longest that an upload may take.
const UPLOAD_WITHIN: Duration = Duration::from_secs(120);
/// The longest that a job may wait for its turn to be drawn, be drawn, and be put on disk.
const DRAWN_WITHIN: Duration = Duration::from_secs(300);
/// Uploads that are in memory at once; further ones wait.
const UPLOADS_AT_ONCE: usize = 16;
/// Pictures and PDFs of pages that are made at once; further ones wait.
const PICTURES_AT_ONCE: usize = 4;
/// Submissions whose pages are in memory at once; further ones wait.
const SUBMISSIONS_AT_ONCE: usize = 64;
/// Event streams at once; further ones are refused.
const MAX_EVENT_STREAMS: usize = 64;

/// What the handlers share.
#[derive(Debug, Clone)]
pub struct App {
    store: Store,
    clock: Clock,
    limits: Limits,
    listen: SocketAddr,
    /// Ends the event streams, so that a stopping server is not held by its listeners.
    stop: CancellationToken,
    uploads: Arc<Semaphore>,
    submissions: Arc<Semaphore>,
    renderer: Renderer,
    turns: turns::Turns,
    covers: Covers,
    drawing: Arc<Semaphore>,
    pictures: Cache,
    streams: Arc<Semaphore>,
}

/// What a document may be at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Octets of an uploaded document.
    pub document_octets: u64,
    /// Pages of a job.
    pub pages: u32,
}

impl App {
    /// `listen` is the address really bound; `stop` ends the event streams.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Clock,
        limits: Limits,
        listen: SocketAddr,
        stop: CancellationToken,
        renderer: Renderer,
        covers: Covers,
    ) -> Self {
        Self {
            store,
            clock,
            limits,
            listen,
            stop,
            uploads: Arc::new(Semaphore::new(UPLOADS_AT_ONCE)),
            submissions: Arc::new(Semaphore::new(SUBMISSIONS_AT_ONCE)),
            renderer,
            turns: turns::Turns::default(),
            covers,
            drawing: Arc::new(Semaphore::new(PICTURES_AT_ONCE)),
            pictures: Cache::default(),
            streams: Arc::new(Semaphore::new(MAX_EVENT_STREAMS)),
        }
    }
}

/// The whole of REST `/v1`.
pub fn router(app: App) -> Router {
    let document_octets = usize::try_from(app.limits.document_octets).unwrap_or(usize::MAX);
    let upload = post(documents::upload)
        .layer(DefaultBodyLimit::max(document_octets))
        .layer(middleware::from_fn_with_state(app.clone(), guard::upload));
    let slow = Router::new()
        .route("/v1/documents", upload)
        .layer(middleware::from_fn(|request, next| guard::deadline(UPLOAD_WITHIN, request, next)));
    let drawn = Router::new()
        .route("/v1/jobs", get(jobs::list).post(submit::submit))
        .route("/v1/covers/preview", post(covers::preview))
        .layer(middleware::from_fn(|request, next| guard::deadline(DRAWN_WITHIN, request, next)));
    let quick = Router::new()
        .route("/v1/jobs/{id}", get(jobs::show).patch(jobs::change))
        .route("/v1/jobs/{id}/pause", post(jobs::pause))
        .route("/v1/jobs/{id}/resume", post(jobs::resume))
        .route("/v1/jobs/{id}/restart", post(jobs::restart))
        .route("/v1/jobs/{id}/cancel", post(jobs::cancel))
        .route("/v1/jobs/{id}/attempts", get(jobs::attempts))
        .route("/v1/jobs/{id}/attempts/{n}/transcript", get(jobs::transcript))
        .route("/v1/jobs/{id}/pages/{file}", get(pictures::page))
        .route("/v1/jobs/{id}/document.tif", get(documents::tiff))
        .route("/v1/jobs/{id}/document.pdf", get(documents::pdf))
        .route("/v1/covers", get(covers::list))
        .route("/v1/ports", get(ports::list))
        .route("/v1/ports/{id}", get(ports::show).patch(ports::change))
        .route("/v1/ports/{id}/status", get(ports::status))
        .route("/v1/ports/{id}/routing-methods", get(routing::list))
        .route("/v1/ports/{id}/routing-methods/{guid}", get(routing::show).patch(routing::change))
        .route("/v1/inbox", get(inbox::list))
        .route("/v1/inbox/{file}", get(inbox::file))
        .route("/v1/server", get(server::info).patch(server::change))
        .route("/v1/events", get(events::stream))
        .route(guard::HEALTH, get(server::health))
        .route("/v1/openapi.json", get(openapi::serve))
        .layer(middleware::from_fn(|request, next| guard::deadline(REQUEST_WITHIN, request, next)));
    slow.merge(drawn)
        .merge(quick)
        .fallback(refusal::no_such_address)
        .method_not_allowed_fallback(refusal::no_such_method)
        .layer(DefaultBodyLimit::max(MAX_BODY_OCTETS))
        .layer(middleware::from_fn_with_state(app.clone(), guard::check))
        .with_state(app)
}
