//! A fax from one line to another, over real SIP and T.38 on loopback, to see that it works.

use std::io::Write;
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use faxcom::api::{Attempt, InboxItem, Job, JobState};
use faxcom::{Client, ClientFile, FaxServer, Settings};
use jiff::Timestamp;
use serde_json::json;
use t4::Page;

use super::live::{Live, follow};
use super::send::{exit_of, outcome};
use super::serve::{log, runtime, stop_signal};
use super::table::{duration, pages as pages_in_words, printable};
use super::{Context, Exit, jobs, ladder};
use crate::clock::Clock;
use crate::config::{Config, LineConfig};
use crate::pages;
use crate::queue::is_stamped;
use crate::serve::Server;

/// Two pages of text, tables, lines and a picture. A test of the crate `render` makes it.
const SAMPLE: &[u8] = include_bytes!("sample.pdf");
/// The number that is dialled; the receiving line answers every one.
const NUMBER: &str = "555 0199";
/// What stands on the cover page.
const NOTE: &str = "This page was laid out by the server, the pages behind it were drawn from a document. \
    What you see is what came out at the other end of a real call.";
/// Octets of image that V.17 carries in a second at 14 400 bit/s.
const OCTETS_A_SECOND: f64 = 1800.0;
/// Dialling, identification, training and hanging up, in seconds.
const CALL_OVERHEAD_S: f64 = 12.0;
/// What a page costs besides its data, in seconds.
const PAGE_OVERHEAD_S: f64 = 4.0;
/// How long the received fax may take to be in the inbox when the sender is through.
const DELIVERED_WITHIN: Duration = Duration::from_secs(20);

/// Fax a document from one line to another on this machine, to see that it works
///
/// Starts a server on a temporary data folder with two SIP lines on loopback, sends a sample (or FILE:
/// a PDF, a picture, a TIFF, a text) with a cover page from one to the other, shows how it goes,
/// compares what was received with what was sent, and leaves it as a TIFF and its pages as PNG. Ends
/// with 0 only if all pages are equal. Ctrl-C cancels the fax.
///
/// Examples:
///   ferrofax demo
///   ferrofax demo offer.pdf --output received.tif
///   ferrofax demo photo.jpg --no-cover
///   ferrofax demo --json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Demo {
    /// The document to send [default: a PDF of two pages]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Where to put the received fax, its pages beside it [default: a new file in the system's
    /// temporary folder]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Send no cover page in front
    #[arg(long)]
    no_cover: bool,
}

impl Demo {
    pub(super) fn run(self, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
        log("error", context.common.json);
        let folder = tempfile::Builder::new().prefix("ferrofax-demo-").tempdir()?;
        let file = self.document(folder.path())?;
        let runtime = runtime()?;
        let config = config(&folder.path().join("data"))?;
        let interrupted = Arc::new(AtomicBool::new(false));
        runtime.spawn(watch_for_ctrl_c(Arc::clone(&interrupted)));
        let server = runtime.block_on(Server::start(config, Clock::of_process()))?;
        let call = self.call(context, &server, &file, &interrupted, out);
        runtime.block_on(server.stop());
        let call = call?;
        let Some(received) = &call.received else {
            report_failure(context, &call, out)?;
            return Ok(exit_of(&call.job));
        };
        let equal = are_equal(&call.pages, &received.tiff)?;
        let kept = keep(self.output.as_deref(), &received.tiff)?;
        report(context, &call, received, (equal, &kept), out)?;
        Ok(if equal { exit_of(&call.job) } else { Exit::Failed })
    }

    /// The document's path.
    fn document(&self, folder: &Path) -> anyhow::Result<PathBuf> {
        if let Some(file) = &self.file {
            return Ok(file.clone());
        }
        let path = folder.join("sample.pdf");
        std::fs::write(&path, SAMPLE)?;
        Ok(path)
    }

