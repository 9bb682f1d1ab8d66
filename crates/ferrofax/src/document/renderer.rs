//! The pool of workers.

use std::ffi::OsString;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use t4::Page;
use tokio::io::AsyncReadExt as _;
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::Semaphore;

use super::child::{self, Cause, Child};
use super::convert;
use super::error::{DocumentError, Limit, Part};
use super::fonts::InstalledFonts;
use super::protocol::{self, FontAnswer, Word};
use super::settings::RenderConfig;
use super::worker::COMMAND;
use super::{CoverFields, Options};

/// Orders that wait for a worker; further ones are refused.
const MAX_WAITING: usize = 64;

/// The longest that an order waits for a worker.
const WAITS_WITHIN: Duration = Duration::from_secs(45);

/// The most pages of a cover.
const MAX_COVER_PAGES: usize = 16;

/// The most lines of an order in all: a thousand superfine pages of A4.
const MAX_ROWS: u64 = 4_600_000;

/// The most fonts that one order is handed; from then on it goes on without.
const MAX_FONTS: u32 = 24;

/// What is to be rendered.
#[derive(Debug, Clone)]
pub struct Order {
    /// The document; none for a cover page alone.
    pub document: Option<Bytes>,
    /// How.
    pub options: Options,
    /// The cover page in front, if one is wanted.
    pub cover: Option<CoverOrder>,
}

/// A cover page that is wanted.
#[derive(Debug, Clone)]
pub struct CoverOrder {
    /// The template's text.
    pub template: String,
    /// What it shows.
    pub fields: CoverFields,
    /// Pages of the job behind it that are drawn already; those of the order's document come on top.
    pub behind: u32,
}

/// What was rendered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The cover, then the document.
    pub pages: Vec<Page>,
    /// How many of them are the cover's.
    pub cover_pages: u32,
}

/// Renders documents, several at once, each in a process of its own.
#[derive(Debug, Clone)]
pub struct Renderer {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: RenderConfig,
    turns: Semaphore,
    waiting: AtomicUsize,
    fonts: InstalledFonts,
}

impl Renderer {
    /// A renderer with these limits. Nothing is started before there is an order.
    #[must_use]
    pub fn new(config: RenderConfig) -> Self {
        let turns = Semaphore::new(usize::try_from(config.workers.max(1)).unwrap_or(1));
        let fonts = InstalledFonts::default();
        Self { inner: Arc::new(Inner { config, turns, waiting: AtomicUsize::new(0), fonts }) }
    }

    /// The fonts that it hands to its workers.
    #[must_use]
    pub fn fonts(&self) -> InstalledFonts {
        self.inner.fonts.clone()
    }

    /// Renders a document and its cover page. Dropped before it is done, it ends the worker.
    ///
    /// # Errors
    /// Why it cannot be faxed, or which limit it met.
    pub async fn render(&self, order: Order) -> Result<Rendered, DocumentError> {
        let _turn = self.turn().await?;
        let inner = &self.inner;
        let time = inner.config.time;
        let deadline = tokio::time::Instant::now() + time;
        let mut order = order;
        if let Some(document) = order.document.take() {
            order.document = Some(convert::to_pdf(document, &inner.config, deadline).await?);
        }
        Drawing::default().run(order, inner, deadline).await
    }

    /// Waits for a worker that is free.
    async fn turn(&self) -> Result<tokio::sync::SemaphorePermit<'_>, DocumentError> {
        let inner = &self.inner;
        let waiting = Waiting(&inner.waiting);
        if waiting.0.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            return Err(DocumentError::Busy);
        }
        match tokio::time::timeout(WAITS_WITHIN, inner.turns.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) | Err(_) => Err(DocumentError::Busy),
        }
    }
}

/// One that waits; counted until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a worker has drawn so far.
#[derive(Debug, Default)]
struct Drawing {
    document: Vec<Page>,
    /// Its pages, once the document is done and a cover begun.
    cover: Option<Vec<Page>>,
    rows: u64,
    octets: u64,
    fonts: u32,
}

/// Why a conversation with a worker ended early.
enum Broken {
    /// It was told why, or found why itself.
    Fault(DocumentError),
    /// The worker is gone or speaks nonsense; how it ended may say why.
    Worker(io::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Worker(error)
    }
}

impl Drawing {
    async fn run(
        mut self,
        order: Order,
        inner: &Inner,
        deadline: tokio::time::Instant,
    ) -> Result<Rendered, DocumentError> {
        let config = &inner.config;
        let image =
            child::image(config).map_err(|error| DocumentError::Renderer(error.to_string()))?;
        let arguments: [OsString; 5] = [
            COMMAND.into(),
            "--cpu".into(),
            config.cpu.as_secs().max(1).to_string().into(),
            "--memory".into(),
            config.memory.to_string().into(),
        ];
        let started = Child::start(&image, &arguments);
        let (mut child, stdin, stdout) = started.map_err(|error| {
            tracing::error!(image = %image.display(), %error, "no worker can be started");
            DocumentError::Renderer(format!("no worker can be started: {error}"))
        })?;
        let talk = self.talk(order, inner, stdin, stdout);
        match tokio::time::timeout_at(deadline, talk).await {
            Ok(Ok(())) => {
                let end = child.end().await;
                tracing::debug!(?end, pages = self.document.len(), "drawn");
                Ok(self.rendered())
            }
            Ok(Err(Broken::Fault(fault))) => {
                let killed = child.kill().await;
                tracing::debug!(?killed, %fault, "not drawn");
                Err(fault)
            }
            Ok(Err(Broken::Worker(error))) => Err(self.verdict(child, config, &error).await),
            Err(_late) => {
                let killed = child.kill().await;
                tracing::warn!(?killed, time = ?config.time, "a worker took too long");
                Err(self.limit(Limit::Time(config.time)))
            }
        }
    }

