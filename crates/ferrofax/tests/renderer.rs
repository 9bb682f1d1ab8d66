//! Documents drawn by workers that are real processes: what goes through, what is stopped, and what
//! a worker can reach.

#![cfg(target_os = "linux")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use ferrofax::document::{
    CoverFields, CoverOrder, DocumentError, Limit, Options, Order, Part, Program, RenderConfig,
    Renderer,
};
use t4::{Bitmap, Page, Resolution, tiff};
use tempfile::TempDir;

/// The binary that workers are started from.
const FERROFAX: &str = env!("CARGO_BIN_EXE_ferrofax");

/// The most pages of an order.
const MAX_PAGES: u32 = 900;

fn config() -> RenderConfig {
    RenderConfig { image: Some(FERROFAX.into()), workers: 4, ..RenderConfig::default() }
}

fn order(document: Vec<u8>) -> Order {
    let options =
        Options { resolution: Resolution::Fine, max_pages: MAX_PAGES, password: String::new() };
    Order { document: Some(document.into()), options, cover: None }
}

/// A page with a slanted line that begins at `seed`.
fn page(seed: u32, rows: u32) -> Page {
    let mut bitmap = Bitmap::new(1728, rows).expect("a bitmap");
    for row in 0..rows {
        for x in (0..1728).step_by(24) {
            bitmap.set((row * 5 + x + seed * 100) % 1728, row, true);
        }
    }
    Page::from_bitmap(&bitmap, Resolution::Fine)
}

fn fax(pages: &[Page]) -> Vec<u8> {
    let mut writer = tiff::Writer::new();
    pages.iter().for_each(|page| writer.push(page).expect("a page"));
    writer.finish()
}

/// A program that does `first` and then what a worker does.
fn image(folder: &TempDir, first: &str) -> PathBuf {
    script(folder, &format!("{first}\nexec {FERROFAX} \"$@\""))
}

/// A program that does this.
fn script(folder: &TempDir, text: &str) -> PathBuf {
    let path = folder.path().join("image");
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a script");
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, executable).expect("it can be started");
    path
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

const fn limit(limit: Limit) -> DocumentError {
    DocumentError::Limit { of: Part::Document, limit }
}

#[tokio::test]
async fn pages_come_from_a_worker_as_they_were() {
    let pages: Vec<Page> = (0..3).map(|seed| page(seed, 300)).collect();
    let rendered = Renderer::new(config()).render(order(fax(&pages))).await.expect("it is drawn");
    assert_eq!(rendered.cover_pages, 0);
    let bitmaps = |pages: &[Page]| -> Vec<_> { pages.iter().map(Page::to_bitmap).collect() };
    assert_eq!(bitmaps(&rendered.pages), bitmaps(&pages));
}

#[tokio::test]
async fn what_is_wrong_with_a_document_comes_from_the_worker() {
    let renderer = Renderer::new(config());
    let too_many = fax(&vec![page(0, 10); 4]);
    let mut order = order(too_many);
    order.options.max_pages = 3;
    let error = renderer.render(order.clone()).await.expect_err("it has four pages");
    assert_eq!(error.to_string(), "document: it has 4 pages; a job has at most 3");
    order.document = Some(Bytes::from_static(b"II\x2a\0\x08\0\0\0garbage"));
    let error = renderer.render(order.clone()).await.expect_err("it is damaged");
    assert!(matches!(error, DocumentError::Document(_)), "{error}");
    order.document = None;
    let template = "#nothing-of-this-name".to_owned();
    order.cover = Some(CoverOrder { template, fields: CoverFields::default(), behind: 0 });
    let error = renderer.render(order).await.expect_err("the template is wrong");
    assert!(error.to_string().starts_with("cover page: the template is wrong: "), "{error}");
}

#[tokio::test]
async fn a_worker_that_is_stopped_is_timed_out_and_others_are_served() {
    let folder = folder();
    let once = folder.path().join("once");
    let stop = format!("/bin/mkdir {} 2>/dev/null && kill -STOP $$", once.display());
    let time = Duration::from_secs(3);
    let renderer =
        Renderer::new(RenderConfig { image: Some(image(&folder, &stop)), time, ..config() });
    let document = fax(&[page(0, 100)]);
    let stopped = tokio::spawn({
        let (renderer, order) = (renderer.clone(), order(document.clone()));
        async move { renderer.render(order).await }
    });
    while !once.exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for _ in 0..5 {
        let rendered = renderer.render(order(document.clone())).await.expect("others are served");
        assert_eq!(rendered.pages.len(), 1);
    }
    assert!(!stopped.is_finished());
    let error = stopped.await.expect("no panic").expect_err("it was stopped");
    assert_eq!(error, limit(Limit::Time(time)));
    assert_eq!(children_with(&folder.path().display().to_string()), Vec::<String>::new());
}

