use std::io::Write;

use faxcom::FaxJobs;
use faxcom::api::{Job, JobState, JobType};
use serde_json::json;

use super::table::{Table, clean};
use super::{Context, Exit};

/// Show the queue
///
/// Jobs that were sent, cancelled or received and delivered have left it; `ferrofax job ID` still
/// shows them, and `ferrofax inbox` the received ones.
///
/// Examples:
///   ferrofax jobs
///   ferrofax jobs --limit 10
///   ferrofax jobs --json                     with all that the server knows of each job
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Jobs {
    /// Show no more than this many
    #[arg(long, value_name = "JOBS", default_value_t = 100)]
    limit: u32,
}

impl Jobs {
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
        let jobs = context.connect()?.jobs()?;
        let shown = first(&jobs, self.limit)?;
        if context.common.json {
            context.print_json(out, &json!({ "count": jobs.count(), "jobs": shown }))?;
            return Ok(Exit::Done);
        }
        print(&shown, out)?;
        let hidden = jobs.count() - u32::try_from(shown.len()).unwrap_or(u32::MAX);
        if hidden > 0 {
            writeln!(out, "... and {hidden} more (--limit {})", jobs.count())?;
        }
        Ok(Exit::Done)
    }
}

/// The first `limit` jobs of a picture.
pub(super) fn first(jobs: &FaxJobs, limit: u32) -> anyhow::Result<Vec<Job>> {
    let mut shown = Vec::new();
    for index in 1..=jobs.count().min(limit) {
        shown.push(jobs.item(index)?.details().clone());
    }
    Ok(shown)
}

/// The table of FaxJobs.
pub(super) fn print(jobs: &[Job], out: &mut dyn Write) -> std::io::Result<()> {
    if jobs.is_empty() {
        return writeln!(out, "the queue is empty");
    }
    let head = ["ID", "TYPE", "STATUS", "DEVICE", "PAGES", "NUMBER", "RECIPIENT", "USER", "NAME"];
    let mut table = Table::new(head);
    for job in jobs {
        let sending = job.job_type == JobType::Send;
        let pages = match sending {
            true => format!("{}/{}", job.pages_confirmed, job.page_count),
            false => job.page_count.to_string(),
        };
        table.row([
            job.id.to_string(),
            kind(job.job_type).to_owned(),
            status(job),
            job.device_status.clone(),
            pages,
            if sending { job.fax_number.clone() } else { job.tsid.clone() },
            job.recipient_name.clone(),
            job.user_name.clone(),
            job.display_name.clone(),
        ]);
    }
    table.print(out)
}

/// Where a job stands. What faxcom says of one that has left the queue means nothing to people.
pub(super) fn status(job: &Job) -> String {
    match job.state {
        JobState::Sent => "Sent".to_owned(),
        JobState::Received => "Received".to_owned(),
        JobState::Canceled => "Cancelled".to_owned(),
        JobState::Uncertain => "Uncertain".to_owned(),
        _ => clean(&job.queue_status),
    }
}

/// What kind of job it is, in a word.
pub(super) const fn kind(job_type: JobType) -> &'static str {
    match job_type {
        JobType::Send => "send",
        JobType::Receive => "receive",
        JobType::Routing => "routing",
        JobType::FailReceive => "broken receive",
        JobType::Unknown => "unknown",
    }
}
