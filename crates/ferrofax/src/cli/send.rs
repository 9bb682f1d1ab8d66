use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use faxcom::api::{Code, Job, JobState};

use super::jobs::status;
use super::live::{Live, follow};
use super::table::{clean, pages, printable};
use super::{Context, Exit};

/// Queue a document to be faxed
///
/// The document is on the server's disk, with its pages, when this returns: the file may be
/// deleted. Fax TIFF is taken now; other types are named and refused. With --wait Ctrl-C ends only
/// the waiting; the job goes on.
///
/// Examples:
///   ferrofax send offer.tif --to '+1 555 0101'
///   ferrofax send offer.tif --to 5550101 --wait --recipient Ada
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Send {
    /// The document
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The number to dial; blanks and ()-./ do not matter
    #[arg(long, value_name = "NUMBER")]
    to: String,
    /// Stay until the fax is sent or given up, and show how far it is
    #[arg(long)]
    wait: bool,
    /// Name of the recipient
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    recipient: String,
    /// Name of the sender
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    sender: String,
    /// Company of the sender
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    company: String,
    /// Department of the sender
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    department: String,
    /// TSID of the sender; used only where the server does not insist on that of its line
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    tsid: String,
    /// Free text that goes with the job
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    billing_code: String,
    /// The name shown in the queue [default: the file's name]
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    name: String,
    /// Send only in the hours of the discount rate
    #[arg(long)]
    discount: bool,
}

impl Send {
    pub(super) fn run(self, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
        let server = context.connect()?;
        let mut doc = server.create_document(&self.file);
        doc.set_fax_number(self.to);
        doc.set_recipient_name(self.recipient);
        doc.set_sender_name(self.sender);
        doc.set_sender_company(self.company);
        doc.set_sender_department(self.department);
        doc.set_tsid(&self.tsid);
        doc.set_billing_code(self.billing_code);
        doc.set_display_name(self.name);
        doc.set_discount_send(self.discount);
        let id = doc.send().map_err(|error| named(&self.file, error))?;
        let client = server.client()?;
        if !self.wait {
            let job = client.job(id)?;
            if context.common.json {
                context.print_json(out, &job)?;
            } else {
                let (pages, number) = (pages(job.page_count), clean(&job.fax_number));
                writeln!(out, "job {id}: {pages} to {number}, {}", status(&job))?;
            }
            return Ok(Exit::Done);
        }
        let mut live = Live::new();
        let job = follow(&client, id, |job| {
            live.show(job);
            Ok(())
        });
        live.clear();
        let job = job.with_context(|| {
            format!(
                "job {id} goes on, but what becomes of it is not known here (ferrofax job {id})"
            )
        })?;
        if context.common.json {
            context.print_json(out, &job)?;
        } else {
            writeln!(out, "{}", outcome(&job))?;
        }
        Ok(exit_of(&job))
    }
}

/// A refusal of the document says which file is meant; the server does not know its path.
fn named(file: &Path, error: faxcom::Error) -> anyhow::Error {
    match error.code() {
        Some(Code::UnsupportedDocument | Code::BadDocument | Code::TooLarge) => {
            anyhow::Error::new(error).context(file.display().to_string())
        }
        _ => error.into(),
    }
}

/// The exit that the end of a job stands for.
pub(super) fn exit_of(job: &Job) -> Exit {
    match job.state {
        JobState::Sent => Exit::Done,
        JobState::Uncertain => Exit::Uncertain,
        _ => Exit::Failed,
    }
}

/// How a job ended, in one or two sentences.
pub(super) fn outcome(job: &Job) -> String {
    let number = clean(&job.fax_number);
    let failure = job.failure.as_ref().map(|failure| {
        let (text, advice) = (printable(&failure.text), printable(&failure.advice));
        let fault = failure.fault.phrase();
        format!(
            "{text} (failure {}). The fault lies with {fault}. To try: {advice}.",
            failure.number
        )
    });
    let failure = failure.unwrap_or_default();
    match job.state {
        JobState::Sent => format!("job {}: sent, {} to {number}", job.id, pages(job.page_count)),
        JobState::Canceled => format!("job {}: cancelled", job.id),
        JobState::Uncertain => format!(
            "job {}: uncertain, the far end may or may not have the whole fax: {failure}\n\
             `ferrofax job {} restart --may-duplicate` sends it again.",
            job.id, job.id
        ),
        _ => format!(
            "job {}: failed after {} of {}: {failure}",
            job.id,
            job.pages_confirmed,
            pages(job.page_count)
        ),
    }
}
