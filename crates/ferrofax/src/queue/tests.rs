//! The scheduler over a line that plays a script.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use g3::{Coding, Event, Ident, Phase, Rate, Time};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::*;
use crate::clock::Clock;
use crate::failure::Failure;
use crate::line::{CallHost, CallOutcome, DialRequest, Dialer};
use crate::store::{
    Job, JobId, NewJob, PortDefaults, PortId, ServerProperties, Setting, Source, Store, TimeOfDay,
};

/// What the far end does in one call.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// Takes every page.
    Takes,
    /// The call does not come about.
    Fails(Failure),
    /// Confirms so many pages, then the call breaks.
    BreaksAfter(u32),
    /// Takes every page and never confirms the last.
    NeverConfirms,
    /// Denies the last page, then the call breaks.
    Denies,
    /// Hangs until the call is cancelled.
    Hangs,
    /// The driver has a fault.
    Panics,
}

/// A line that plays a script, one act a call.
#[derive(Debug, Default)]
struct Script {
    acts: Mutex<VecDeque<Act>>,
    dialled: Mutex<Vec<(String, String, usize)>>,
}

/// What the far end of the script takes.
const FORM: t4::Form =
    t4::Form { width: 1728, resolution: t4::Resolution::Fine, max_rows: t4::MAX_ROWS };
const BROKEN: Failure = Failure::Call(g3::Failure::LostInPage);
const ASKED: Failure = Failure::Call(g3::Failure::LastPageUnconfirmed);

impl Dialer for Script {
    async fn dial<H: CallHost>(&self, request: DialRequest, host: &H) -> CallOutcome {
        let pages = u32::try_from(request.pages.len()).unwrap();
        let ident = request.ident.to_string();
        self.dialled.lock().unwrap().push((request.number, ident, request.pages.len()));
        let act = self.acts.lock().unwrap().pop_front().expect("one act for each call");
        let until = match act {
            Act::Fails(failure) => return CallOutcome { report: None, failure: Some(failure) },
            Act::Panics => panic!("as the script says"),
            Act::Hangs => {
                host.cancelled().await;
                return outcome(0, Some(Failure::Call(g3::Failure::Cancelled)), false);
            }
            Act::BreaksAfter(pages) => pages,
            Act::Takes | Act::NeverConfirms | Act::Denies => pages,
        };
        let at = Time::from_millis(1);
        host.event(at, &Event::Phase(Phase::B)).await.unwrap();
        host.event(at, &Event::RemoteIdent(Ident::new("FAR END"))).await.unwrap();
        for index in 0..until {
            host.event(at, &Event::PageStarted { index }).await.unwrap();
            host.page(index, FORM).await.unwrap();
            let last = index + 1 == pages;
            if last {
                host.before_last_confirm().await.unwrap();
            }
            match act {
                Act::NeverConfirms if last => return outcome(index, Some(ASKED), true),
                Act::Denies if last => {
                    host.event(at, &Event::PageRefused { index }).await.unwrap();
                    return outcome(index, Some(BROKEN), false);
                }
                _ => host.event(at, &Event::PageConfirmed { index }).await.unwrap(),
            }
        }
        match act {
            Act::BreaksAfter(_) => outcome(until, Some(BROKEN), false),
            _ => outcome(until, None, false),
        }
    }
}

fn outcome(pages: u32, failure: Option<Failure>, uncertain: bool) -> CallOutcome {
    let in_call = failure.and_then(|failure| match failure {
        Failure::Call(failure) => Some(failure),
        _ => None,
    });
    let report = g3::Report {
        failure: in_call,
        pages,
        octets: 1000,
        rate: Some(Rate::V17At14400),
        ecm: true,
        coding: Some(Coding::Mmr),
        remote: Some(Ident::new("FAR END")),
        duration: Duration::from_secs(30),
        uncertain,
    };
    CallOutcome { report: Some(report), failure }
}

/// A server without its faces: store, scheduler, one scripted line.
struct House {
    store: Store,
    script: Arc<Script>,
    clock: Clock,
    stop: CancellationToken,
    folder: TempDir,
}