    /// Gives the order, answers questions, and takes the pages.
    async fn talk(
        &mut self,
        order: Order,
        inner: &Inner,
        mut stdin: ChildStdin,
        mut stdout: ChildStdout,
    ) -> Result<(), Broken> {
        let most = order.options.max_pages;
        let wanted = order.document.is_some();
        let document = order.document.unwrap_or_default();
        let wire = protocol::Order {
            dpi: order.options.resolution.dpi(),
            max_pages: most,
            password: order.options.password,
            document: wanted,
            cover: order.cover.map(|cover| (cover.template, cover.fields, cover.behind)),
        };
        protocol::tell(&mut stdin, &wire, &document).await?;
        drop((wire, document));
        loop {
            let (word, octets) = protocol::hear(&mut stdout).await?;
            match word {
                Word::Page { width, rows, dpi } => {
                    let resolution = protocol::resolution(dpi)
                        .ok_or_else(|| io::Error::other("no such resolution"))?;
                    self.admit(rows, octets, most, inner.config.output).map_err(Broken::Fault)?;
                    let mut mmr = vec![0; usize::try_from(octets).unwrap_or(usize::MAX)];
                    stdout.read_exact(&mut mmr).await?;
                    let page = Page { width, rows, resolution, mmr };
                    self.cover.as_mut().unwrap_or(&mut self.document).push(page);
                }
                Word::Font(wanted) => {
                    self.fonts += 1;
                    let font = match self.fonts <= MAX_FONTS {
                        true => inner.fonts.find(wanted).await,
                        false => None,
                    };
                    let face = font.as_ref().map(|(_, face)| *face);
                    let octets = font.map(|(octets, _)| octets).unwrap_or_default();
                    protocol::tell(&mut stdin, &FontAnswer { face }, &octets).await?;
                }
                Word::Cover => self.cover = Some(Vec::new()),
                Word::Done => return Ok(()),
                Word::BadDocument(error) => {
                    return Err(Broken::Fault(DocumentError::Document(error)));
                }
                Word::BadCover(error) => return Err(Broken::Fault(DocumentError::Cover(error))),
            }
        }
    }

    /// Counts a page that comes, and refuses it when it is one too many.
    fn admit(
        &mut self,
        rows: u32,
        octets: u32,
        most: u32,
        output: u64,
    ) -> Result<(), DocumentError> {
        let pages = u32::try_from(self.document.len()).unwrap_or(u32::MAX);
        let cover = self.cover.as_ref().map(Vec::len);
        self.rows += u64::from(rows);
        self.octets += u64::from(octets);
        if cover.is_none() && pages >= most {
            let pages = pages.saturating_add(1);
            return Err(DocumentError::Document(render::Error::TooManyPages { pages, most }));
        }
        if cover.is_some_and(|pages| pages >= MAX_COVER_PAGES) {
            return Err(self.cover_too_long());
        }
        if self.rows > MAX_ROWS {
            let (rows, most) = (self.rows, MAX_ROWS);
            return Err(DocumentError::Document(render::Error::TooManyRows { rows, most }));
        }
        if self.octets > output {
            return Err(self.limit(Limit::Output(output)));
        }
        Ok(())
    }

    fn cover_too_long(&self) -> DocumentError {
        let most = u32::try_from(MAX_COVER_PAGES).unwrap_or(u32::MAX);
        DocumentError::Cover(render::CoverError::Pages { pages: most.saturating_add(1), most })
    }

    const fn part(&self) -> Part {
        if self.cover.is_some() { Part::Cover } else { Part::Document }
    }

    fn limit(&self, limit: Limit) -> DocumentError {
        DocumentError::Limit { of: self.part(), limit }
    }

    /// What became of a worker that stopped speaking.
    async fn verdict(
        &self,
        child: Child,
        config: &RenderConfig,
        error: &io::Error,
    ) -> DocumentError {
        let end = match child.end().await {
            Ok(end) => end,
            Err(error) => return DocumentError::Renderer(error.to_string()),
        };
        let said = end.said;
        tracing::warn!(cause = ?end.cause, %error, said, "a worker ended before it was done");
        match end.cause {
            Cause::Cpu => self.limit(Limit::Cpu(config.cpu)),
            Cause::Memory => self.limit(Limit::Memory(config.memory)),
            Cause::Stack => self.limit(Limit::Depth),
            Cause::Panic | Cause::Signal(_) => DocumentError::Crashed(self.part()),
            Cause::Forbidden => {
                tracing::error!("a worker made a call that it may not make: tell the makers");
                DocumentError::Renderer("a worker made a call that it may not make".to_owned())
            }
            Cause::Well | Cause::Code(_) => {
                DocumentError::Renderer(format!("a worker ended early: {said}"))
            }
        }
    }

    fn rendered(self) -> Rendered {
        let mut pages = self.cover.unwrap_or_default();
        let cover_pages = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        pages.extend(self.document);
        Rendered { pages, cover_pages }
    }
}
