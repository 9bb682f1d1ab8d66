use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use faxcom::Client;
use faxcom::api::{self, Attempt};
use serde_json::json;

use super::jobs::{kind, status};
use super::ladder;
use super::send::outcome;
use super::table::{Table, moment, pages, printable};
use super::{Context, Exit};

/// Show one job, or do something with it
///
/// Examples:
///   ferrofax job 7                           what it is and what became of its calls
///   ferrofax job 7 ladder                    the time line of its last call
///   ferrofax job 7 cancel
///   ferrofax job 7 restart --may-duplicate   also when the far end may have it already
///   ferrofax job 7 pages --output 7.tif      its pages as a fax TIFF
///   ferrofax job 7 pages --pdf 7.pdf         as PDF, with the fax images as they are
///   ferrofax job 7 pages --png . --width 860 as pictures for a screen, page-001.png and so on
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Job {
    /// The job's id, as `ferrofax jobs` shows it
    #[arg(value_name = "ID")]
    id: u32,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show it with its calls (the default)
    Show,
    /// Hold it back; a call in progress goes on
    Pause,
    /// Let a paused job go on; restart a failed one
    Resume,
    /// Send a failed job again from its first unconfirmed page
    Restart {
        /// Also when the far end may already have the fax
        #[arg(long)]
        may_duplicate: bool,
    },
    /// Stop it and take it out of the queue
    Cancel,
    /// The time line of a call: SIP, T.38 and T.30, and whose fault a failure is
    Ladder {
        /// Which call, counted from 1 [default: the last]
        #[arg(long, value_name = "N")]
        attempt: Option<u32>,
    },
    /// Save its pages, as a fax TIFF unless something else is asked for
    Pages(Pages),
}

#[derive(Debug, clap::Args)]
struct Pages {
    /// The file to write; one that ends with .pdf becomes a PDF [default: job-ID.tif]
    #[arg(long, short, value_name = "FILE", group = "form")]
    output: Option<PathBuf>,
    /// A PDF to write
    #[arg(long, value_name = "FILE", group = "form")]
    pdf: Option<PathBuf>,
    /// A folder that gets a PNG for each page; it is made when it is not there
    #[arg(long, value_name = "DIR", group = "form")]
    png: Option<PathBuf>,
    /// Grey, and so many pixels wide [default: pel for pel as it is sent]
    #[arg(long, value_name = "PIXELS", requires = "png")]
    width: Option<u32>,
}

impl Pages {
    fn run(
        self,
        context: &Context,
        client: &Client,
        id: u32,
        out: &mut dyn Write,
    ) -> anyhow::Result<Exit> {
        if let Some(folder) = self.png {
            return pictures(context, client, id, &folder, self.width, out);
        }
        let path =
            self.pdf.clone().or(self.output).unwrap_or_else(|| format!("job-{id}.tif").into());
        let octets = match self.pdf.is_some() || is_pdf(&path) {
            true => save(&path, |file| client.document_pdf(id, file))?,
            false => save(&path, |file| client.document_tiff(id, file))?,
        };
        saved(context, &path, octets, out)
    }
}

/// Saves a picture of each page in a folder.
fn pictures(
    context: &Context,
    client: &Client,
    id: u32,
    folder: &Path,
    width: Option<u32>,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let pages = client.job(id)?.page_count;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let mut files = Vec::new();
    for page in 1..=pages {
        let path = folder.join(format!("page-{page:03}.png"));
        let octets = save(&path, |file| client.page_png(id, page, width, file))?;
        if !context.common.json {
            writeln!(out, "{}: {octets} octets", path.display())?;
        }
        files.push(json!({ "file": path, "octets": octets }));
    }
    if context.common.json {
        context.print_json(out, &files)?;
    }
    Ok(Exit::Done)
}

/// Whether a file is to be a PDF, by its name.
pub(super) fn is_pdf(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf"))
}

