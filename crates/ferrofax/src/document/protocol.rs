//! What server and worker say to each other: frames over the worker's standard input and output.
//!
//! A frame is two numbers of four octets, the length of its head and of its body, then the head as
//! JSON and the body as it is. The server sends one [`Order`] with the document as its body. The
//! worker answers with [`Word`]s; to [`Word::Font`] the server answers with a [`FontAnswer`].

use std::io::{self, Read, Write};

use render::{CoverError, CoverFields, WantedFont};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use t4::{Page, Resolution};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// The longest head of a frame, in octets. A template and what it shows are in the head.
pub(super) const MAX_HEAD: u32 = 4 << 20;

/// The longest head that a worker may send, in octets: an error with a text.
pub(super) const MAX_WORD: u32 = 256 << 10;

/// The longest document or font, in octets.
pub(super) const MAX_BODY: u32 = 1 << 30;

/// What is to be drawn; the body of its frame is the document.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    /// Lines per inch.
    pub(super) dpi: u32,
    pub(super) max_pages: u32,
    pub(super) password: String,
    /// Whether there is a document.
    pub(super) document: bool,
    /// A template, what it shows, and how many pages are behind it besides the document's.
    pub(super) cover: Option<(String, CoverFields, u32)>,
}

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Word {
    /// A page is done; the body is its MMR data.
    Page { width: u32, rows: u32, dpi: u32 },
    /// A font is wanted.
    Font(WantedFont),
    /// The document is done; the pages that follow are those of the cover.
    Cover,
    /// All is done.
    Done,
    /// The document cannot be drawn.
    BadDocument(render::Error),
    /// The cover cannot be drawn.
    BadCover(CoverError),
}

/// The face of the font that is the body, or none.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FontAnswer {
    pub(super) face: Option<u32>,
}

/// Lines per inch as a resolution.
pub(super) fn resolution(dpi: u32) -> Option<Resolution> {
    [Resolution::Standard, Resolution::Fine, Resolution::Superfine]
        .into_iter()
        .find(|resolution| resolution.dpi() == dpi)
}

impl Word {
    pub(super) fn page(page: &Page) -> Self {
        Self::Page { width: page.width, rows: page.rows, dpi: page.resolution.dpi() }
    }
}

/// The beginning of a frame: everything but its body.
fn head(value: &impl Serialize, body: usize) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(value)?;
    let length = |n: usize| u32::try_from(n).map_err(|_| malformed("a frame that is too long"));
    let mut head = Vec::with_capacity(8 + json.len());
    head.extend(length(json.len())?.to_be_bytes());
    head.extend(length(body)?.to_be_bytes());
    head.extend(json);
    Ok(head)
}

/// The lengths of head and body.
fn lengths(octets: [u8; 8], most_head: u32, most_body: u32) -> io::Result<(usize, usize)> {
    let [a, b, c, d, rest @ ..] = octets;
    let (head, body) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes(rest));
    if head > most_head || body > most_body {
        return Err(malformed("a frame that is too long"));
    }
    Ok((head as usize, body as usize))
}

fn malformed(what: impl ToString) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_string())
}

/// Sends a frame from the worker.
pub(super) fn send(to: &mut impl Write, value: &impl Serialize, body: &[u8]) -> io::Result<()> {
    to.write_all(&head(value, body.len())?)?;
    to.write_all(body)?;
    to.flush()
}

/// Takes a frame in the worker.
pub(super) fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<(T, Vec<u8>)> {
    let mut octets = [0; 8];
    from.read_exact(&mut octets)?;
    let (head_octets, body_octets) = lengths(octets, MAX_HEAD, MAX_BODY)?;
    let mut head = vec![0; head_octets];
    from.read_exact(&mut head)?;
    let mut body = vec![0; body_octets];
    from.read_exact(&mut body)?;
    Ok((serde_json::from_slice(&head)?, body))
}

/// Sends a frame from the server.
pub(super) async fn tell(
    to: &mut (impl AsyncWrite + Unpin),
    value: &impl Serialize,
    body: &[u8],
) -> io::Result<()> {
    to.write_all(&head(value, body.len())?).await?;
    to.write_all(body).await?;
    to.flush().await
}

/// Takes the beginning of a frame in the server: what it says, and how long its body is.
pub(super) async fn hear(from: &mut (impl AsyncRead + Unpin)) -> io::Result<(Word, u32)> {
    let mut octets = [0; 8];
    from.read_exact(&mut octets).await?;
    let (head_octets, body_octets) = lengths(octets, MAX_WORD, u32::MAX)?;
    let mut head = vec![0; head_octets];
    from.read_exact(&mut head).await?;
    let word = serde_json::from_slice(&head)?;
    Ok((word, u32::try_from(body_octets).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_back() {
        let mut wire = Vec::new();
        send(&mut wire, &FontAnswer { face: Some(3) }, b"octets").unwrap();
        let (answer, body) = receive::<FontAnswer>(&mut wire.as_slice()).unwrap();
        assert_eq!((answer.face, body.as_slice()), (Some(3), &b"octets"[..]));
    }

    #[test]
    fn a_frame_that_claims_too_much_or_ends_early_is_refused() {
        let claims = [0xff_u8; 8];
        assert!(receive::<FontAnswer>(&mut claims.as_slice()).is_err());
        let mut wire = Vec::new();
        send(&mut wire, &FontAnswer { face: None }, b"octets").unwrap();
        for end in 0..wire.len() {
            assert!(receive::<FontAnswer>(&mut &wire[..end]).is_err(), "cut at {end}");
        }
        wire[8] = b'!';
        assert!(receive::<FontAnswer>(&mut wire.as_slice()).is_err());
    }

    #[tokio::test]
    async fn a_worker_cannot_send_an_endless_head() {
        let mut wire = Vec::new();
        wire.extend((MAX_WORD + 1).to_be_bytes());
        wire.extend(0_u32.to_be_bytes());
        let error = hear(&mut wire.as_slice()).await.unwrap_err();
        assert_eq!(error.to_string(), "a frame that is too long");
    }
}
