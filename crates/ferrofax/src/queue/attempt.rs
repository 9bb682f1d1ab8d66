//! One call that is running, seen from the house: what it may read, what it must write down, what
//! clients are shown of it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use g3::{Event, Phase, Time};
use t4::{Form, Page};
use tokio_util::sync::CancellationToken;

use super::header::HeaderLine;
use super::shown::Shown;
use super::transcript::Transcript;
use super::words::DeviceWord;
use crate::clock::Clock;
use crate::crash::{self, Point};
use crate::failure::Failure;
use crate::line::{CallHost, CallOutcome, Signal};
use crate::store::{AttemptReport, Begun, JobId, Store};

/// A crash test that wants the last command sent and not answered waits this long after the
/// command began: longer than preamble and frame, shorter than the answer behind them.
const LAST_COMMAND: Duration = Duration::from_secs(2);

/// What an outgoing call talks to.
#[derive(Debug)]
pub struct OutgoingHost {
    store: Store,
    clock: Clock,
    job: JobId,
    attempt: u32,
    /// The page of the job that is page 0 of the call.
    first: u32,
    pages: u32,
    /// What stands above each page, when something does.
    header: Option<HeaderLine>,
    cancel: CancellationToken,
    transcript: Transcript,
    shown: Shown,
    state: Mutex<State>,
}

/// What the call has told so far.
#[derive(Debug, Clone, Copy)]
struct State {
    confirmed: u32,
    /// The last confirmation was asked for, and neither given nor denied.
    window_open: bool,
    /// That it is to be asked for could not be written down, and so the call was broken off.
    unrecorded: bool,
}

impl OutgoingHost {
    /// The host of an attempt that has begun; with `header` each page gets a line above it.
    #[must_use]
    pub fn new(store: &Store, clock: Clock, begun: &Begun, header: Option<HeaderLine>) -> Self {
        let job = &begun.job;
        let transcript = Transcript::new(store.transcript_path(job.id, begun.attempt));
        let words = (DeviceWord::Dialing, DeviceWord::Sending);
        Self {
            shown: Shown::new(store, &transcript, job.id, words, job.pages_confirmed),
            store: store.clone(),
            clock,
            job: begun.job.id,
            attempt: begun.attempt,
            first: begun.job.pages_confirmed,
            pages: begun.job.pages,
            header,
            cancel: begun.cancel.clone(),
            transcript,
            state: Mutex::new(State {
                confirmed: begun.job.pages_confirmed,
                window_open: false,
                unrecorded: false,
            }),
        }
    }

    /// Pages of the whole job that are confirmed.
    #[must_use]
    pub fn confirmed(&self) -> u32 {
        self.state().confirmed
    }

    /// Whether the last confirmation was asked for, and neither given nor denied.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        self.state().window_open
    }

    /// Completes the transcript; what is known of the attempt.
    pub async fn report(&self, outcome: &CallOutcome) -> AttemptReport {
        let State { confirmed, window_open, unrecorded, .. } = *self.state();
        let mut report = report_of(outcome);
        if unrecorded && report.failure == Some(Failure::Call(g3::Failure::Cancelled)) {
            // Nobody cancelled: it is tried again as after any fault of this server.
            report.failure = Some(Failure::Call(g3::Failure::Internal));
        }
        report.pages = confirmed - self.first;
        // The machine knows whether it asked; that it was about to ask counts when it says nothing.
        report.uncertain |= window_open && outcome.report.is_none();
        end_transcript(&self.transcript, outcome).await;
        report
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn confirmed_page(&self, index: u32) -> std::io::Result<()> {
        let confirmed = self.first.saturating_add(index).saturating_add(1);
        let last = confirmed >= self.pages;
        if last {
            crash::reached(Point::BetweenAnswerAndRecord);
        }
        {
            let mut state = self.state();
            state.confirmed = confirmed.clamp(state.confirmed, self.pages);
            state.window_open &= !last;
        }
        self.store.confirmed(self.job, confirmed).await.map_err(std::io::Error::other)?;
        self.transcript.write_out().await;
        if last {
            return self.shown.device(DeviceWord::Completed).await;
        }
        crash::reached(Point::BetweenPages);
        Ok(())
    }

    /// The far end does not have the page: nothing is uncertain any more.
    async fn refused_page(&self) -> std::io::Result<()> {
        let was_open = std::mem::take(&mut self.state().window_open);
        if was_open {
            self.store.close_window(self.job).await.map_err(std::io::Error::other)?;
        }
        Ok(())
    }

    fn crash_after_last_command(&self, frame: &str) {
        let asks = frame.starts_with("EOP") || frame.starts_with("PPS-EOP");
        if asks && self.state().window_open && crash::is_armed(Point::AfterLastEop) {
            let clock = self.clock;
            tokio::spawn(async move {
                clock.sleep(LAST_COMMAND).await;
                crash::reached(Point::AfterLastEop);
            });
        }
    }
}