    /// Sends the document through faxcom and waits for both ends.
    fn call(
        &self,
        context: &Context,
        server: &Server,
        file: &Path,
        interrupted: &AtomicBool,
        out: &mut dyn Write,
    ) -> anyhow::Result<Call> {
        let found = ClientFile::read(server.client_file())?;
        let (address, token) = (found.server.unwrap_or_default(), found.token.unwrap_or_default());
        let mut fax = FaxServer::with_settings(Settings::for_server(&address, &token));
        fax.connect("")?;
        let mut doc = fax.create_document(file);
        doc.set_fax_number(NUMBER);
        doc.set_recipient_name("Ada");
        doc.set_sender_name("ferrofax demo");
        doc.set_send_coverpage(!self.no_cover);
        doc.set_coverpage_subject("A fax to see that it works");
        doc.set_coverpage_note(NOTE);
        let begin = Instant::now();
        let id = doc.send()?;

        let client = fax.client()?;
        let mut tiff = Vec::new();
        client.document_tiff(id, &mut tiff)?;
        let pages = fax_pages(&tiff).context("the pages that were drawn")?;
        let estimate_s = estimate_s(&pages);
        if !context.common.json {
            let count = pages_in_words(u32::try_from(pages.len()).unwrap_or(u32::MAX));
            let drawn = begin.elapsed().as_millis();
            writeln!(out, "{} became {count} of fax in {drawn} ms.", file.display())?;
            writeln!(out, "The call takes about {}.", duration(estimate_s))?;
            out.flush()?;
        }
        let mut live = Live::new();
        let mut queue = Vec::new();
        let job = follow(&client, id, |job| {
            live.show(job);
            if queue.is_empty() && job.progress.as_ref().is_some_and(|p| p.page > 0) {
                queue = jobs::first(&fax.jobs()?, u32::MAX)?;
                if !context.common.json {
                    live.aside(|| print_queue(&queue, out))?;
                }
            }
            // Several calls may go wrong by accident; a demo shows the first as it is.
            let given_up = job.attempts > 0 && job.failure.is_some();
            let stopped = interrupted.load(Ordering::Relaxed) && !job.cancel_requested;
            if (given_up || stopped) && !job.state.is_final() {
                client.cancel(id)?;
            }
            Ok(())
        })?;
        live.clear();
        let attempt = client.attempts(id)?.attempts.pop();
        let received = match job.state {
            JobState::Sent => Some(received(&client)?),
            _ => None,
        };
        let ladder = match (&attempt, job.state) {
            (Some(_), JobState::Sent) | (None, _) => Vec::new(),
            _ if interrupted.load(Ordering::Relaxed) => Vec::new(),
            (Some(attempt), _) => ladder::lines(&client, id, attempt)?,
        };
        Ok(Call { job, pages, estimate_s, queue, attempt, received, ladder })
    }
}

/// The first Ctrl-C cancels the fax, so that nothing is left behind; the second breaks off.
async fn watch_for_ctrl_c(interrupted: Arc<AtomicBool>) {
    for _ in 0..2 {
        if stop_signal().await.is_err() {
            return;
        }
        if interrupted.swap(true, Ordering::Relaxed) {
            std::process::exit(Exit::Failed as i32);
        }
    }
}

/// What became of the call.
struct Call {
    job: Job,
    /// What was sent, the cover page in front.
    pages: Vec<Page>,
    /// Seconds that it should take.
    estimate_s: f64,
    /// The queue while the fax was being sent.
    queue: Vec<Job>,
    attempt: Option<Attempt>,
    received: Option<Received>,
    /// The time line, when it did not go well.
    ladder: Vec<String>,
}

/// What arrived at the other line.
struct Received {
    item: InboxItem,
    tiff: Vec<u8>,
}

/// Seconds that a call with these pages takes at 14 400 bit/s.
fn estimate_s(pages: &[Page]) -> f64 {
    let of_page = |page: &Page| {
        #[expect(clippy::cast_precision_loss, reason = "octets of a page are far below 2^52")]
        let octets = page.mmr.len() as f64;
        octets / OCTETS_A_SECOND + PAGE_OVERHEAD_S
    };
    CALL_OVERHEAD_S + pages.iter().map(of_page).sum::<f64>()
}

/// Two lines on loopback: what one dials, the other answers.
fn config(data: &Path) -> anyhow::Result<Config> {
    let mut from = LineConfig::named("from");
    let mut to = LineConfig::named("to");
    (from.listen, to.listen) = (free_address()?, free_address()?);
    (from.peer, to.peer) = (to.listen, from.listen);
    (from.tsid, to.csid) = ("555 0100".to_owned(), NUMBER.to_owned());
    from.header.company = "Ferrofax".to_owned();
    (from.receive, to.send) = (false, false);
    let mut config = Config::with(data.to_owned(), vec![from, to]);
    config.listen.set_port(0);
    Ok(config)
}

/// A UDP address on loopback that nobody has now.
fn free_address() -> std::io::Result<SocketAddr> {
    UdpSocket::bind("127.0.0.1:0")?.local_addr()
}