impl Job {
    pub(super) fn run(self, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
        let client = context.client()?;
        let id = self.id;
        let job = match self.action.unwrap_or(Action::Show) {
            Action::Show => return show(context, &client, id, out),
            Action::Ladder { attempt } => return ladder::run(context, &client, id, attempt, out),
            Action::Pages(pages) => return pages.run(context, &client, id, out),
            Action::Pause => client.pause(id)?,
            Action::Resume => client.resume(id)?,
            Action::Restart { may_duplicate } => client.restart(id, may_duplicate)?,
            Action::Cancel => client.cancel(id)?,
        };
        if context.common.json {
            context.print_json(out, &job)?;
        } else {
            writeln!(out, "job {id}: {}", status(&job))?;
        }
        Ok(Exit::Done)
    }
}

fn show(context: &Context, client: &Client, id: u32, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let job = client.job(id)?;
    let attempts = client.attempts(id)?.attempts;
    if context.common.json {
        context.print_json(out, &json!({ "job": job, "attempts": attempts }))?;
        return Ok(Exit::Done);
    }
    for (name, value) in rows(&job) {
        if !value.is_empty() {
            writeln!(out, "{name:<12}{}", printable(&value))?;
        }
    }
    if !attempts.is_empty() {
        writeln!(out)?;
        print_attempts(&attempts, out)?;
    }
    if job.state.is_final() && job.job_type == api::JobType::Send {
        writeln!(out, "\n{}", outcome(&job))?;
    }
    Ok(Exit::Done)
}

fn rows(job: &api::Job) -> [(&'static str, String); 18] {
    let cover = match job.cover_pages {
        0 => String::new(),
        cover => format!(", with {} of cover", pages(cover)),
    };
    let pages = format!("{} confirmed of {}{cover}", job.pages_confirmed, job.page_count);
    let status = match job.state.is_visible() {
        true => format!("{}, {}", status(job), job.device_status),
        false => status(job),
    };
    let due = job.due.as_deref().map(moment).unwrap_or_default();
    [
        ("job", job.id.to_string()),
        ("type", kind(job.job_type).to_owned()),
        ("status", status),
        ("pages", pages),
        ("number", job.fax_number.clone()),
        ("recipient", job.recipient_name.clone()),
        ("sender", job.sender_name.clone()),
        ("company", job.sender_company.clone()),
        ("department", job.sender_dept.clone()),
        ("tsid", job.tsid.clone()),
        ("far end", job.remote.clone()),
        ("billing", job.billing_code.clone()),
        ("name", job.display_name.clone()),
        ("user", job.user_name.clone()),
        ("submitted", moment(&job.submitted)),
        ("due", due),
        ("copy", job.delivery.clone()),
        ("finished", job.finished.as_deref().map(moment).unwrap_or_default()),
    ]
}

fn print_attempts(attempts: &[Attempt], out: &mut dyn Write) -> std::io::Result<()> {
    let mut table =
        Table::new(["CALL", "BEGAN (UTC)", "LINE", "PAGES", "RATE", "CODING", "OCTETS", "END"]);
    for attempt in attempts {
        let end = match (&attempt.failure, &attempt.ended) {
            (Some(failure), _) => format!("failure {}", failure.number),
            (None, Some(_)) => "good".to_owned(),
            (None, None) => "in progress".to_owned(),
        };
        table.row([
            attempt.number.to_string(),
            moment(&attempt.started),
            attempt.device_id.to_string(),
            attempt.pages.to_string(),
            attempt.rate.clone(),
            format!("{}{}", attempt.coding, if attempt.ecm { " ECM" } else { "" }),
            attempt.octets.to_string(),
            end,
        ]);
    }
    table.print(out)
}

/// Writes a file that is there whole or not at all.
pub(super) fn save(
    path: &Path,
    fetch: impl FnOnce(&mut File) -> Result<u64, faxcom::Error>,
) -> anyhow::Result<u64> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let named = || format!("cannot write {}", path.display());
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(named)?;
    let octets = fetch(file.as_file_mut())?;
    file.persist(path).with_context(named)?;
    Ok(octets)
}

/// Says what was saved.
pub(super) fn saved(
    context: &Context,
    path: &Path,
    octets: u64,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    if context.common.json {
        context.print_json(out, &json!({ "file": path, "octets": octets }))?;
    } else {
        writeln!(out, "{}: {octets} octets", path.display())?;
    }
    Ok(Exit::Done)
}