#[tokio::test]
async fn an_order_that_nobody_waits_for_ends_its_worker() {
    let folder = folder();
    let begun = folder.path().join("begun");
    let stop = format!("/bin/mkdir {}; kill -STOP $$", begun.display());
    let renderer = Renderer::new(RenderConfig { image: Some(image(&folder, &stop)), ..config() });
    let order = order(fax(&[page(0, 100)]));
    let waiting = tokio::spawn(async move { renderer.render(order).await });
    while !begun.exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let script = folder.path().display().to_string();
    assert_eq!(children_with(&script).len(), 1);
    waiting.abort();
    while !children_with(&script).is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The numbers of processes, dead ones that nobody waited for among them, whose command has `part`.
fn children_with(part: &str) -> Vec<String> {
    let own = std::process::id().to_string();
    let all = std::fs::read_dir("/proc").expect("processes").flatten();
    all.filter_map(|entry| {
        let command = std::fs::read(entry.path().join("cmdline")).ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let mut rest = stat.rsplit(") ").next()?.split(' ');
        let (state, parent) = (rest.next()?, rest.next()?);
        let command = String::from_utf8_lossy(&command).into_owned();
        (parent == own && (command.contains(part) || state == "Z"))
            .then(|| entry.file_name().to_string_lossy().into_owned())
    })
    .collect()
}

#[tokio::test]
async fn a_document_that_needs_more_than_it_may_have_is_told_which_limit_fired() {
    let long = fax(&vec![page(1, 4000); 800]);
    let cpu = Duration::from_secs(1);
    let slow = RenderConfig { cpu, ..config() };
    let narrow = RenderConfig { memory: 96 << 20, ..config() };
    let short = RenderConfig { output: 1000, ..config() };
    let quick = RenderConfig { time: Duration::from_millis(1), ..config() };
    let mut large = fax(&[page(0, 10)]);
    large.resize(100 << 20, 0);
    for (config, document, fired) in [
        (slow, long, Limit::Cpu(cpu)),
        (narrow, large, Limit::Memory(96 << 20)),
        (short, fax(&[page(0, 1000)]), Limit::Output(1000)),
        (quick, fax(&[page(0, 100)]), Limit::Time(Duration::from_millis(1))),
    ] {
        let error = Renderer::new(config).render(order(document)).await.expect_err("a limit");
        assert_eq!(error, limit(fired), "{error}");
    }
}

#[tokio::test]
async fn a_worker_that_crashes_is_an_error_of_its_document_alone() {
    let folder = folder();
    for (crash, cover, words) in [
        ("exit 101", false, "document: the program that draws it crashed on it"),
        ("kill -BUS $$", false, "document: the program that draws it crashed on it"),
        ("kill -SEGV $$", false, "document: it is nested too deeply"),
        ("kill -SYS $$", false, "the renderer failed: a worker made a call"),
        ("exit 0", false, "the renderer failed: a worker ended early"),
        ("printf '\\377\\377\\377\\377\\377\\377\\377\\377'; exit 0", true, "the renderer failed"),
    ] {
        let config = RenderConfig { image: Some(image(&folder, crash)), ..config() };
        let mut order = order(fax(&[page(0, 10)]));
        if cover {
            let fields = CoverFields::default();
            order.cover = Some(CoverOrder { template: String::new(), fields, behind: 0 });
        }
        let error = Renderer::new(config).render(order).await.expect_err("it crashed");
        assert!(error.to_string().starts_with(words), "{crash}: {error}");
    }
    let nowhere = RenderConfig { image: Some("/nowhere/ferrofax".into()), ..config() };
    let error = Renderer::new(nowhere).render(order(fax(&[page(0, 10)]))).await;
    let error = error.expect_err("there is no such program");
    assert!(matches!(error, DocumentError::Renderer(_)), "{error}");
}

#[tokio::test]
async fn orders_wait_for_their_turn() {
    let renderer = Renderer::new(RenderConfig { workers: 1, ..config() });
    let document = fax(&[page(0, 100)]);
    let all = (0..6).map(|_| renderer.render(order(document.clone())));
    for rendered in futures_util::future::join_all(all).await {
        assert_eq!(rendered.expect("it had its turn").pages.len(), 1);
    }
}

/// What a worker called, as strace tells it, from the last step of closing itself in on.
fn calls_when_closed_in(trace: &str) -> Vec<&str> {
    let calls: Vec<&str> = trace
        .lines()
        .filter_map(|line| line.split_once(' ').map(|(_, call)| call.trim()))
        .collect();
    // The last of its two filters.
    let closed = calls.iter().rposition(|call| call.starts_with("seccomp(SECCOMP_SET_MODE_FILTER"));
    calls[closed.expect("it closes itself in") + 1..].to_vec()
}

#[tokio::test]
#[ignore = "needs strace"]
async fn a_worker_that_is_closed_in_reads_and_writes_its_pipes_and_nothing_else() {
    let folder = folder();
    let trace = folder.path().join("trace");
    let text = format!("exec /usr/bin/strace -f -o {} {FERROFAX} \"$@\"", trace.display());
    let script = script(&folder, &text);
    let renderer = Renderer::new(RenderConfig { image: Some(script), ..config() });
    let rendered = renderer.render(order(fax(&[page(0, 1000), page(1, 1000)]))).await;
    assert_eq!(rendered.expect("it is drawn").pages.len(), 2);
    let trace = std::fs::read_to_string(&trace).expect("a trace");
    assert!(trace.contains("landlock_restrict_self("), "{trace}");
    let calls = calls_when_closed_in(&trace);
    assert!(calls.iter().any(|call| call.starts_with("read(0, ")), "{calls:#?}");
    assert!(calls.iter().any(|call| call.starts_with("write(1, ")), "{calls:#?}");
    let harmless = [
        "read(0, ",
        "write(1, ",
        "write(2, ",
        "brk(",
        "mmap(NULL, ",
        "munmap(",
        "mremap(",
        "madvise(",
        "futex(",
        "getrandom(",
        "sigaltstack(",
        "rt_sig",
        "exit_group(",
        "+++ exited with 0 +++",
    ];
    for call in &calls {
        assert!(harmless.iter().any(|known| call.starts_with(known)), "{call}");
        assert!(!call.starts_with("mmap(") || call.contains("MAP_ANONYMOUS"), "{call}");
    }
}

/// A server that has its data in the folder `data` of this one, with this in its configuration.
fn serve(binary: &Path, folder: &TempDir, also: &str) -> std::process::Child {
    let file = folder.path().join("ferrofax.toml");
    let text = format!(
        "data = {:?}\nlisten = \"127.0.0.1:0\"\n{also}\n[[line]]\nname = \"own\"\nlisten = \"127.0.0.1:0\"\npeer = \"127.0.0.1:9\"\n",
        folder.path().join("data").display().to_string()
    );
    std::fs::write(&file, text).expect("a configuration");
    std::process::Command::new(binary)
        .args(["serve", "--config"])
        .arg(&file)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the server starts")
}

/// A server whose binary is deleted while it runs goes on to start workers from its own image.
#[test]
fn a_server_draws_when_its_binary_is_gone() {
    let folder = folder();
    let binary = folder.path().join("ferrofax");
    std::fs::copy(FERROFAX, &binary).expect("a copy");
    let data = folder.path().join("data");
    let mut server = serve(&binary, &folder, "");
    let server_at = client(&data.join("client.toml"));
    std::fs::remove_file(&binary).expect("it is deleted");
    std::fs::write(&binary, "not a program").expect("something else is in its place");
    let path = folder.path().join("letter.tif");
    std::fs::write(&path, fax(&[page(0, 300), page(1, 300)])).expect("a document");
    let mut doc = server_at.create_document(path);
    doc.set_fax_number("555 0199");
    let sent = doc.send();
    server.kill().expect("it is ended");
    server.wait().expect("it is over");
    sent.expect("it is drawn and queued");
}

/// A converter of a server that is killed ends, and what it worked on is gone with the next start.
#[test]
fn a_converter_ends_with_a_server_that_is_killed() {
    let folder = folder();
    let converter = script(&folder, "/bin/sleep 600");
    let data = folder.path().join("data");
    let also = format!("[render]\nghostscript = {:?}", converter.display().to_string());
    let mut server = serve(FERROFAX.as_ref(), &folder, &also);
    let server_at = client(&data.join("client.toml"));
    let path = folder.path().join("letter.ps");
    std::fs::write(&path, "%!PS\nshowpage").expect("a document");
    let sending = std::thread::spawn(move || {
        let mut doc = server_at.create_document(path);
        doc.set_fax_number("555 0199");
        doc.send().is_ok()
    });
    let script = converter.display().to_string();
    // The launcher, which names it too, and the script.
    while processes_with(&script).len() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let converting = || std::fs::read_dir(data.join("convert")).expect("its folder").count();
    assert_eq!(converting(), 1);
    server.kill().expect("it is killed");
    server.wait().expect("it is over");
    for _ in 0..2000 {
        if processes_with(&script).is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(processes_with(&script), Vec::<String>::new());
    assert!(!sending.join().expect("no panic"), "nobody was there to take it");
    assert_eq!(converting(), 1);
    std::fs::remove_file(data.join("client.toml")).expect("the next one writes it");
    let mut server = serve(FERROFAX.as_ref(), &folder, &also);
    let _serving = client(&data.join("client.toml"));
    let left = converting();
    server.kill().expect("it is killed");
    server.wait().expect("it is over");
    assert_eq!(left, 0);
}

/// The numbers of processes that run and whose command has `part`.
fn processes_with(part: &str) -> Vec<String> {
    let all = std::fs::read_dir("/proc").expect("processes").flatten();
    all.filter(|entry| {
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&command).contains(part)
    })
    .map(|entry| entry.file_name().to_string_lossy().into_owned())
    .collect()
}

/// What a converter leaves is taken when it is a file, and nothing else is followed or waited for.
#[tokio::test]
async fn what_a_converter_makes_is_a_file_or_nothing() {
    let folder = folder();
    let other = folder.path().join("other");
    std::fs::write(&other, fax(&[page(0, 300)])).expect("what it may not reach");
    let other = other.display();
    for (made, words) in [
        (format!("cp {other} document.pdf"), None),
        (format!("ln -s {other} document.pdf"), Some("Ghostscript cannot make a PDF of it")),
        ("mkfifo document.pdf".to_owned(), Some("Ghostscript cannot make a PDF of it")),
        ("mkdir document.pdf".to_owned(), Some("Ghostscript cannot make a PDF of it")),
        ("kill -KILL $PPID".to_owned(), Some("cannot make a PDF")),
    ] {
        let ghostscript = Program::At(script(&folder, &made));
        let renderer = Renderer::new(RenderConfig { ghostscript, ..config() });
        let rendered = renderer.render(order(b"%!PS\nshowpage".to_vec())).await;
        match words {
            None => assert_eq!(rendered.expect("it is a file").pages.len(), 1),
            Some(words) => {
                let error = rendered.expect_err("it is not a file").to_string();
                assert!(error.contains(words), "{made}: {error}");
            }
        }
    }
}

/// A client of the server that writes this file, once it serves.
fn client(file: &Path) -> faxcom::FaxServer {
    for _ in 0..2000 {
        let settings = faxcom::Settings::from_files(&[file.to_owned()]);
        if file.exists()
            && let Ok(settings) = settings
        {
            let mut server = faxcom::FaxServer::with_settings(settings);
            if server.connect("").is_ok() {
                return server;
            }
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the server does not serve");
}

/// A document that a program which is installed makes PDF of, then a fax.
async fn converted(document: &[u8]) -> Vec<Page> {
    let rendered = Renderer::new(config()).render(order(document.to_vec())).await;
    rendered.expect("it is converted").pages
}

fn black(page: &Page) -> usize {
    let bitmap = page.to_bitmap().expect("a page");
    bitmap.as_packed().iter().map(|octet| octet.count_ones() as usize).sum()
}

#[tokio::test]
#[ignore = "needs Ghostscript"]
async fn postscript_is_drawn_and_reaches_no_file() {
    let pages =
        converted(b"%!PS\n100 100 200 200 rectfill showpage 0 0 9 9 rectfill showpage").await;
    assert_eq!(pages.len(), 2);
    assert!(black(&pages[0]) > 100_000, "{}", black(&pages[0]));
    // What a driver wrote for a printer, with what that needs to know before and behind.
    let job = converted(
        b"\x1b%-12345X@PJL JOB NAME = \"(a\"\r\n@PJL ENTER LANGUAGE = POSTSCRIPT\r\n\
         %!PS\n100 100 200 200 rectfill showpage\n\x04\x1b%-12345X@PJL EOJ\r\n\x1b%-12345X",
    )
    .await;
    assert_eq!(job, pages[..1]);
    let renderer = Renderer::new(config());
    for (document, words) in [
        ("%!PS\n(/etc/passwd) (r) file", "invalidfileaccess"),
        ("%!PS\nthere is no such operator", "Ghostscript cannot make a PDF of it"),
    ] {
        let error = renderer.render(order(document.into())).await.expect_err("it is refused");
        assert!(matches!(error, DocumentError::Document(_)), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let time = Duration::from_secs(2);
    let endless = order(b"%!PS\n{} loop".to_vec());
    let error = Renderer::new(RenderConfig { time, ..config() }).render(endless.clone()).await;
    assert_eq!(error.expect_err("it is endless"), limit(Limit::Time(time)));
    let cpu = Duration::from_secs(1);
    let error = Renderer::new(RenderConfig { cpu, ..config() }).render(endless).await;
    assert_eq!(error.expect_err("it is endless"), limit(Limit::Cpu(cpu)));
}

/// An archive of these files, as they are.
fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        // The version that reads it, no flags, stored, no time. APPNOTE 4.3.7.
        let mut head = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        head.extend(crc.sum().to_le_bytes());
        let octets = u32::try_from(text.len()).expect("short").to_le_bytes();
        head.extend([octets, octets].concat());
        head.extend(u32::try_from(name.len()).expect("short").to_le_bytes());
        directory.extend(b"PK\x01\x02\x14\0".iter().chain(&head));
        directory.extend([0; 10]);
        directory.extend(u32::try_from(out.len()).expect("short").to_le_bytes());
        directory.extend(name.bytes());
        out.extend(b"PK\x03\x04".iter().chain(&head).copied().chain(name.bytes()));
        out.extend(text.bytes());
    }
    let files = u16::try_from(files.len()).expect("few").to_le_bytes();
    let lengths = [directory.len(), out.len()].map(|n| u32::try_from(n).expect("short"));
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0".iter().chain(&files).chain(&files));
    out.extend(lengths.into_iter().flat_map(u32::to_le_bytes));
    out.extend([0, 0]);
    out
}

/// A letter as Word has written it since 2007. ISO/IEC 29500-1 11.2.
fn docx() -> Vec<u8> {
    archive(&[
        (
            "[Content_Types].xml",
            "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>",
        ),
        (
            "_rels/.rels",
            "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>",
        ),
        (
            "word/document.xml",
            "<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>A letter of Word</w:t></w:r></w:p><w:p><w:r><w:br w:type=\"page\"/><w:t>Its second page</w:t></w:r></w:p></w:body></w:document>",
        ),
    ])
}

/// A letter of OpenDocument. OpenDocument 1.2 part 1 2.2.
fn odt() -> Vec<u8> {
    archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        (
            "META-INF/manifest.xml",
            "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.2\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"application/vnd.oasis.opendocument.text\"/><manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>",
        ),
        (
            "content.xml",
            "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\"><office:body><office:text><text:p>A letter of OpenDocument</text:p></office:text></office:body></office:document-content>",
        ),
    ])
}

#[tokio::test]
#[ignore = "needs LibreOffice"]
async fn office_files_are_drawn() {
    for (name, document, pages) in [
        ("RTF", b"{\\rtf1\\ansi A letter\\par}".to_vec(), 1),
        ("HTML", b"<!DOCTYPE html><html><body><h1>A page</h1><p>text</body></html>".to_vec(), 1),
        ("Word", docx(), 2),
        ("OpenDocument", odt(), 1),
    ] {
        let drawn = converted(&document).await;
        assert_eq!(drawn.len(), pages, "{name}");
        for page in &drawn {
            assert!(black(page) > 300, "{name}: {}", black(page));
        }
    }
}
