//! A job while it is on its way: one line that moves on a terminal, plain lines elsewhere.

use std::time::{Duration, Instant};

use faxcom::api::{Job, JobState};
use faxcom::{Client, Error};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::complain;
use super::jobs::status;
use super::table::{duration, moment, printable};

/// How often the server is asked.
const ASK_EVERY: Duration = Duration::from_millis(250);
/// How long a server may be away while a job is followed.
const AWAY_AT_MOST: Duration = Duration::from_secs(60);
/// Steps of the bar.
const STEPS: u64 = 1000;

/// Follows a job until nothing more happens to it by itself; `seen` is shown each picture of it.
pub(super) fn follow(
    client: &Client,
    id: u32,
    mut seen: impl FnMut(&Job) -> anyhow::Result<()>,
) -> anyhow::Result<Job> {
    let mut answered = Instant::now();
    loop {
        match client.job(id) {
            Ok(job) => {
                answered = Instant::now();
                seen(&job)?;
                if job.state.is_final() {
                    return Ok(job);
                }
            }
            // A server that is started anew goes on with the job.
            Err(Error::Unreachable { .. }) if answered.elapsed() < AWAY_AT_MOST => {}
            Err(error) => return Err(error.into()),
        }
        std::thread::sleep(ASK_EVERY);
    }
}

/// The moving line.
pub(super) struct Live {
    bar: ProgressBar,
    last: String,
}

impl Live {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(STEPS), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:10} {wide_msg}");
        bar.set_style(style.expect("the template is a good one").progress_chars("=> "));
        Self { bar, last: String::new() }
    }

    /// Shows where a job stands.
    pub(super) fn show(&mut self, job: &Job) {
        if self.bar.is_hidden() {
            // Plain lines say each step once and leave out what changes all the time.
            let line = step(job);
            if line != self.last {
                complain(&line);
                self.last = line;
            }
            return;
        }
        self.bar.set_position(steps(job));
        self.bar.set_message(format!("{}{}", step(job), numbers(job)));
    }

    /// Prints something else while the line is out of the way.
    pub(super) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// Takes the line away; what follows is printed where it stood.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// What a job is doing, without numbers that move.
fn step(job: &Job) -> String {
    if job.state == JobState::Sent {
        return format!("job {}: sent", job.id);
    }
    let Some(progress) = &job.progress else {
        let mut words = format!("job {}: {}", job.id, status(job));
        if let Some(failure) = &job.failure {
            words += &format!(" ({})", printable(&failure.text));
        }
        if let (Some(due), true) = (&job.due, job.attempts > 0) {
            words += &format!(", again at {} UTC", moment(due));
        }
        return words;
    };
    let mut words = format!("job {}: {}", job.id, progress.phase);
    match (progress.page, progress.pages) {
        (0, _) => {}
        _ if progress.phase == "hanging up" => {}
        (page, 0) => words += &format!(" page {page}"),
        (page, pages) => words += &format!(" page {page} of {pages}"),
    }
    if let Some(rate) = progress.rate_bps {
        words += &format!(", {rate} bit/s{}", if progress.ecm { " ECM" } else { "" });
    }
    words
}

/// The numbers that move.
fn numbers(job: &Job) -> String {
    let Some(progress) = &job.progress else { return String::new() };
    let in_page = progress.percent.filter(|_| progress.phase == "sending");
    let percent = in_page.map(|percent| format!(", {percent} %"));
    let left = progress.seconds_left.map(|left| format!(", {} left", duration(left)));
    percent.unwrap_or_default() + &left.unwrap_or_default()
}

/// How far the whole job is.
fn steps(job: &Job) -> u64 {
    let pages = u64::from(job.page_count.max(1));
    let in_page = job.progress.as_ref().map_or(0, |p| u64::from(p.percent.unwrap_or(0)));
    // A page whose data is out is not done before it is confirmed.
    let is_next = job.progress.as_ref().is_some_and(|p| p.page > job.pages_confirmed);
    let part = if is_next { in_page.min(99) * STEPS / 100 } else { 0 };
    (u64::from(job.pages_confirmed) * STEPS + part) / pages
}