/// Waits for the one fax in the inbox and fetches it.
fn received(client: &Client) -> anyhow::Result<Received> {
    let begin = Instant::now();
    let item = loop {
        let item = client.inbox(0, 1)?.faxes.pop().filter(|fax| fax.complete);
        match item {
            Some(item) => break item,
            None if begin.elapsed() > DELIVERED_WITHIN => bail!("the fax is not in the inbox"),
            None => std::thread::sleep(Duration::from_millis(100)),
        }
    };
    let mut tiff = Vec::new();
    client.inbox_tiff(item.id, &mut tiff)?;
    Ok(Received { item, tiff })
}

/// Whether the received file has the pages that were sent, pel for pel, each below its header line.
fn are_equal(sent: &[Page], tiff: &[u8]) -> anyhow::Result<bool> {
    let received = fax_pages(tiff).context("the received fax")?;
    let mut equal = sent.len() == received.len();
    for (sent, received) in sent.iter().zip(&received) {
        equal &= is_stamped(sent, received)?;
    }
    Ok(equal)
}

/// The pages of a fax TIFF.
fn fax_pages(tiff: &[u8]) -> anyhow::Result<Vec<Page>> {
    let pages = t4::tiff::read(tiff)?;
    pages.iter().map(|page| Ok(page.to_page()?.0)).collect()
}

/// What stays of the fax.
struct Kept {
    tiff: PathBuf,
    /// A picture of each page.
    pictures: Vec<PathBuf>,
}

/// Writes the received fax where it stays, and its pages as pictures beside it.
fn keep(output: Option<&Path>, tiff: &[u8]) -> anyhow::Result<Kept> {
    let path = match output {
        Some(path) => {
            std::fs::write(path, tiff).with_context(|| path.display().to_string())?;
            path.to_owned()
        }
        None => {
            let mut file =
                tempfile::Builder::new().prefix("ferrofax-demo-").suffix(".tif").tempfile()?;
            file.write_all(tiff)?;
            file.keep()?.1
        }
    };
    let mut pictures = Vec::new();
    for (number, page) in (1..).zip(fax_pages(tiff)?) {
        let mut name = path.file_stem().unwrap_or_default().to_os_string();
        name.push(format!("-{number}.png"));
        let picture = path.with_file_name(name);
        std::fs::write(&picture, pages::png(&page, Some(page.width))?)
            .with_context(|| picture.display().to_string())?;
        pictures.push(picture);
    }
    Ok(Kept { tiff: path, pictures })
}

fn print_queue(queue: &[Job], out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "\nThe queue, as FaxServer -> FaxJobs -> FaxJob shows it now:")?;
    jobs::print(queue, out)?;
    writeln!(out)?;
    Ok(out.flush()?)
}

fn report(
    context: &Context,
    call: &Call,
    received: &Received,
    (equal, kept): (bool, &Kept),
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let attempt = call.attempt.as_ref().context("the job was in no call")?;
    let seconds = seconds(attempt);
    if context.common.json {
        return context.print_json(
            out,
            &json!({
                "job": call.job,
                "attempt": attempt,
                "queue_while_sending": call.queue,
                "received": received.item,
                "equal": equal,
                "estimate_seconds": call.estimate_s,
                "seconds": seconds,
                "file": kept.tiff,
                "pictures": kept.pictures,
            }),
        );
    }
    let ecm = if attempt.ecm { "with ECM" } else { "without ECM" };
    let verdict = if equal {
        "equal to what was sent below the header line, pel for pel"
    } else {
        "NOT what was sent"
    };
    writeln!(out, "sent      {}", pages_in_words(attempt.pages))?;
    writeln!(out, "received  {}, {verdict}", pages_in_words(received.item.pages))?;
    writeln!(out, "from      {}", printable(&received.item.tsid))?;
    writeln!(out, "line      {}, {} {ecm}", attempt.rate, attempt.coding)?;
    writeln!(out, "time      {}", seconds.map_or("unknown".to_owned(), duration))?;
    writeln!(out, "data      {} octets of image", attempt.octets)?;
    writeln!(out, "file      {}", kept.tiff.display())?;
    for picture in &kept.pictures {
        writeln!(out, "page      {}", picture.display())?;
    }
    Ok(())
}

fn report_failure(context: &Context, call: &Call, out: &mut dyn Write) -> anyhow::Result<()> {
    if context.common.json {
        let result = json!({ "job": call.job, "attempt": call.attempt, "ladder": call.ladder });
        return context.print_json(out, &result);
    }
    for line in &call.ladder {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{}", outcome(&call.job))?;
    Ok(())
}

/// How long a call took.
fn seconds(attempt: &Attempt) -> Option<f64> {
    let began: Timestamp = attempt.started.parse().ok()?;
    let ended: Timestamp = attempt.ended.as_ref()?.parse().ok()?;
    Some(ended.duration_since(began).as_secs_f64())
}
