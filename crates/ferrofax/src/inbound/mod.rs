//! What happens to a received fax: whether a call is answered, where its pages go, how it ends up
//! in the inbox.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use g3::{Event, Ident, ReceivedPage, Time};
use t4::Page;
use tokio_util::sync::CancellationToken;

use crate::crash::{self, Point};
use crate::failure::Failure;
use crate::line::{Answerer, CallHost, CallOutcome, IncomingCall, Refusal, Signal};
use crate::queue::{DeviceWord, Lines, Seat, Shown, Transcript, end_transcript, report_of};
use crate::store::{AttemptReport, Begun, JobId, Port, Result, Store, StoreError};

/// The wait after the database did not answer.
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// Answers calls for the house.
#[derive(Debug, Clone)]
pub struct Inbound {
    store: Store,
    lines: Lines,
    stop: CancellationToken,
}

/// What an incoming call talks to.
#[derive(Debug)]
pub struct IncomingHost {
    store: Store,
    job: JobId,
    attempt: u32,
    ident: Ident,
    rings: u32,
    cancel: CancellationToken,
    transcript: Transcript,
    shown: Shown,
    ended: AtomicBool,
    _seat: Seat,
}

impl Inbound {
    /// Answers calls on these lines until `stop`.
    #[must_use]
    pub const fn new(store: Store, lines: Lines, stop: CancellationToken) -> Self {
        Self { store, lines, stop }
    }

    /// Says what a line is told to do with its faxes and this server cannot do.
    async fn warn_of_routes(&self, job: JobId) {
        let routes = async {
            match self.store.job(job).await?.port {
                Some(port) => self.store.routes(port).await,
                None => Ok(Vec::new()),
            }
        };
        for route in routes.await.unwrap_or_default() {
            if route.enable && !route.method.works() {
                let method = route.method.as_str();
                tracing::warn!(%job, method, "not delivered: this server cannot do that yet");
            }
        }
    }

    async fn begin(&self, call: &IncomingCall, port: &Port, seat: Seat) -> Result<IncomingHost> {
        let Begun { job, attempt, cancel, .. } =
            self.store.begin_receive(port.id, &call.caller, &call.called).await?;
        tracing::info!(job = %job.id, line = call.line, caller = call.caller, "call comes in");
        let transcript = Transcript::new(self.store.transcript_path(job.id, attempt));
        let words = (DeviceWord::Ringing, DeviceWord::Receiving);
        Ok(IncomingHost {
            store: self.store.clone(),
            job: job.id,
            attempt,
            ident: Ident::new(&job.ident),
            rings: port.rings.value,
            cancel,
            shown: Shown::new(&self.store, &transcript, job.id, words, 0),
            transcript,
            ended: AtomicBool::new(false),
            _seat: seat,
        })
    }
}

impl Answerer for Inbound {
    type Host = IncomingHost;

    async fn accept(&self, call: IncomingCall) -> Result<IncomingHost, Refusal> {
        if self.stop.is_cancelled() {
            return Err(Refusal::Unavailable);
        }
        let Some(port) = self.lines.port(&call.line) else { return Err(Refusal::Unavailable) };
        let port = self.store.port(port).await.map_err(unavailable)?;
        if !port.receive.value {
            return Err(Refusal::Busy);
        }
        if !self.store.has_room() {
            tracing::error!("no call is answered: the disk is full");
            return Err(Refusal::Unavailable);
        }
        let seat = self.lines.take(port.id).ok_or(Refusal::Busy)?;
        self.begin(&call, &port, seat).await.map_err(unavailable)
    }

    async fn ended(&self, host: IncomingHost, outcome: CallOutcome) {
        crash::reached(Point::AfterLastReceived);
        end_transcript(&host.transcript, &outcome).await;
        let report = report_of(&outcome);
        host.ended.store(true, Ordering::Relaxed);
        while let Err(error) = self.store.end_receive(host.job, host.attempt, &report).await {
            // Until it is recorded the job stays on its line, and the next start finds it there.
            tracing::error!(job = %host.job, %error, "an ended call");
            tokio::time::sleep(AFTER_ERROR).await;
        }
        tracing::info!(job = %host.job, failure = ?report.failure, "call over");
        if report.failure.is_none() {
            self.warn_of_routes(host.job).await;
        }
    }
}

impl IncomingHost {
    /// The job of this call.
    #[must_use]
    pub const fn job(&self) -> JobId {
        self.job
    }
}

impl Drop for IncomingHost {
    /// A driver that broke down ends its call and nothing else: the job does not stay on its line.
    fn drop(&mut self) {
        if self.ended.load(Ordering::Relaxed) {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (store, job, attempt) = (self.store.clone(), self.job, self.attempt);
        runtime.spawn(async move {
            let failure = Some(Failure::Call(g3::Failure::Internal));
            let report = AttemptReport { failure, ..AttemptReport::default() };
            if let Err(error) = store.end_receive(job, attempt, &report).await {
                tracing::error!(%job, %error, "a call that broke down");
            }
        });
    }
}

impl CallHost for IncomingHost {
    async fn page(&self, _index: u32, _form: t4::Form) -> std::io::Result<Page> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    async fn before_last_confirm(&self) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    async fn received(&self, page: ReceivedPage) -> std::io::Result<()> {
        self.store.receive_page(self.job, &page).await.map_err(|error| {
            tracing::error!(job = %self.job, %error, "a received page cannot be stored");
            std::io::Error::other(error)
        })
    }

    async fn event(&self, at: Time, event: &Event) -> std::io::Result<()> {
        self.transcript.event(at, event);
        if matches!(event, Event::Progress { octets: 1.., .. }) {
            crash::reached(Point::InReceivedPage);
        }
        match event {
            Event::PageConfirmed { index } => {
                let confirmed = self.store.confirmed(self.job, index.saturating_add(1)).await;
                confirmed.map_err(std::io::Error::other)
            }
            _ => self.shown.event(event).await,
        }
    }

    fn signal(&self, at: Time, signal: &Signal) {
        self.transcript.signal(at, signal);
    }

    fn ident(&self) -> Option<Ident> {
        Some(self.ident.clone())
    }

    async fn answered(&self) -> std::io::Result<()> {
        self.shown.device(DeviceWord::Answered).await
    }

    fn rings(&self) -> Option<u32> {
        Some(self.rings)
    }

    async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn unavailable(error: StoreError) -> Refusal {
    tracing::error!(%error, "a call cannot be answered");
    Refusal::Unavailable
}

#[cfg(test)]
mod tests;
