//! PostScript and office files made PDF by programs that are installed.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use render::Kind;
use tokio::io::AsyncReadExt as _;
use tokio::time::Instant;

use super::child::Child;
use super::confine::{self, Ended};
use super::error::{DocumentError, Limit, Part};
use super::renderer::image;
use super::settings::RenderConfig;

/// The document in its folder, without its ending.
const INPUT: &str = "document";

/// What comes out, in the same folder.
const OUTPUT: &str = "document.pdf";

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

/// Old files name their streams in UTF-16.
fn old_office(document: &[u8]) -> Converter {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        document.windows(name.len()).any(|window| window == name)
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
    let program = setting.find(converter.names).ok_or_else(|| needs(kind, &converter))?;
    let failed = |error: io::Error| {
        tracing::error!(%error, program = %program.display(), "no document can be converted");
        DocumentError::Renderer(format!("{} cannot be used: {error}", converter.name))
    };
    let folder = tempfile::Builder::new().prefix("ferrofax-").tempdir().map_err(failed)?;
    let input = folder.path().join(format!("{INPUT}.{}", converter.ending));
    tokio::fs::write(&input, &document).await.map_err(failed)?;
    drop(document);
    let arguments = arguments(config, folder.path(), &program, &input);
    let (mut child, stdin, stdout) = Child::start(&image(config)?, &arguments).map_err(failed)?;
    let mut told = Vec::new();
    let mut stdout = stdout.take(MAX_TOLD);
    let ended = tokio::time::timeout_at(deadline, stdout.read_to_end(&mut told)).await;
    if ended.is_err() {
        let killed = child.kill().await;
        #[cfg(unix)]
        tokio::task::spawn_blocking(sweep);
        tracing::warn!(?killed, program = %program.display(), "a converter took too long");
        return Err(limit(Limit::Time(config.time)));
    }
    drop(stdin);
    let end = child.end().await.map_err(failed)?;
    #[cfg(unix)]
    tokio::task::spawn_blocking(sweep);
    let Ok(ended) = serde_json::from_slice::<Ended>(&told) else {
        tracing::error!(?end, program = %program.display(), "a converter could not be started");
        return Err(DocumentError::Renderer(format!("{}: {}", converter.name, end.said)));
    };
    let pdf = read(&folder.path().join(OUTPUT), config.output).await;
    match (ended, pdf) {
        (Ended::Well, Ok(Some(pdf))) => Ok(pdf),
        (ended, pdf) => {
            tracing::warn!(?ended, end.said, ?pdf, program = %program.display(), "not converted");
            let too_large = ended == Ended::Output || matches!(pdf, Ok(None));
            Err(verdict(ended, &end.said, config, &converter, too_large))
        }
    }
}

fn needs(kind: Kind, converter: &Converter) -> DocumentError {
    DocumentError::Document(render::Error::NeedsProgram {
        what: kind.words().to_owned(),
        program: converter.name.to_owned(),
        package: converter.package.to_owned(),
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

/// A profile of its own: nothing stays, and no other LibreOffice is in the way.
fn profile(folder: &Path) -> OsString {
    let mut profile = OsString::from("-env:UserInstallation=file://");
    profile.push(PathBuf::from(folder).join("profile"));
    profile
}

/// What LibreOffice's socket is called, at first.
#[cfg(unix)]
const SOCKET: &str = "OSL_PIPE_";

/// Removes the sockets of those that have ended: LibreOffice that is killed leaves its own.
#[cfg(unix)]
fn sweep() {
    let files = std::fs::read_dir(super::sandbox::SOCKETS).into_iter().flatten().flatten();
    for file in files.filter(|file| file.file_name().to_string_lossy().starts_with(SOCKET)) {
        let ended = std::os::unix::net::UnixStream::connect(file.path())
            .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
        if ended {
            let removed = std::fs::remove_file(file.path());
            tracing::trace!(?removed, "a socket that nobody listens at");
        }
    }
}

/// The file, none when it is larger than it may be.
async fn read(path: &Path, most: u64) -> io::Result<Option<Bytes>> {
    match tokio::fs::metadata(path).await?.len() {
        octets if octets >= most => Ok(None),
        _ => Ok(Some(tokio::fs::read(path).await?.into())),
    }
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
    use super::super::settings::Program;
    use super::*;

    #[test]
    fn each_kind_has_the_program_that_reads_it() {
        let utf16 = |text: &str| -> Vec<u8> {
            let name = text.encode_utf16().flat_map(u16::to_le_bytes);
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".iter().copied().chain(name).collect()
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
    async fn a_program_that_is_missing_is_named_with_what_to_install() {
        let config = RenderConfig { ghostscript: Program::Off, ..RenderConfig::default() };
        let document = Bytes::from_static(b"%!PS\nshowpage");
        let error = to_pdf(document, &config, Instant::now()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "document: PostScript needs Ghostscript, which is not installed on the server; install ghostscript"
        );
    }
}
