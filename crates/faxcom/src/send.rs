//! How a document becomes a job.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::api::{Cover, MAX_NOTE_CHARS, MAX_TEXT_CHARS, NewJob};
use crate::doc::{Kind, texts};
use crate::server::Session;
use crate::text::{lines, one_line, station_id};
use crate::{Client, Error};

/// The largest file that is sent or looked into, in octets.
pub(crate) const MAX_FILE_OCTETS: u64 = 64 << 20;
/// How the name of a template for cover pages ends.
const TEMPLATE: &str = "typ";
/// How often a request is made when the connection breaks under it.
const TRIES: u32 = 3;
/// The pause before the second try; it doubles with each one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// Queues the file at `path` as the job `order` over `session`, and gives the job's id. Without a file
/// the job is its cover page alone.
pub(crate) fn send(session: &Session, path: Option<&Path>, order: &NewJob) -> Result<u32, Error> {
    let client = session.client()?;
    let mut job = complete(session, order)?;
    let content = path.map(read_file).transpose()?;
    let cover = personal_cover(&job.cover)?;
    let key = idempotency_key()?;
    if let (Some(path), Some(content)) = (path, content) {
        job.document = Some(upload(client, path, &content)?);
    }
    attach(client, &mut job.cover, cover)?;
    submit(client, &job, &key)
}

/// Writes the first page of the cover that the job `order` would have to `out`, as PNG.
pub(crate) fn preview_cover(
    session: &Session,
    order: &NewJob,
    width: Option<u32>,
    out: &mut dyn Write,
) -> Result<u64, Error> {
    let client = session.client()?;
    let mut job = complete(session, order)?;
    let cover = personal_cover(&job.cover)?;
    attach(client, &mut job.cover, cover)?;
    client.preview_cover(&job, width, out)
}

/// The job with what the settings say of the sender, its texts fit to travel.
fn complete(session: &Session, order: &NewJob) -> Result<NewJob, Error> {
    let mut job = order.clone();
    session.sender().complete(&mut job);
    make_fit(&mut job)?;
    Ok(job)
}

/// A template of this machine, when the cover page is one: a file whose name ends with `.typ`. All
/// other names stand for cover pages of the server.
fn personal_cover(cover: &Cover) -> Result<Option<(PathBuf, Vec<u8>)>, Error> {
    let path = Path::new(&cover.name);
    let is_template = path.extension().is_some_and(|e| e.eq_ignore_ascii_case(TEMPLATE));
    if !cover.send || cover.from_server || !is_template || !path.is_file() {
        return Ok(None);
    }
    Ok(Some((path.to_owned(), read_file(path)?)))
}

/// Hands a template of this machine to the server. The server needs to know no more of where it lay.
fn attach(
    client: &Client,
    cover: &mut Cover,
    template: Option<(PathBuf, Vec<u8>)>,
) -> Result<(), Error> {
    let Some((path, content)) = template else { return Ok(()) };
    cover.template = Some(upload(client, &path, &content)?);
    cover.name = name_of(&path);
    Ok(())
}

fn upload(client: &Client, path: &Path, content: &[u8]) -> Result<u32, Error> {
    let name = name_of(path);
    patiently(|| client.upload(&name, content)).map(|uploaded| uploaded.id)
}

fn name_of(path: &Path) -> String {
    one_line(&path.file_name().unwrap_or_default().to_string_lossy())
}

fn submit(client: &Client, job: &NewJob, key: &str) -> Result<u32, Error> {
    patiently(|| client.submit(job, key)).map(|reply| reply.value.id)
}

/// Turns the texts of a job into what may be sent, or says which one is too long.
fn make_fit(job: &mut NewJob) -> Result<(), Error> {
    for text in texts(job) {
        let (fit, most) = match text.kind {
            Kind::Line => (one_line(text.value), MAX_TEXT_CHARS),
            Kind::Lines => (lines(text.value), MAX_TEXT_CHARS),
            Kind::Note => (lines(text.value), MAX_NOTE_CHARS),
            Kind::StationId => (station_id(text.value), MAX_TEXT_CHARS),
        };
        let has = fit.chars().count();
        if has > most {
            return Err(Error::TextTooLong { member: text.member, has, most });
        }
        *text.value = fit;
    }
    Ok(())
}

