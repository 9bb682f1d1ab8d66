//! The worker: a child process that draws one order and ends.

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use render::{CoverError, FontFile, Fonts, Options, Pages, WantedFont};
use t4::Page;

use super::protocol::{self, FontAnswer, Order, Word};
use super::sandbox::{self, Bounds};

/// The hidden command that a worker is started with.
pub(super) const COMMAND: &str = "render-worker";

/// Draw one document, given on standard input, for the server that starts this
///
/// Examples:
///   ferrofax render-worker --cpu 40 --memory 1073741824
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Worker {
    /// The most seconds of computing
    #[arg(long, value_name = "SECONDS")]
    cpu: u64,
    /// The most memory, in octets
    #[arg(long, value_name = "OCTETS")]
    memory: u64,
}

impl Worker {
    /// Takes everything from this process that drawing does not need, then draws.
    ///
    /// # Errors
    /// When it cannot be closed in, or the server does not speak as it should.
    pub fn run(&self) -> anyhow::Result<()> {
        let bounds = Bounds { cpu: Duration::from_secs(self.cpu), memory: self.memory };
        render::prepare();
        sandbox::close(bounds).map_err(anyhow::Error::msg).context("not closed in")?;
        let (order, document) = protocol::receive::<Order>(&mut io::stdin())?;
        let resolution = protocol::resolution(order.dpi).context("there is no such resolution")?;
        let options = Options { resolution, max_pages: order.max_pages, password: order.password };
        let fonts: Arc<dyn Fonts> = Arc::new(AskedFonts(Mutex::new(())));
        let behind = match order.document {
            true => match render::document(&document, &options, &fonts, &mut Sent) {
                Ok(pages) => pages,
                Err(error) => return Ok(say(&Word::BadDocument(error), &[])?),
            },
            false => 0,
        };
        drop(document);
        let last = match order.cover {
            None => Word::Done,
            Some((template, fields, drawn)) => {
                let behind = behind.saturating_add(drawn);
                say(&Word::Cover, &[])?;
                match render::cover(&template, &fields, behind, &options, &fonts) {
                    Ok(pages) => {
                        pages.iter().try_for_each(|page| say(&Word::page(page), &page.mmr))?;
                        Word::Done
                    }
                    Err(error) => Word::BadCover(bounded(error)),
                }
            }
        };
        Ok(say(&last, &[])?)
    }
}

/// The longest text about a template, in characters.
const TEMPLATE_FAULT: usize = 4000;

/// A template can be wrong at great length.
fn bounded(error: CoverError) -> CoverError {
    match error {
        CoverError::Template(text) => {
            CoverError::Template(text.chars().take(TEMPLATE_FAULT).collect())
        }
        other => other,
    }
}

fn say(word: &Word, body: &[u8]) -> io::Result<()> {
    protocol::send(&mut io::stdout().lock(), word, body)
}

/// Pages that go to the server.
struct Sent;

impl Pages for Sent {
    fn page(&mut self, page: Page) -> Result<(), render::Error> {
        say(&Word::page(&page), &page.mmr).map_err(|_| render::Error::Stopped)
    }
}

/// Fonts that the server hands over, one question at a time.
struct AskedFonts(Mutex<()>);

impl Fonts for AskedFonts {
    fn font(&self, wanted: &WantedFont) -> Option<FontFile> {
        let _turn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match ask(wanted, &mut io::stdout().lock(), &mut io::stdin().lock()) {
            Ok(font) => font,
            // Nobody is there to draw for.
            Err(error) => {
                drop(writeln!(io::stderr(), "the answer about a font: {error}"));
                std::process::exit(2)
            }
        }
    }
}

fn ask(
    wanted: &WantedFont,
    to: &mut impl Write,
    from: &mut impl Read,
) -> io::Result<Option<FontFile>> {
    protocol::send(to, &Word::Font(wanted.clone()), &[])?;
    let (answer, octets) = protocol::receive::<FontAnswer>(from)?;
    Ok(answer.face.map(|face| FontFile { octets: Arc::new(octets), face }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_font_is_asked_for_and_a_bad_answer_is_an_error() {
        let wanted = WantedFont {
            text: "שלום".to_owned(),
            family: String::new(),
            bold: false,
            italic: false,
            monospace: false,
            serif: false,
        };
        let mut answer = Vec::new();
        protocol::send(&mut answer, &FontAnswer { face: Some(1) }, b"font").unwrap();
        let mut asked = Vec::new();
        let font = ask(&wanted, &mut asked, &mut answer.as_slice()).unwrap().unwrap();
        assert_eq!((font.face, font.octets.as_slice()), (1, &b"font"[..]));
        let (word, _) = protocol::receive::<Word>(&mut asked.as_slice()).unwrap();
        assert!(matches!(word, Word::Font(sent) if sent == wanted));
        assert!(ask(&wanted, &mut Vec::new(), &mut &b"nonsense"[..]).is_err());
    }
}
