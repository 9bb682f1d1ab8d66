use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use faxcom::api::{self, Code, Job, JobState};

use super::fields::Fields;
use super::jobs::status;
use super::live::{Live, follow};
use super::table::{clean, pages, printable};
use super::{Context, Exit};

/// Queue a document to be faxed
///
/// PDF, plain text, TIFF, PNG, JPEG, GIF, BMP and WebP are taken, and what the server has programs for;
/// what a file is, is found by looking at it. It is on the server's disk, with its pages, when this
/// returns: the file may be deleted. With --wait Ctrl-C ends only the waiting; the job goes on.
///
/// Examples:
///   ferrofax send offer.pdf --to '+1 555 0101'
///   ferrofax send offer.pdf --to 5550101 --wait --recipient Ada
///   ferrofax send offer.pdf --to 5550101 --cover --subject Offer --note 'As we said.'
///   ferrofax send --to 5550101 --cover house.typ --field recipient_city=London
///   ferrofax send secret.pdf --to 5550101 --password-file - < password.txt
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Send {
    /// The document; may be left out with --cover
    #[arg(value_name = "FILE", required_unless_present = "cover")]
    file: Option<PathBuf>,
    /// The number to dial; blanks and ()-./ do not matter
    #[arg(long, value_name = "NUMBER")]
    to: String,
    /// Stay until the fax is sent or given up, and show how far it is
    #[arg(long)]
    wait: bool,
    /// A cover page in front: one of the server's by its name, or a template of this machine that ends
    /// with .typ [default: standard]
    #[arg(long, value_name = "NAME|FILE.typ", num_args = 0..=1, default_missing_value = "")]
    cover: Option<String>,
    /// Lines per millimetre of what is drawn; a fax TIFF keeps its own
    #[arg(long, value_enum, default_value_t)]
    resolution: Resolution,
    #[command(flatten)]
    password: PasswordOption,
    /// TSID of the sender; used only where the server does not insist on that of its line
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    tsid: String,
    /// The name shown in the queue [default: the file's name]
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    name: String,
    /// Send only in the hours of the discount rate
    #[arg(long)]
    discount: bool,
    #[command(flatten)]
    fields: Fields,
}

/// Lines per millimetre. T.4 2.1
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub(super) enum Resolution {
    /// 3.85 lines per millimetre (98 dpi)
    Standard,
    /// 7.7 lines per millimetre (196 dpi)
    #[default]
    Fine,
    /// 15.4 lines per millimetre (391 dpi)
    Superfine,
}

impl From<Resolution> for api::Resolution {
    fn from(resolution: Resolution) -> Self {
        match resolution {
            Resolution::Standard => Self::Standard,
            Resolution::Fine => Self::Fine,
            Resolution::Superfine => Self::Superfine,
        }
    }
}

/// Where the password of a document comes from.
#[derive(Debug, clap::Args)]
struct PasswordOption {
    /// The password of an encrypted document; other users of this machine may see it there, so rather
    /// use --password-file
    #[arg(long, value_name = "PASSWORD", env = "FERROFAX_PASSWORD", hide_env_values = true)]
    password: Option<api::Password>,
    /// A file with the password in its first line; - is standard input. It comes before --password and
    /// the environment
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// The longest first line of a file with a password, in octets.
const MAX_PASSWORD_OCTETS: u64 = 4096;

impl PasswordOption {
    fn read(self) -> anyhow::Result<api::Password> {
        let Some(path) = self.password_file else { return Ok(self.password.unwrap_or_default()) };
        let named = || format!("cannot read the password from {}", path.display());
        let source: Box<dyn Read> = match path.as_os_str() == "-" {
            true => Box::new(std::io::stdin()),
            false => Box::new(File::open(&path).with_context(named)?),
        };
        let mut line = String::new();
        BufReader::new(source.take(MAX_PASSWORD_OCTETS))
            .read_line(&mut line)
            .with_context(named)?;
        Ok(line.trim_end_matches(['\r', '\n']).to_owned().into())
    }
}

impl Send {
    pub(super) fn run(self, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
        let password = self.password.read()?;
        let server = context.connect()?;
        let mut doc = server.create_document(self.file.as_deref().unwrap_or(Path::new("")));
        doc.set_fax_number(self.to);
        doc.set_tsid(&self.tsid);
        doc.set_display_name(self.name);
        doc.set_discount_send(self.discount);
        doc.set_resolution(self.resolution.into());
        doc.set_password(password);
        doc.set_send_coverpage(self.cover.is_some());
        doc.set_coverpage_name(self.cover.unwrap_or_default());
        self.fields.put(&mut doc)?;
        let id = match &self.file {
            Some(file) => doc.send().map_err(|error| named(file, error))?,
            None => doc.send_cover_alone()?,
        };
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
        Some(Code::EncryptedDocument) => {
            let how = "--password-file FILE gives it";
            anyhow::Error::new(error).context(format!("{} ({how})", file.display()))
        }
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