impl House {
    async fn new(acts: impl IntoIterator<Item = Act>) -> Self {
        let folder = TempDir::new().unwrap();
        // A retry comes after ten minutes: so many pass in a moment.
        let clock = Clock::scaled(20_000.0);
        let store = Store::open(folder.path(), clock).await.unwrap();
        let text = |value: &str| Setting { value: value.to_owned(), source: Source::File };
        let yes = Setting { value: true, source: Source::Default };
        let line = PortDefaults {
            name: "trunk".to_owned(),
            rings: Setting { value: 1, source: Source::Default },
            csid: text("CSID"),
            tsid: text("LINE"),
            send: yes.clone(),
            receive: yes,
            channels: 1,
            store_in: None,
        };
        store.set_lines(vec![line]).await.unwrap();
        let script = Arc::new(Script::default());
        script.acts.lock().unwrap().extend(acts);
        let stop = CancellationToken::new();
        let lines = Lines::new([(PortId(1), "trunk".to_owned(), 1)]);
        let dialers = HashMap::from([(PortId(1), Arc::clone(&script))]);
        let tracker = TaskTracker::new();
        let scheduler = Scheduler::new(
            store.clone(),
            clock,
            lines,
            dialers,
            Headers::default(),
            stop.clone(),
            tracker,
        );
        tokio::spawn(scheduler.run());
        Self { store, script, clock, stop, folder }
    }

    async fn submit(&self, pages: u32) -> JobId {
        self.submit_as(pages, false).await
    }

    async fn submit_as(&self, pages: u32, discount: bool) -> JobId {
        let order = NewJob {
            document: None,
            user_name: "anna".to_owned(),
            number: Number::parse("+1 555 0199").unwrap(),
            recipient_name: String::new(),
            sender_name: String::new(),
            sender_company: String::new(),
            sender_department: String::new(),
            tsid: "ANNA".to_owned(),
            billing_code: String::new(),
            display_name: "letter".to_owned(),
            discount,
            cover: String::new(),
            cover_pages: 0,
            drawn: None,
        };
        let page = |row| {
            let mut bitmap = t4::Bitmap::new(1728, 8).unwrap();
            bitmap.set(row, row % 8, true);
            t4::Page::from_bitmap(&bitmap, t4::Resolution::Fine)
        };
        self.store.submit(order, (0..pages).map(page).collect(), None).await.unwrap().job
    }