impl CallHost for OutgoingHost {
    async fn page(&self, index: u32, form: Form) -> std::io::Result<Page> {
        let index = self.first.saturating_add(index);
        let page = match self.store.page(self.job, index).await {
            Ok(page) => finished(page, index, form, self.header.clone()).await,
            Err(error) => Err(std::io::Error::other(error)),
        };
        page.inspect_err(|error| {
            tracing::error!(job = %self.job, attempt = self.attempt, %error, "a page to send");
        })
    }

    async fn before_last_confirm(&self) -> std::io::Result<()> {
        let opened = self.store.open_window(self.job).await;
        let mut state = self.state();
        state.window_open |= opened.is_ok();
        state.unrecorded |= opened.is_err();
        opened.map_err(std::io::Error::other)
    }

    async fn received(&self, _page: g3::ReceivedPage) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    async fn event(&self, at: Time, event: &Event) -> std::io::Result<()> {
        self.transcript.event(at, event);
        match event {
            Event::Phase(Phase::B) => crash::reached(Point::PhaseB),
            Event::Progress { octets, of: Some(of), .. } if *octets >= of / 2 => {
                crash::reached(Point::MidPage);
            }
            Event::FrameSent(frame) => self.crash_after_last_command(frame),
            _ => {}
        }
        match event {
            Event::PageConfirmed { index } => self.confirmed_page(*index).await,
            Event::PageRefused { .. } => self.refused_page().await,
            _ => self.shown.event(event).await,
        }
    }

    fn signal(&self, at: Time, signal: &Signal) {
        self.transcript.signal(at, signal);
    }

    async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }
}

/// Page `index` (from 0 of the whole job) as it is sent. One that is in form already and gets no
/// header line stays as it is.
async fn finished(
    page: Page,
    index: u32,
    form: Form,
    header: Option<HeaderLine>,
) -> std::io::Result<Page> {
    // A page takes some milliseconds, in which packets of other calls are due.
    let finish = move || match header {
        Some(header) => header.stamp(&page, index.saturating_add(1), &form),
        None if form.takes(&page) => Ok(page),
        None => page.in_form(&form),
    };
    let page = tokio::task::spawn_blocking(finish).await.map_err(std::io::Error::other)?;
    page.map_err(std::io::Error::other)
}

/// What the machine reports, as it is stored.
pub(crate) fn report_of(outcome: &CallOutcome) -> AttemptReport {
    let Some(report) = &outcome.report else {
        return AttemptReport { failure: outcome.failure, ..AttemptReport::default() };
    };
    AttemptReport {
        failure: outcome.failure.or(report.failure.map(Into::into)),
        uncertain: report.uncertain,
        pages: report.pages,
        octets: report.octets,
        rate: report.rate.map(|rate| rate.to_string()).unwrap_or_default(),
        ecm: report.ecm,
        coding: report.coding.map(|coding| coding.to_string()).unwrap_or_default(),
        remote: report.remote.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}

/// The last line of a transcript.
pub(crate) async fn end_transcript(transcript: &Transcript, outcome: &CallOutcome) {
    let text = match outcome.failure {
        None => "the call did what it was for".to_owned(),
        Some(failure) => format!("failure {}: {failure}", failure.number()),
    };
    transcript.end(&text);
    transcript.write_out().await;
}
