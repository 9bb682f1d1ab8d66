//! PostScript and office files made PDF by programs that are installed.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use render::Kind;
use tokio::io::AsyncReadExt as _;
use tokio::time::Instant;

use super::child::{self, Child};
use super::confine::{self, Ended};
use super::error::{DocumentError, Limit, Part};
use super::settings::{Program, RenderConfig};

/// The document in its folder, without its ending.
const INPUT: &str = "document";

/// What comes out, in the same folder.
const OUTPUT: &str = "document.pdf";

/// The folder of the data folder that documents stand in while they are converted.
const FOLDER: &str = "convert";

/// The most that is told of what a program said, in characters.
const TOLD_CHARS: usize = 200;

/// The most that a launcher tells, in octets.
const MAX_TOLD: u64 = 256;

/// A program that makes PDF.
struct Converter {
    /// As people know it.
    name: &'static str,
    /// What it is called in PATH.
    names: &'static [&'static str],
    /// What has to be installed.
    package: &'static str,
    /// What its input's name ends with.
    ending: &'static str,
}

const GHOSTSCRIPT: Converter =
    Converter { name: "Ghostscript", names: &["gs"], package: "ghostscript", ending: "ps" };

/// What the name of an HTML page ends with.
const HTML: &str = "html";

const fn libreoffice(package: &'static str, ending: &'static str) -> Converter {
    Converter { name: "LibreOffice", names: &["soffice", "libreoffice"], package, ending }
}

/// The converter of a kind; none when the worker takes it as it is.
fn converter(kind: Kind, document: &[u8]) -> Option<Converter> {
    Some(match kind {
        Kind::PostScript => GHOSTSCRIPT,
        Kind::Rtf => libreoffice("libreoffice-writer", "rtf"),
        Kind::Html => libreoffice("libreoffice-writer", HTML),
        Kind::Word => libreoffice("libreoffice-writer", "docx"),
        Kind::Excel => libreoffice("libreoffice-calc", "xlsx"),
        Kind::PowerPoint => libreoffice("libreoffice-impress", "pptx"),
        Kind::OpenDocument => open_document(document),
        Kind::OldOffice => old_office(document),
        _ => return None,
    })
}

/// How far the type of an OpenDocument file stands from its beginning. OpenDocument 1.2 part 3 3.3.
const TYPE_WITHIN: usize = 160;

fn open_document(document: &[u8]) -> Converter {
    let head = String::from_utf8_lossy(document.get(..TYPE_WITHIN).unwrap_or(document));
    if head.contains("opendocument.spreadsheet") {
        libreoffice("libreoffice-calc", "ods")
    } else if head.contains("opendocument.presentation") {
        libreoffice("libreoffice-impress", "odp")
    } else {
        libreoffice("libreoffice-writer", "odt")
    }
}

/// How long an entry of the directory of an old file is, and what it begins at a multiple of.
/// MS-CFB 2.6.1.
const ENTRY: usize = 128;

/// Old files name their streams in UTF-16, at the beginning of entries. One look at each place where
/// one can be is quick in the largest of files.
fn old_office(document: &[u8]) -> Converter {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        document.chunks(ENTRY).any(|entry| entry.starts_with(&name))
    };
    if has("Workbook") {
        libreoffice("libreoffice-calc", "xls")
    } else if has("PowerPoint Document") {
        libreoffice("libreoffice-impress", "ppt")
    } else {
        libreoffice("libreoffice-writer", "doc")
    }
}

