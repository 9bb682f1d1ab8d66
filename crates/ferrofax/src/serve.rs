//! The whole server put together.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::config::{Config, LineConfig};
use crate::covers::Covers;
use crate::crash::{self, Point};
use crate::delivery::Delivery;
use crate::document::{self, RenderConfig, Renderer};
use crate::http;
use crate::inbound::Inbound;
use crate::line::sip::{LineSettings, SipLine};
use crate::queue::{Headers, Lines, Scheduler};
use crate::store::{PortDefaults, PortId, Setting, Store, StoreError};

/// After a call was told to end it has this long, in fax time: a page that is being sent is let
/// finish no more, and DCN and BYE are quick.
const CALL_ENDS_WITHIN: Duration = Duration::from_secs(15);

/// How long answers that are being given may take when the server stops, in reality.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// How often a stopping server looks whether its lines are quiet.
const GLANCE: Duration = Duration::from_millis(20);

/// How often what nobody needs any more is removed.
const CLEAN_EVERY: Duration = Duration::from_secs(60 * 60);

/// Who the first token belongs to when the account has no name.
const NAMELESS: &str = "owner";

/// A running server. Dropped without [`Server::stop`] it breaks off; the next start goes on with
/// what it left.
#[derive(Debug)]
pub struct Server {
    store: Store,
    clock: Clock,
    http_addr: SocketAddr,
    client_file: PathBuf,
    seats: Lines,
    lines: Vec<(String, Arc<SipLine>)>,
    stop: CancellationToken,
    stop_within: Duration,
    calls: TaskTracker,
    http: JoinHandle<()>,
    scheduler: JoinHandle<()>,
    delivery: JoinHandle<()>,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The data folder.
    #[error("data folder {folder}: {error}", folder = folder.display())]
    Data {
        /// Which.
        folder: PathBuf,
        /// Why.
        error: StoreError,
    },
    /// The address of a line.
    #[error("line {name} cannot listen on {listen}: {error}")]
    Line {
        /// Which line.
        name: String,
        /// Which address.
        listen: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// The address for REST.
    #[error("cannot listen on {listen}: {error}")]
    Listen {
        /// Which address.
        listen: SocketAddr,
        /// Why.
        error: io::Error,
    },
}

impl Server {
    /// Opens the data folder, ends what the last run left in the middle, opens the lines and
    /// begins to serve.
    ///
    /// # Errors
    /// What cannot be had.
    pub async fn start(config: Config, clock: Clock) -> Result<Self, ServeError> {
        config.warnings().iter().for_each(|warning| tracing::warn!("{warning}"));
        let data = |error| ServeError::Data { folder: config.data.clone(), error };
        let listen_error = |error| ServeError::Listen { listen: config.listen, error };
        let store = Store::open(&config.data, clock).await.map_err(data)?;
        let defaults = config.lines.iter().map(|line| port_defaults(&config, line)).collect();
        store.set_lines(defaults).await.map_err(data)?;
        let recovered = store.recover().await.map_err(data)?;
        tracing::info!(?recovered, folder = %store.folder().display(), "data folder is open");

        let listener = TcpListener::bind(config.listen).await.map_err(listen_error)?;
        let http_addr = listener.local_addr().map_err(listen_error)?;
        let url = format!("http://{http_addr}");
        let client_file = store.write_client_file(&url, &account()).await.map_err(data)?;

        let stop = CancellationToken::new();
        let ports = store.ports().await.map_err(data)?;
        let seats = Lines::new(ports.iter().map(|p| (p.id, p.name.clone(), p.channels)));
        let inbound = Arc::new(Inbound::new(store.clone(), seats.clone(), stop.clone()));
        let lines = open_lines(&config.lines, clock, &inbound).await?;
        let by_id = |(name, line): &(String, Arc<SipLine>)| {
            seats.port(name).map(|port| (port, Arc::clone(line)))
        };
        let dialers: HashMap<PortId, Arc<SipLine>> = lines.iter().filter_map(by_id).collect();
        let header =
            |line: &LineConfig| seats.port(&line.name).map(|port| (port, line.header.clone()));
        let folder = document::conversions(store.folder()).map_err(|error| data(error.into()))?;
        let renderer = Renderer::new(RenderConfig { folder, ..config.render.clone() });
        let headers = Headers {
            lines: config.lines.iter().filter_map(header).collect(),
            fonts: renderer.fonts(),
        };
        let calls = TaskTracker::new();
        let scheduler = Scheduler::new(
            store.clone(),
            clock,
            seats.clone(),
            dialers,
            headers,
            stop.clone(),
            calls.clone(),
        );
        let limits = http::Limits { document_octets: config.max_document, pages: config.max_pages };
        let covers = Covers::new(config.covers.clone());
        for lack in document::lacks() {
            tracing::warn!(lack, "documents are kept apart less than they could be");
        }
        let app =
            http::App::new(store.clone(), clock, limits, http_addr, stop.clone(), renderer, covers);
        let serving = http::serve(listener, http::router(app), stop.clone());
        tokio::spawn(clean(store.clone(), clock, stop.clone()));
        let delivery = Delivery::new(store.clone(), clock, stop.clone());
        let server = Self {
            store,
            clock,
            http_addr,
            client_file,
            seats,
            lines,
            stop,
            stop_within: config.stop_within,
            calls,
            http: tokio::spawn(serving),
            scheduler: tokio::spawn(scheduler.run()),
            delivery: tokio::spawn(delivery.run()),
        };
        tracing::info!(%http_addr, lines = server.lines.len(), "serving");
        crash::reached(Point::Idle);
        Ok(server)
    }

