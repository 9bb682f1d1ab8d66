//! A server without lines, on a folder of its own and a free port, for tests of its faces.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use faxcom::api::Right;
use faxcom::{FaxServer, Settings};
use ferrofax::clock::Clock;
use ferrofax::covers::Covers;
use ferrofax::document::{RenderConfig, Renderer};
use ferrofax::http::{App, Limits, router};
use ferrofax::store::{PortDefaults, Rights, Setting, Source, Store};
use t4::{Bitmap, Page, Resolution};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// The largest document that the house takes.
pub(crate) const DOCUMENT_OCTETS: u64 = 1 << 20;
/// The most pages of a job.
pub(crate) const PAGES: u32 = 20;

/// The server; it ends with its last use.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    runtime: Runtime,
    store: Store,
    pub(crate) folder: tempfile::TempDir,
    stop: CancellationToken,
}

impl House {
    pub(crate) fn open() -> Self {
        Self::with_lines(&["trunk"])
    }

    pub(crate) fn with_lines(lines: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let stop = CancellationToken::new();
        let limits = Limits { document_octets: DOCUMENT_OCTETS, pages: PAGES };
        let (token, address, store) = runtime.block_on(async {
            let clock = Clock::real();
            let store = Store::open(folder.path(), clock).await.unwrap();
            store.recover().await.unwrap();
            store.set_lines(lines.iter().map(|name| line(name)).collect()).await.unwrap();
            let token = store.add_token("ada").await.unwrap();
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let renderer = Renderer::new(RenderConfig {
                image: Some(env!("CARGO_BIN_EXE_ferrofax").into()),
                ..RenderConfig::default()
            });
            let covers = Covers::new(folder.path().join("covers"));
            let app =
                App::new(store.clone(), clock, limits, address, stop.clone(), renderer, covers);
            tokio::spawn(async move { axum::serve(listener, router(app)).await });
            (token, address, store)
        });
        Self { address, token, store, folder, stop, runtime }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A connected server object.
    pub(crate) fn server(&self) -> FaxServer {
        self.server_for(&self.token)
    }

    /// A connected server object of whoever has the token.
    pub(crate) fn server_for(&self, token: &str) -> FaxServer {
        let mut server = FaxServer::with_settings(Settings::for_server(&self.url(), token));
        server.connect("").unwrap();
        server
    }

    /// A token of a user with these rights.
    pub(crate) fn token_for(&self, user: &str, rights: &[Right]) -> String {
        let rights: Rights = rights.iter().copied().collect();
        self.runtime.block_on(self.store.tokens().add(user, rights)).unwrap()
    }

    /// Takes the tokens of a user away.
    pub(crate) fn forget(&self, user: &str) {
        self.runtime.block_on(self.store.tokens().remove(user)).unwrap();
    }

    /// A fax TIFF of `pages` small pages in the house's folder.
    pub(crate) fn document(&self, pages: usize) -> PathBuf {
        let path = self.folder.path().join(format!("letter-{pages}.tif"));
        std::fs::write(&path, tiff(pages)).unwrap();
        path
    }

    /// Puts a cover page into the operator's folder.
    pub(crate) fn cover(&self, name: &str, template: &str) {
        let folder = self.folder.path().join("covers");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.typ")), template).unwrap();
    }

    /// Queues a document of one page.
    pub(crate) fn queue(&self, server: &FaxServer, number: &str) -> u32 {
        let mut doc = server.create_document(self.document(1));
        doc.set_fax_number(number);
        doc.send().unwrap()
    }

    /// Says `head` to the server and gives what it answers until it closes the connection, or
    /// until `enough` was seen.
    pub(crate) fn ask(&self, head: &str, enough: Option<&str>) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let mut seen = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let text = String::from_utf8_lossy(&seen).into_owned();
            if enough.is_some_and(|enough| text.contains(enough)) {
                return text;
            }
            match stream.read(&mut buffer).unwrap() {
                0 => return text,
                n => seen.extend_from_slice(&buffer[..n]),
            }
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A fax TIFF of `pages` small pages.
pub(crate) fn tiff(pages: usize) -> Vec<u8> {
    let mut writer = t4::tiff::Writer::new();
    for number in 0..pages {
        writer.push(&page(u32::try_from(number).unwrap())).unwrap();
    }
    writer.finish()
}

/// A page of 1728 by 40 pels; `number` black pels tell it from others.
pub(crate) fn page(number: u32) -> Page {
    let mut bitmap = Bitmap::new(1728, 40).unwrap();
    for x in 0..=number {
        bitmap.set(100 + 2 * x, 20, true);
    }
    Page::from_bitmap(&bitmap, Resolution::Standard)
}

fn line(name: &str) -> PortDefaults {
    fn plain<T>(value: T) -> Setting<T> {
        Setting { value, source: Source::Default }
    }
    PortDefaults {
        name: name.to_owned(),
        rings: plain(1),
        csid: plain("+1 555 0100".to_owned()),
        tsid: Setting { value: "+1 555 0100".to_owned(), source: Source::File },
        send: plain(true),
        receive: plain(true),
        channels: 1,
        store_in: None,
    }
}