/// The document as a worker takes it: as it is, or as a program made PDF of it.
pub(super) async fn to_pdf(
    document: Bytes,
    config: &RenderConfig,
    deadline: Instant,
) -> Result<Bytes, DocumentError> {
    let kind = Kind::of(&document);
    let Some((kind, converter)) = kind.and_then(|kind| Some((kind, converter(kind, &document)?)))
    else {
        return Ok(document);
    };
    let setting = match kind {
        Kind::PostScript => &config.ghostscript,
        _ => &config.libreoffice,
    };
    let program = setting.find(converter.names).ok_or_else(|| needs(kind, &converter, setting))?;
    let failed = |error: io::Error| {
        tracing::error!(%error, program = %program.display(), "no document can be converted");
        DocumentError::Renderer(format!("{} cannot be used: {error}", converter.name))
    };
    let folders = std::path::absolute(&config.folder).map_err(failed)?;
    let folder =
        tempfile::Builder::new().prefix("ferrofax-").tempdir_in(folders).map_err(failed)?;
    let input = folder.path().join(format!("{INPUT}.{}", converter.ending));
    tokio::fs::write(&input, &document).await.map_err(failed)?;
    drop(document);
    let arguments = arguments(config, folder.path(), &program, &input);
    let image = child::image(config).map_err(failed)?;
    let (mut child, stdin, stdout) = Child::start(&image, &arguments).map_err(failed)?;
    let mut told = Vec::new();
    let mut stdout = stdout.take(MAX_TOLD);
    let ended = tokio::time::timeout_at(deadline, stdout.read_to_end(&mut told)).await;
    if ended.is_err() {
        let killed = child.kill().await;
        #[cfg(unix)]
        tokio::spawn(sweep(super::sandbox::SOCKETS.into()));
        tracing::warn!(?killed, program = %program.display(), "a converter took too long");
        return Err(limit(Limit::Time(config.time)));
    }
    drop(stdin);
    let end = child.end().await.map_err(failed)?;
    #[cfg(unix)]
    tokio::spawn(sweep(super::sandbox::SOCKETS.into()));
    let Ok(ended) = serde_json::from_slice::<Ended>(&told) else {
        tracing::error!(?end, program = %program.display(), "a converter could not be started");
        return Err(DocumentError::Renderer(format!("{}: {}", converter.name, end.said)));
    };
    let pdf = read(folder.path().join(OUTPUT), config.output);
    let late = |_| limit(Limit::Time(config.time));
    let pdf = tokio::time::timeout_at(deadline, pdf).await.map_err(late)?;
    match (ended, pdf) {
        (Ended::Well, Ok(Some(pdf))) => Ok(pdf),
        (ended, pdf) => {
            // Its length, not the document.
            let made = pdf.as_ref().map(|pdf| pdf.as_ref().map(Bytes::len));
            tracing::warn!(?ended, end.said, ?made, program = %program.display(), "not converted");
            let too_large = ended == Ended::Output || matches!(pdf, Ok(None));
            Err(verdict(ended, &end.said, config, &converter, too_large))
        }
    }
}

/// Makes the folder for documents that are being converted, in the data folder, and empties it: a run
/// that was broken off left them.
///
/// # Errors
/// When it cannot be made. What cannot be removed is told to the log.
pub fn conversions(data: &Path) -> io::Result<PathBuf> {
    let folder = data.join(FOLDER);
    if let Err(error) = std::fs::remove_dir_all(&folder)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(folder = %folder.display(), %error, "documents of an earlier run stay here; remove them");
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder)?;
    Ok(folder)
}

fn needs(kind: Kind, converter: &Converter, setting: &Program) -> DocumentError {
    let why = match setting {
        Program::Found => format!("is not installed on the server; install {}", converter.package),
        Program::Off => "is switched off in the server's configuration".to_owned(),
        Program::At(path) => format!(
            "is not at {}, where the server's configuration says; correct it or install {}",
            path.display(),
            converter.package
        ),
    };
    DocumentError::Document(render::Error::NeedsProgram {
        what: kind.words().to_owned(),
        program: converter.name.to_owned(),
        why,
    })
}

/// What the launcher is started with.
fn arguments(config: &RenderConfig, folder: &Path, program: &Path, input: &Path) -> Vec<OsString> {
    let mut all: Vec<OsString> = vec![
        confine::COMMAND.into(),
        "--cpu".into(),
        config.cpu.as_secs().max(1).to_string().into(),
        "--memory".into(),
        config.memory.to_string().into(),
        "--output".into(),
        config.output.to_string().into(),
        "--folder".into(),
        folder.into(),
        "--".into(),
        program.into(),
    ];
    if input.extension().is_some_and(|ending| ending == GHOSTSCRIPT.ending) {
        let flags = ["-dSAFER", "-dBATCH", "-dNOPAUSE", "-dQUIET", "-sDEVICE=pdfwrite"];
        all.extend(flags.map(OsString::from));
        all.push(format!("-sOutputFile={OUTPUT}").into());
        all.push("-f".into());
    } else {
        let flags = ["--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"];
        all.extend(flags.map(OsString::from));
        all.push(profile(folder));
        if input.extension().is_some_and(|ending| ending == HTML) {
            // As text on paper: as a page of the web it has a second, empty page.
            all.push("--infilter=HTML (StarWriter)".into());
            all.extend(["--convert-to", "pdf:writer_pdf_Export", "--outdir"].map(OsString::from));
        } else {
            all.extend(["--convert-to", "pdf", "--outdir"].map(OsString::from));
        }
        all.push(folder.into());
    }
    all.push(input.into());
    all
}