    /// Waits until the job is in `state`.
    async fn until(&self, id: JobId, state: JobState) -> Job {
        let mut news = self.store.watch_events();
        let wait = async {
            loop {
                news.mark_unchanged();
                let job = self.store.job(id).await.unwrap();
                if job.state == state {
                    return job;
                }
                news.changed().await.unwrap();
            }
        };
        let late = || panic!("the job never was {state}");
        tokio::time::timeout(Duration::from_secs(20), wait).await.unwrap_or_else(|_| late())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

#[tokio::test]
async fn a_job_is_sent() {
    let house = House::new([Act::Takes]).await;
    let id = house.submit(3).await;
    let job = house.until(id, JobState::Sent).await;
    assert_eq!((job.pages_confirmed, job.attempts, job.failure), (3, 1, None));
    assert_eq!((job.remote.as_str(), job.left_seq.is_some()), ("FAR END", true));
    let attempts = house.store.attempts(id).await.unwrap();
    assert_eq!(attempts.len(), 1);
    assert_eq!((attempts[0].pages, attempts[0].rate.as_str()), (3, "V.17 14400"));
    let transcript = house.store.transcript(id, 1).await.unwrap();
    let transcript = String::from_utf8(transcript.to_vec()).unwrap();
    assert!(transcript.starts_with(r#"{"at":0.001,"kind":"phase","text":"B"}"#), "{transcript}");
    assert!(transcript.ends_with("\"the call did what it was for\"}\n"), "{transcript}");
    let dialled = house.script.dialled.lock().unwrap().clone();
    assert_eq!(dialled, [("+15550199".to_owned(), "LINE".to_owned(), 3)]);
}

#[tokio::test]
async fn a_call_that_broke_after_page_2_goes_on_at_page_3() {
    let house = House::new([Act::BreaksAfter(2), Act::Takes]).await;
    let id = house.submit(5).await;
    let job = house.until(id, JobState::Sent).await;
    assert_eq!((job.pages_confirmed, job.attempts), (5, 2));
    let firsts: Vec<_> = house.store.attempts(id).await.unwrap();
    let firsts: Vec<_> = firsts.iter().map(|a| (a.first_page, a.pages, a.failure)).collect();
    assert_eq!(firsts, [(0, 2, Some(BROKEN)), (2, 3, None)]);
}

#[tokio::test]
async fn a_busy_number_is_tried_four_times() {
    let house = House::new([Act::Fails(Failure::Busy); 4]).await;
    let id = house.submit(1).await;
    let job = house.until(id, JobState::Failed).await;
    assert_eq!((job.attempts, job.failure), (4, Some(Failure::Busy)));
    assert_eq!(queue_word(&job), QueueWord::RetriesExceeded);
    assert_eq!(device_word(&job), DeviceWord::Busy);
    // A restart begins with all retries.
    house.script.acts.lock().unwrap().extend([Act::Fails(Failure::Busy), Act::Takes]);
    house.store.act(id, Action::Restart { may_duplicate: false }).await.unwrap();
    let job = house.until(id, JobState::Sent).await;
    assert_eq!(job.attempts, 2);
}

#[tokio::test]
async fn a_wrong_number_is_tried_once() {
    let house = House::new([Act::Fails(Failure::NumberWrong)]).await;
    let id = house.submit(1).await;
    let job = house.until(id, JobState::Failed).await;
    assert_eq!((queue_word(&job), device_word(&job)), (QueueWord::Failed, DeviceWord::BadAddress));
}

#[tokio::test]
async fn a_last_page_that_was_never_confirmed_is_uncertain() {
    let house = House::new([Act::NeverConfirms, Act::Takes]).await;
    let id = house.submit(2).await;
    let job = house.until(id, JobState::Uncertain).await;
    assert_eq!((job.pages_confirmed, job.failure), (1, Some(ASKED)));
    assert_eq!(
        (queue_word(&job), device_word(&job)),
        (QueueWord::Failed, DeviceWord::Disconnected)
    );
    assert!(house.store.attempts(id).await.unwrap()[0].uncertain);
    // It is never sent again by itself; a person who takes the risk can.
    let refused = house.store.act(id, Action::Restart { may_duplicate: false }).await;
    assert!(refused.is_err());
    house.store.act(id, Action::Restart { may_duplicate: true }).await.unwrap();
    house.until(id, JobState::Sent).await;
}

#[tokio::test]
async fn a_last_page_that_was_denied_is_sent_again() {
    let house = House::new([Act::Denies, Act::Takes]).await;
    let id = house.submit(2).await;
    let job = house.until(id, JobState::Sent).await;
    assert_eq!(job.attempts, 2);
}

#[tokio::test]
async fn a_running_call_is_cancelled() {
    let house = House::new([Act::Hangs]).await;
    let id = house.submit(1).await;
    house.until(id, JobState::Active).await;
    let job = house.store.act(id, Action::Cancel).await.unwrap();
    assert!(job.cancel_requested || job.state == JobState::Canceled);
    let job = house.until(id, JobState::Canceled).await;
    assert!(job.left_seq.is_some() && !job.cancel_requested);
}

#[tokio::test]
async fn a_driver_that_panics_ends_its_own_call_and_no_other() {
    let house = House::new([Act::Panics, Act::Takes, Act::Takes]).await;
    let (first, second) = (house.submit(1).await, house.submit(1).await);
    house.until(second, JobState::Sent).await;
    house.until(first, JobState::Sent).await;
    let failure = house.store.attempts(first).await.unwrap()[0].failure;
    assert_eq!(failure, Some(Failure::Call(g3::Failure::Internal)));
}

#[tokio::test]
async fn nothing_is_sent_while_the_queue_is_paused() {
    let house = House::new([Act::Takes, Act::Takes]).await;
    let mut server = house.store.server().await.unwrap();
    server.pause_server_queue = true;
    server.use_device_tsid = false;
    house.store.set_server(server.clone()).await.unwrap();
    let (held, free) = (house.submit(1).await, house.submit(1).await);
    house.store.act(held, Action::Pause).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(house.store.job(free).await.unwrap().state, JobState::Pending);
    server.pause_server_queue = false;
    house.store.set_server(server).await.unwrap();
    house.until(free, JobState::Sent).await;
    let job = house.store.job(held).await.unwrap();
    assert_eq!((job.state, queue_word(&job)), (JobState::Pending, QueueWord::Paused));
    house.store.act(held, Action::Resume).await.unwrap();
    house.until(held, JobState::Sent).await;
    assert_eq!(house.script.dialled.lock().unwrap()[0].1, "ANNA");
}

#[tokio::test]
async fn a_discount_job_goes_out_by_itself_when_its_hours_begin() {
    let house = House::new([Act::Takes]).await;
    let now = house.clock.now_us();
    let moment = jiff::Timestamp::from_microsecond(now).unwrap();
    let today = moment.to_zoned(jiff::tz::TimeZone::system());
    let of_day = |hours: i64| {
        let wall = &today + jiff::Span::new().hours(hours);
        TimeOfDay::new(wall.hour().unsigned_abs(), wall.minute().unsigned_abs()).unwrap()
    };
    let set = |server: &mut ServerProperties| {
        (server.discount_start, server.discount_end) = (of_day(8), of_day(20));
        Ok(())
    };
    let rate = DiscountRate::of(&house.store.change_server(set).await.unwrap());
    let id = house.submit_as(1, true).await;
    let opens = rate.next(now);
    let hours = (opens - now) / 3_600_000_000;
    assert!((6..=9).contains(&hours), "the window opens in {hours} hours");
    house.until(id, JobState::Sent).await;
    let began = house.store.attempts(id).await.unwrap()[0].started_us;
    assert!(began >= opens, "{} s too early", (opens - began) / 1_000_000);
}

#[tokio::test]
async fn a_job_that_cannot_be_read_does_not_hold_up_the_others() {
    use sqlx::Connection as _;
    let house = House::new([Act::Takes]).await;
    let mut server = house.store.server().await.unwrap();
    server.pause_server_queue = true;
    house.store.set_server(server.clone()).await.unwrap();
    let (damaged, whole) = (house.submit(1).await, house.submit(1).await);
    let address = format!("sqlite:{}", house.folder.path().join("ferrofax.db").display());
    let mut database = sqlx::AnyConnection::connect(&address).await.unwrap();
    let sql = "UPDATE pages SET resolution = 'none' WHERE job = 1";
    sqlx::query(sql).execute(&mut database).await.unwrap();
    server.pause_server_queue = false;
    house.store.set_server(server).await.unwrap();
    house.until(whole, JobState::Sent).await;
    let job = house.store.job(damaged).await.unwrap();
    let bad = Failure::Call(g3::Failure::BadDocument);
    assert_eq!((job.state, job.failure), (JobState::Failed, Some(bad)));
}

#[tokio::test]
async fn a_job_that_waits_for_a_busy_line_says_so() {
    let house = House::new([Act::Hangs, Act::Takes]).await;
    let (first, second) = (house.submit(1).await, house.submit(1).await);
    house.until(first, JobState::Active).await;
    let word = async || queue_word(&house.store.job(second).await.unwrap());
    while word().await == QueueWord::Pending {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(word().await, QueueWord::NoLine);
    house.store.act(second, Action::Pause).await.unwrap();
    assert_eq!(word().await, QueueWord::Paused);
    house.store.act(second, Action::Resume).await.unwrap();
    house.store.act(first, Action::Cancel).await.unwrap();
    house.until(second, JobState::Sent).await;
}

#[tokio::test]
async fn a_call_broken_off_because_nothing_can_be_recorded_costs_an_attempt() {
    let house = House::new([]).await;
    house.stop.cancel();
    let id = house.submit(1).await;
    let begun = house.store.begin_attempt(id, PortId(1)).await.unwrap().unwrap();
    let host = OutgoingHost::new(&house.store, Clock::real(), &begun, None);
    let cancelled = outcome(0, Some(Failure::Call(g3::Failure::Cancelled)), false);
    assert_eq!(host.report(&cancelled).await.failure, cancelled.failure);
    house.store.close().await;
    host.before_last_confirm().await.unwrap_err();
    let report = host.report(&cancelled).await;
    assert_eq!(report.failure, Some(Failure::Call(g3::Failure::Internal)));
    assert!(!host.is_uncertain());
}

#[tokio::test]
async fn a_last_page_that_was_recorded_too_late_to_be_asked_for_is_not_uncertain() {
    let house = House::new([]).await;
    house.stop.cancel();
    let id = house.submit(1).await;
    let begun = house.store.begin_attempt(id, PortId(1)).await.unwrap().unwrap();
    let host = OutgoingHost::new(&house.store, Clock::real(), &begun, None);
    host.before_last_confirm().await.unwrap();
    let failure = Some(Failure::Call(g3::Failure::Internal));
    assert!(!host.report(&outcome(0, failure, false)).await.uncertain);
    assert!(host.report(&outcome(0, failure, true)).await.uncertain);
    assert!(host.report(&CallOutcome { report: None, failure }).await.uncertain);
}

#[tokio::test]
async fn times_in_a_transcript_never_go_back() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("1-1.jsonl");
    let transcript = Transcript::new(path.clone());
    transcript.line(Time::from_millis(2000), "note", "the connection ended");
    end_transcript(&transcript, &outcome(1, None, false)).await;
    transcript.line(Time::from_millis(1000), "note", "late");
    transcript.write_out().await;
    let text = std::fs::read_to_string(path).unwrap();
    let at = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["at"].as_f64();
    let times: Vec<_> = text.lines().map(at).collect();
    assert_eq!(times, [Some(2.0); 3]);
}
