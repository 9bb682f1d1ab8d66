use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::api::NewJob;
use crate::server::Link;
use crate::{Client, Error};

/// The largest file that is sent, in octets.
const MAX_FILE_OCTETS: u64 = 64 << 20;
/// How often a request is made when the connection breaks under it.
const TRIES: u32 = 3;
/// The pause before the second try; it doubles with each one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The most characters of a TSID. T.30 5.3.6.2.4.
const TSID_CHARS: usize = 20;

/// A document to be sent to one number. faxcom IFaxDoc.
#[derive(Debug)]
pub struct FaxDoc {
    link: Arc<Link>,
    file_name: PathBuf,
    job: NewJob,
}

macro_rules! texts {
    ($($(#[$doc:meta])* $field:ident: $get:ident, $set:ident;)+) => {
        impl FaxDoc {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $get(&self) -> &str {
                    &self.job.$field
                }

                $(#[$doc])*
                pub fn $set(&mut self, value: impl Into<String>) {
                    self.job.$field = value.into();
                }
            )+
        }
    };
}

texts! {
    /// The number to dial; required. faxcom IFaxDoc::FaxNumber.
    number: fax_number, set_fax_number;
    /// Name of the recipient. faxcom IFaxDoc::RecipientName.
    recipient_name: recipient_name, set_recipient_name;
    /// Name of the sender. faxcom IFaxDoc::SenderName.
    sender_name: sender_name, set_sender_name;
    /// Company of the sender. faxcom IFaxDoc::SenderCompany.
    sender_company: sender_company, set_sender_company;
    /// Department of the sender. faxcom IFaxDoc::SenderDepartment.
    sender_dept: sender_department, set_sender_department;
    /// Free text that goes with the job. faxcom IFaxDoc::BillingCode.
    billing_code: billing_code, set_billing_code;
    /// The name shown in the queue; the file's name when empty. faxcom IFaxDoc::DisplayName.
    display_name: display_name, set_display_name;
}

impl FaxDoc {
    pub(crate) fn new(link: Arc<Link>, file_name: &Path) -> Self {
        Self { link, file_name: file_name.to_owned(), job: NewJob::default() }
    }

    /// The file to send; required. faxcom IFaxDoc::FileName.
    #[must_use]
    pub fn file_name(&self) -> &Path {
        &self.file_name
    }

    /// The file to send; it is looked at by [`FaxDoc::send`]. faxcom IFaxDoc::FileName.
    pub fn set_file_name(&mut self, file_name: impl AsRef<Path>) {
        file_name.as_ref().clone_into(&mut self.file_name);
    }

    /// The sender's own TSID; used only when the server does not insist on that of its line.
    /// faxcom IFaxDoc::Tsid.
    #[must_use]
    pub fn tsid(&self) -> &str {
        &self.job.tsid
    }

    /// The sender's own TSID: characters outside 0x20..0x7E are removed, what is longer than 20 is
    /// cut. faxcom IFaxDoc::Tsid.
    pub fn set_tsid(&mut self, tsid: &str) {
        self.job.tsid = tsid.chars().filter(|c| matches!(c, ' '..='~')).take(TSID_CHARS).collect();
    }

    /// Whether it waits for the hours of the discount rate. faxcom IFaxDoc::DiscountSend.
    #[must_use]
    pub fn discount_send(&self) -> bool {
        self.job.discount_send
    }

    /// Whether it waits for the hours of the discount rate. faxcom IFaxDoc::DiscountSend.
    pub fn set_discount_send(&mut self, discount_send: bool) {
        self.job.discount_send = discount_send;
    }

    /// Queues the fax and gives the job's id. When this returns, the server holds its own durable
    /// copy: the file may be deleted. A connection that breaks is tried again a few times and never
    /// makes a second job. Each call queues a job of its own. faxcom IFaxDoc::Send.
    ///
    /// # Errors
    /// [`Error::NoFileName`], [`Error::NoFaxNumber`], [`Error::FileNotFound`], [`Error::File`],
    /// [`Error::NotConnected`] and those of every request.
    pub fn send(&self) -> Result<u32, Error> {
        if self.file_name.as_os_str().is_empty() {
            return Err(Error::NoFileName);
        }
        if self.job.number.trim().is_empty() {
            return Err(Error::NoFaxNumber);
        }
        let session = self.link.session()?;
        let client = session.client()?;
        let content = read_file(&self.file_name)?;
        let name = self.file_name.file_name().unwrap_or_default().to_string_lossy();
        let key = idempotency_key()?;
        let document = patiently(|| client.upload(&name, &content))?.id;
        let job = NewJob { document, ..self.job.clone() };
        submit(client, &job, &key)
    }
}

fn submit(client: &Client, job: &NewJob, key: &str) -> Result<u32, Error> {
    patiently(|| client.submit(job, key)).map(|reply| reply.value.id)
}

/// Makes a request again when the connection broke under it.
fn patiently<T>(mut request: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    let mut pause = FIRST_PAUSE;
    for _ in 1..TRIES {
        match request() {
            Err(error) if error.is_connection_lost() => std::thread::sleep(pause),
            answer => return answer,
        }
        pause *= 2;
    }
    request()
}

fn idempotency_key() -> Result<String, Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| Error::NoRandomness(e.to_string()))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |e: std::io::Error| match e.kind() {
        ErrorKind::NotFound => Error::FileNotFound(path.to_owned()),
        _ => Error::File { path: path.to_owned(), why: e.to_string() },
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut content = Vec::new();
    file.take(MAX_FILE_OCTETS + 1).read_to_end(&mut content).map_err(failed)?;
    if content.len() as u64 > MAX_FILE_OCTETS {
        let why = format!("larger than {MAX_FILE_OCTETS} octets");
        return Err(Error::File { path: path.to_owned(), why });
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FaxServer;

    #[test]
    fn a_document_may_be_made_before_connect_and_is_checked_by_send() {
        let mut doc = FaxServer::new().create_document("");
        assert_eq!(doc.send(), Err(Error::NoFileName));
        doc.set_file_name("no-such-file.tif");
        assert_eq!(doc.send(), Err(Error::NoFaxNumber));
        doc.set_fax_number("123");
        assert_eq!(doc.send(), Err(Error::NotConnected));
    }

    #[test]
    fn a_tsid_is_cleaned_and_cut_without_an_error() {
        let mut doc = FaxServer::new().create_document("a.tif");
        doc.set_tsid("\u{e9}+1 555 0100 and more than twenty");
        assert_eq!(doc.tsid(), "+1 555 0100 and more");
    }

    #[test]
    fn a_broken_connection_is_tried_three_times_and_a_refusal_once() {
        let lost = || Error::Unreachable { address: "x".into(), why: "reset".into() };
        let mut calls = 0;
        let answer: Result<(), _> = patiently(|| {
            calls += 1;
            Err(lost())
        });
        assert_eq!((answer, calls), (Err(lost()), 3));
        let mut calls = 0;
        let answer: Result<(), _> = patiently(|| {
            calls += 1;
            Err(Error::NoFileName)
        });
        assert_eq!((answer, calls), (Err(Error::NoFileName), 1));
    }
}