    /// Where REST is served.
    #[must_use]
    pub const fn http_addr(&self) -> SocketAddr {
        self.http_addr
    }

    /// Where a line receives its calls.
    #[must_use]
    pub fn line_addr(&self, name: &str) -> Option<SocketAddr> {
        self.lines.iter().find(|(n, _)| n == name).map(|(_, line)| line.local_addr())
    }

    /// The file with the address and the first token.
    #[must_use]
    pub fn client_file(&self) -> &Path {
        &self.client_file
    }

    /// The store of this server.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Stops: no new calls, time for those that run, then they are ended; everything is on disk
    /// when this returns.
    pub async fn stop(self) {
        let Self { store, clock, seats, lines, stop, calls, http, scheduler, .. } = self;
        let mut delivery = self.delivery;
        tracing::info!("stopping");
        stop.cancel();
        if !seats.quiet(&clock, self.stop_within).await {
            tracing::warn!("calls that run are ended");
            store.end_calls();
            seats.quiet(&clock, CALL_ENDS_WITHIN).await;
        }
        calls.close();
        drop(tokio::time::timeout(clock.real_duration(CALL_ENDS_WITHIN), calls.wait()).await);
        let _late = tokio::time::timeout(ANSWERS_WITHIN, hung_up(&lines)).await;
        drop(lines);
        if tokio::time::timeout(ANSWERS_WITHIN, http).await.is_err() {
            tracing::warn!("an answer took too long");
        }
        drop(scheduler.await);
        if tokio::time::timeout(ANSWERS_WITHIN, &mut delivery).await.is_err() {
            tracing::warn!("a folder does not answer; the next start tries again");
            delivery.abort();
        }
        store.close().await;
        tracing::info!("stopped");
    }
}

/// Cleans now and then until the server stops.
async fn clean(store: Store, clock: Clock, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match store.clean().await {
            Ok(cleaned) => tracing::debug!(?cleaned, "cleaned"),
            Err(error) => tracing::warn!(%error, "nothing is cleaned now"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = clock.sleep(CLEAN_EVERY) => {}
            () = store.clean_now() => {}
        }
    }
}

/// Waits until the far ends of all calls know that they are over.
async fn hung_up(lines: &[(String, Arc<SipLine>)]) {
    while lines.iter().any(|(_, line)| line.dialogs() > 0) {
        tokio::time::sleep(GLANCE).await;
    }
}

async fn open_lines(
    lines: &[LineConfig],
    clock: Clock,
    inbound: &Arc<Inbound>,
) -> Result<Vec<(String, Arc<SipLine>)>, ServeError> {
    let mut open = Vec::with_capacity(lines.len());
    for line in lines {
        let settings = LineSettings {
            // Room for calls is counted in one place, and clients may open or close a line.
            channels: Semaphore::MAX_PERMITS,
            receive: true,
            ..line.into()
        };
        let sip = SipLine::open(settings, clock, Arc::clone(inbound)).await;
        let sip = sip.map_err(|error| ServeError::Line {
            name: line.name.clone(),
            listen: line.listen,
            error,
        })?;
        tracing::info!(line = line.name, listen = %sip.local_addr(), peer = %line.peer, "line");
        open.push((line.name.clone(), Arc::new(sip)));
    }
    Ok(open)
}

/// What the configuration says of a line, with where it says so.
fn port_defaults(config: &Config, line: &LineConfig) -> PortDefaults {
    let source = |key: &str| config.source(&format!("line.{}.{key}", line.name));
    PortDefaults {
        name: line.name.clone(),
        rings: Setting { value: line.rings, source: source("rings") },
        csid: Setting { value: line.csid.clone(), source: source("csid") },
        tsid: Setting { value: line.tsid.clone(), source: source("tsid") },
        send: Setting { value: line.send, source: source("send") },
        receive: Setting { value: line.receive, source: source("receive") },
        channels: line.channels,
        store_in: line.store_in.clone(),
    }
}

/// The name of the account that runs the server.
fn account() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| NAMELESS.to_owned())
}
