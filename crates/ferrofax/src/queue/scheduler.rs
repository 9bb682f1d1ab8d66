//! The task that gives due jobs to free lines and writes down what came of it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::attempt::OutgoingHost;
use super::discount::DiscountRate;
use super::header::{HeaderLine, Headers};
use super::lines::{Lines, Seat};
use super::policy::{Over, after_attempt};
use super::schedule::{FreeLine, choose};
use crate::clock::Clock;
use crate::failure::Failure;
use crate::line::{CallOutcome, DialRequest, Dialer};
use crate::store::{Begun, Port, PortId, Result, Store, StoreError};

/// The longest sleep, so that a job is late by no more than this whatever is overlooked.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// The wait after the database did not answer.
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// How long a line rests between two calls: a far end with one line that is called again at once
/// would still be busy, and the job would wait for the whole retry delay.
const BETWEEN_CALLS: Duration = Duration::from_millis(500);

/// The most jobs that are looked at in one round.
const ROUND: u32 = 256;

/// Gives jobs to lines.
#[derive(Debug)]
pub struct Scheduler<D> {
    store: Store,
    clock: Clock,
    lines: Lines,
    dialers: HashMap<PortId, Arc<D>>,
    headers: Headers,
    stop: CancellationToken,
    calls: TaskTracker,
}

impl<D: Dialer> Scheduler<D> {
    /// A scheduler over these lines, with what their header lines say. `stop` ends it; calls that run
    /// are left to `calls`.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Clock,
        lines: Lines,
        dialers: HashMap<PortId, Arc<D>>,
        headers: Headers,
        stop: CancellationToken,
        calls: TaskTracker,
    ) -> Self {
        Self { store, clock, lines, dialers, headers, stop, calls }
    }

    /// Works until it is stopped.
    pub async fn run(self) {
        let mut news = self.store.watch_events();
        loop {
            news.mark_unchanged();
            let sleep = match self.round().await {
                Ok(sleep) => sleep,
                Err(error) => {
                    tracing::error!(%error, "the queue cannot be read");
                    AFTER_ERROR
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.clock.sleep(sleep) => {}
                () = self.lines.freed() => {}
                changed = news.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Starts what can be started; how long until there may be more to do.
    async fn round(&self) -> Result<Duration> {
        let server = self.store.server().await?;
        if server.pause_server_queue {
            self.store.set_no_line(false);
            return Ok(LONGEST_SLEEP);
        }
        let ports = self.store.ports().await?;
        let mut no_line = false;
        let discount = DiscountRate::of(&server);
        let now = self.clock.now_us();
        let discounted = discount.holds(now);
        self.store.set_discount(discounted);
        // One more than can go out, to know whether jobs wait.
        let room: u32 = ports.iter().filter_map(|port| self.free(port)).map(|line| line.room).sum();
        for job in self.store.due(room.saturating_add(1).min(ROUND), discounted).await? {
            let free: Vec<FreeLine> = ports.iter().filter_map(|port| self.free(port)).collect();
            // Without a line, or when a call that comes in was quicker, the jobs wait.
            let taken = choose(&free).and_then(|port| Some((port, self.lines.take(port)?)));
            let Some((port, seat)) = taken else {
                no_line = true;
                break;
            };
            match self.store.begin_attempt(job.id, port).await {
                Ok(Some(begun)) => self.start(begun, seat),
                Ok(None) => seat.give_back(),
                Err(StoreError::Damaged { what, why }) => {
                    seat.give_back();
                    tracing::error!(job = %job.id, what, why, "a job is given up");
                    self.store.give_up(job.id).await?;
                }
                Err(error) => {
                    seat.give_back();
                    return Err(error);
                }
            }
        }
        self.store.set_no_line(no_line);
        let opens = (!discounted).then(|| discount.next(now));
        let next = [self.store.next_due_us().await?, opens].into_iter().flatten().min();
        let now = self.clock.now_us();
        let until = |due: i64| Duration::from_micros(u64::try_from(due - now).unwrap_or(0));
        Ok(next.map_or(LONGEST_SLEEP, until).min(LONGEST_SLEEP))
    }

    fn free(&self, port: &Port) -> Option<FreeLine> {
        let room = self.lines.room(port.id);
        let usable = port.send.value && room > 0 && self.dialers.contains_key(&port.id);
        usable.then_some(FreeLine { port: port.id, priority: port.priority, room })
    }

    fn start(&self, begun: Begun, seat: Seat) {
        let Some(port) = begun.job.port else { return };
        let Some(dialer) = self.dialers.get(&port).map(Arc::clone) else { return };
        let (store, clock) = (self.store.clone(), self.clock);
        let header = begun.branding.then(|| {
            let now = clock.now_us();
            HeaderLine::new(&self.headers, port, &begun.job, now, TimeZone::system())
        });
        let host = OutgoingHost::new(&store, clock, &begun, header);
        self.calls.spawn(async move {
            attempt(store, clock, dialer, begun, host).await;
            // The far end may need a moment to free its line; SIP runs in real time.
            tokio::time::sleep(BETWEEN_CALLS).await;
            drop(seat);
        });
    }
}

/// One attempt from the first digit to the last record.
async fn attempt<D: Dialer>(
    store: Store,
    clock: Clock,
    dialer: Arc<D>,
    begun: Begun,
    host: OutgoingHost,
) {
    let host = Arc::new(host);
    let request = DialRequest {
        number: begun.job.dialled.clone(),
        ident: g3::Ident::new(&begun.job.ident),
        pages: begun.pages.clone(),
    };
    // In a task of its own: a driver that panics ends its call and nothing else.
    let call = {
        let host = Arc::clone(&host);
        tokio::spawn(async move { dialer.dial(request, &*host).await })
    };
    let outcome = call.await.unwrap_or_else(|error| {
        tracing::error!(job = %begun.job.id, %error, "the driver of a call broke down");
        CallOutcome { report: None, failure: Some(Failure::Call(g3::Failure::Internal)) }
    });
    let report = host.report(&outcome).await;
    loop {
        match record(&store, clock, &host, &begun, &report).await {
            Ok(()) => return,
            Err(error) => tracing::error!(job = %begun.job.id, %error, "an ended call"),
        }
        // Until it is recorded the job stays on its line: nothing else may be done with it.
        clock.sleep(AFTER_ERROR).await;
    }
}

async fn record(
    store: &Store,
    clock: Clock,
    host: &OutgoingHost,
    begun: &Begun,
    report: &crate::store::AttemptReport,
) -> Result<()> {
    let server = store.server().await?;
    let over = Over {
        complete: host.confirmed() >= begun.job.pages,
        uncertain: report.uncertain,
        cancelled: store.job(begun.job.id).await?.cancel_requested,
        failure: report.failure,
        attempts: begun.job.attempts,
    };
    let ending = after_attempt(over, &server, clock.now_us());
    tracing::info!(job = %begun.job.id, attempt = begun.attempt, ?ending, "attempt over");
    store.end_attempt(begun.job.id, begun.attempt, report, ending).await
}