/// A profile of its own, as a URL: nothing stays, and no other LibreOffice is in the way. RFC 8089 2.
fn profile(folder: &Path) -> OsString {
    let mut profile = "-env:UserInstallation=file://".to_owned();
    for octet in folder.join("profile").as_os_str().as_encoded_bytes() {
        match octet {
            b'/' | b'-' | b'.' | b'_' | b'~' => profile.push(char::from(*octet)),
            octet if octet.is_ascii_alphanumeric() => profile.push(char::from(*octet)),
            octet => profile.push_str(&format!("%{octet:02X}")),
        }
    }
    profile.into()
}

/// What LibreOffice's socket is called, at first.
#[cfg(unix)]
const SOCKET: &str = "OSL_PIPE_";

/// Removes the sockets of those that have ended, of this account: LibreOffice that is killed leaves
/// its own.
#[cfg(unix)]
async fn sweep(folder: PathBuf) {
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
    let own = rustix::process::geteuid().as_raw();
    let Ok(mut files) = tokio::fs::read_dir(folder).await else { return };
    while let Ok(Some(file)) = files.next_entry().await {
        if !file.file_name().to_string_lossy().starts_with(SOCKET) {
            continue;
        }
        let ours = |known: std::fs::Metadata| known.uid() == own && known.file_type().is_socket();
        if !file.metadata().await.is_ok_and(ours) {
            continue;
        }
        // It does not wait: one who listens and takes nothing is no matter.
        let ended = tokio::net::UnixStream::connect(file.path())
            .await
            .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
        if ended {
            let removed = tokio::fs::remove_file(file.path()).await;
            tracing::trace!(?removed, "a socket that nobody listens at");
        }
    }
}

/// What a converter has made, none when it is larger than it may be. A document may have taken the
/// converter over: links are not followed, and nothing is waited for or read but a file.
async fn read(path: PathBuf, most: u64) -> io::Result<Option<Bytes>> {
    let mut options = tokio::fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    }
    let file = options.open(path).await?;
    if !file.metadata().await?.is_file() {
        return Err(io::Error::other("what it made is not a file"));
    }
    let mut pdf = Vec::new();
    file.take(most).read_to_end(&mut pdf).await?;
    let fits = u64::try_from(pdf.len()).is_ok_and(|octets| octets < most);
    Ok(fits.then(|| pdf.into()))
}

const fn limit(limit: Limit) -> DocumentError {
    DocumentError::Limit { of: Part::Document, limit }
}

/// Why there is no PDF.
fn verdict(
    ended: Ended,
    said: &str,
    config: &RenderConfig,
    converter: &Converter,
    too_large: bool,
) -> DocumentError {
    if ended == Ended::Cpu {
        return limit(Limit::Cpu(config.cpu));
    }
    if too_large {
        return limit(Limit::Output(config.output));
    }
    if NO_MEMORY.iter().any(|words| said.contains(words)) {
        return limit(Limit::Memory(config.memory));
    }
    // The line that tells of an error, else the last one.
    let lines = || said.lines().filter(|line| !line.trim().is_empty());
    let told = lines().find(|line| line.starts_with("Error")).or_else(|| lines().next_back());
    let told: String = told.unwrap_or("it says no reason").chars().take(TOLD_CHARS).collect();
    let words = format!("{} cannot make a PDF of it: {told}", converter.name);
    DocumentError::Document(render::Error::Unreadable(words))
}