/// The content of a file: an ordinary one, and not too large.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |e: io::Error| failed(path, &e);
    // Before it is opened: opening a pipe would wait for somebody to write into it.
    let kind = fs::metadata(path).map_err(failed)?.file_type();
    if kind.is_dir() {
        return Err(unusable(path, "it is a folder, not a file".to_owned()));
    }
    if !kind.is_file() {
        return Err(unusable(path, "it is a device or a pipe, not a file".to_owned()));
    }
    let file = File::open(path).map_err(failed)?;
    let mut content = Vec::new();
    file.take(MAX_FILE_OCTETS + 1).read_to_end(&mut content).map_err(failed)?;
    if content.len() as u64 > MAX_FILE_OCTETS {
        return Err(unusable(path, format!("it is larger than {MAX_FILE_OCTETS} octets")));
    }
    Ok(content)
}

/// What a failure of the system means. A name that no file can have is one of a file that is not
/// there: programs put placeholders.
fn failed(path: &Path, error: &io::Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound
        | ErrorKind::NotADirectory
        | ErrorKind::InvalidFilename
        | ErrorKind::InvalidInput => Error::FileNotFound(path.to_owned()),
        ErrorKind::PermissionDenied => Error::FileDenied(path.to_owned()),
        _ => unusable(path, error.to_string()),
    }
}

fn unusable(path: &Path, why: String) -> Error {
    Error::File { path: path.to_owned(), why }
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

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn texts_are_made_fit_member_by_member() {
        let mut job = NewJob { number: "555\t0101".into(), ..NewJob::default() };
        job.cover.note = "first\r\nsecond\0".into();
        job.cover.recipient_address = "1 Main St\nSpringfield".into();
        job.display_name = "an offer\r\nfor you".into();
        make_fit(&mut job).unwrap();
        assert_eq!(job.number, "555 0101");
        assert_eq!(job.cover.note, "first\r\nsecond ");
        assert_eq!(job.cover.recipient_address, "1 Main St\nSpringfield");
        assert_eq!(job.display_name, "an offer  for you");
    }

    #[test]
    fn a_text_that_is_too_long_is_named_with_its_limit() {
        let mut job = NewJob { billing_code: "\u{e4}".repeat(255), ..NewJob::default() };
        job.cover.note = "n".repeat(8000);
        make_fit(&mut job).unwrap();
        job.billing_code.push('x');
        let error = make_fit(&mut job).unwrap_err();
        assert_eq!(error.to_string(), "BillingCode has 256 characters; at most 255 are taken");
        assert_eq!(error.hresult(), 0x8007_0057);
        job.billing_code.clear();
        job.cover.note.push('n');
        let error = make_fit(&mut job).unwrap_err();
        assert_eq!(error.to_string(), "CoverpageNote has 8001 characters; at most 8000 are taken");
    }

    #[test]
    fn what_is_no_ordinary_file_is_refused_with_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing.tif");
        let error = read_file(&missing).unwrap_err();
        assert_eq!((error.clone(), error.hresult()), (Error::FileNotFound(missing), 0x8007_0002));
        let error = read_file(folder.path()).unwrap_err();
        assert_eq!(error.hresult(), 0x8007_000D);
        assert!(error.to_string().ends_with("it is a folder, not a file"), "{error}");
        let large = folder.path().join("large.tif");
        File::create(&large).unwrap().set_len(MAX_FILE_OCTETS + 1).unwrap();
        let error = read_file(&large).unwrap_err();
        assert!(error.to_string().contains("larger than 67108864 octets"), "{error}");
        let file = folder.path().join("a.tif");
        fs::write(&file, "x").unwrap();
        assert_eq!(read_file(&file).unwrap(), b"x");
        // No file can lie in a file, and no name has a zero in it.
        for name in ["b.tif", "\0"] {
            let nowhere = file.join(name);
            assert_eq!(read_file(&nowhere), Err(Error::FileNotFound(nowhere)));
        }
    }

    #[test]
    fn a_file_of_somebody_else_is_access_denied() {
        let path = Path::new("secret.tif");
        let error = failed(path, &ErrorKind::PermissionDenied.into());
        assert_eq!(error.to_string(), "secret.tif may not be read by this account");
        assert_eq!(error.hresult(), 0x8007_0005);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_not_read() {
        let error = read_file(Path::new("/dev/zero")).unwrap_err();
        assert!(error.to_string().ends_with("a device or a pipe, not a file"), "{error}");
    }
}