/// What programs say that get no memory: PostScript, and C++.
const NO_MEMORY: [&str; 3] = ["VMerror", "bad_alloc", "memory allocation of "];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_the_program_that_reads_it() {
        let utf16 = |text: &str| -> Vec<u8> {
            let name = text.encode_utf16().flat_map(u16::to_le_bytes);
            let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
            file.resize(512 + 3 * ENTRY, 0);
            file.extend(name);
            file
        };
        let odf = |what: &str| {
            format!(
                "PK\x03\x04{}mimetypeapplication/vnd.oasis.opendocument.{what}",
                "\0".repeat(26)
            )
            .into_bytes()
        };
        for (document, ending, package) in [
            (b"%!PS-Adobe-3.0\n".to_vec(), "ps", "ghostscript"),
            (b"{\\rtf1 a}".to_vec(), "rtf", "libreoffice-writer"),
            (b"<!DOCTYPE html><p>a".to_vec(), "html", "libreoffice-writer"),
            (b"PK\x03\x04 word/document.xml".to_vec(), "docx", "libreoffice-writer"),
            (b"PK\x03\x04 xl/workbook.xml".to_vec(), "xlsx", "libreoffice-calc"),
            (b"PK\x03\x04 ppt/presentation.xml".to_vec(), "pptx", "libreoffice-impress"),
            (odf("text"), "odt", "libreoffice-writer"),
            (odf("spreadsheet"), "ods", "libreoffice-calc"),
            (odf("presentation"), "odp", "libreoffice-impress"),
            (utf16("WordDocument"), "doc", "libreoffice-writer"),
            (utf16("Workbook"), "xls", "libreoffice-calc"),
            (utf16("PowerPoint Document"), "ppt", "libreoffice-impress"),
        ] {
            let kind = Kind::of(&document).unwrap();
            let converter = converter(kind, &document).unwrap();
            assert_eq!((converter.ending, converter.package), (ending, package), "{kind:?}");
        }
        assert!(converter(Kind::Pdf, b"%PDF-1.7").is_none());
        assert!(converter(Kind::Text, b"text").is_none());
    }

    #[tokio::test]
    async fn a_program_that_is_missing_is_named_with_what_helps() {
        for (ghostscript, words) in [
            (Program::Off, "switched off in the server's configuration"),
            (
                Program::At("/nowhere/gs".into()),
                "not at /nowhere/gs, where the server's configuration says; correct it or install ghostscript",
            ),
        ] {
            let config = RenderConfig { ghostscript, ..RenderConfig::default() };
            let document = Bytes::from_static(b"%!PS\nshowpage");
            let error = to_pdf(document, &config, Instant::now()).await.unwrap_err();
            let told = format!("document: PostScript needs Ghostscript, which is {words}");
            assert_eq!(error.to_string(), told);
        }
        assert_eq!(
            needs(Kind::PostScript, &GHOSTSCRIPT, &Program::Found).to_string(),
            "document: PostScript needs Ghostscript, which is not installed on the server; install ghostscript"
        );
    }

    #[test]
    fn a_profile_is_a_url_whatever_its_folder_is_called() {
        let told = profile(Path::new("/srv/fax data/50%"));
        assert_eq!(told, "-env:UserInstallation=file:///srv/fax%20data/50%25/profile");
    }

    #[test]
    fn the_folder_of_conversions_is_empty_at_first() {
        let data = tempfile::tempdir().unwrap();
        let folder = conversions(data.path()).unwrap();
        std::fs::create_dir(folder.join("ferrofax-1")).unwrap();
        std::fs::write(folder.join("ferrofax-1/document.ps"), "private").unwrap();
        assert_eq!(conversions(data.path()).unwrap(), folder);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn sockets_of_this_account_that_nobody_listens_at_are_swept() {
        use std::os::unix::net::UnixListener;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let listens = UnixListener::bind(at("OSL_PIPE_0_listens")).unwrap();
        drop(UnixListener::bind(at("OSL_PIPE_0_ended")).unwrap());
        drop(UnixListener::bind(at("other")).unwrap());
        std::fs::write(at("OSL_PIPE_0_file"), "").unwrap();
        drop(UnixListener::bind(at("OSL_PIPE_0_theirs")).unwrap());
        // Only root can give it away.
        let given = std::os::unix::fs::chown(at("OSL_PIPE_0_theirs"), Some(65534), None).is_ok();
        sweep(folder.path().into()).await;
        for (name, stays) in [
            ("OSL_PIPE_0_listens", true),
            ("OSL_PIPE_0_ended", false),
            ("other", true),
            ("OSL_PIPE_0_file", true),
            ("OSL_PIPE_0_theirs", given),
        ] {
            assert_eq!(at(name).exists(), stays, "{name}");
        }
        drop(listens);
    }

    /// What is logged, kept.
    #[cfg(unix)]
    #[derive(Clone, Default)]
    struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

    #[cfg(unix)]
    impl io::Write for Log {
        fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(octets)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The launcher is a script here that leaves a file, and says that the program failed.
    #[cfg(unix)]
    #[tokio::test]
    async fn a_document_that_is_not_converted_is_not_in_the_log() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("image");
        let text = "#!/bin/sh\nprintf 'a secret' >\"$9/document.pdf\"\nprintf '{\"code\":1}'\n";
        std::fs::write(&script, text).unwrap();
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
        let config = RenderConfig {
            folder: folder.path().into(),
            ghostscript: Program::At(script.clone()),
            image: Some(script),
            ..RenderConfig::default()
        };
        let log = Log::default();
        let to = log.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || to.clone()).finish();
        let _kept = tracing::subscriber::set_default(subscriber);
        let deadline = Instant::now() + std::time::Duration::from_secs(60);
        let document = Bytes::from_static(b"%!PS\nshowpage");
        let error = to_pdf(document, &config, deadline).await.unwrap_err();
        assert!(matches!(error, DocumentError::Document(_)), "{error}");
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(log.contains("not converted") && log.contains("Some(8)"), "{log}");
        assert!(!log.contains("secret"), "{log}");
    }
}
