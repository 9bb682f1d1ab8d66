//! What goes over the wire, in short, for the transcript of the call.

use std::net::IpAddr;
use std::time::Instant;

use rsipstack::sip::headers::CSeq;
use rsipstack::sip::{HeadersExt, Method, Request as SipRequest, StatusCode};
use tokio::sync::mpsc;

use super::super::sdp::Sdp;
use crate::line::{Signal, Way};

/// Messages that wait for somebody to write them down; more are left out.
const WAITING: usize = 256;
/// The longest words for one message, in characters.
const MAX_CHARS: usize = 300;

/// A message and when it went by.
pub type Seen = (Instant, Signal);

/// Sees the messages of one dialog; each transaction has one.
#[derive(Debug, Clone)]
pub(in super::super) struct Witness {
    sender: mpsc::Sender<Seen>,
    /// The address of the far end, for descriptions that name none.
    source: IpAddr,
}

/// What the body of a message is. RFC 3264 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    Offer,
    Answer,
}

impl Body {
    /// What the body of a success is, by its request: an empty one asks for an offer.
    pub(super) fn of_success(request: &SipRequest) -> Self {
        if request.body().is_empty() { Self::Offer } else { Self::Answer }
    }
}

impl Witness {
    pub(super) fn new(source: IpAddr) -> (Self, mpsc::Receiver<Seen>) {
        let (sender, seen) = mpsc::channel(WAITING);
        (Self { sender, source }, seen)
    }

    /// A request went by.
    pub(super) fn request(&self, way: Way, request: &SipRequest) {
        let body = if request.method == Method::Ack { Body::Answer } else { Body::Offer };
        let (method, seq) = (request.method, number(request));
        let words = self.describe(body, request.body());
        self.tell(way, &format!("{method} {}, CSeq {seq}{words}", request.uri));
    }

    /// An answer to `request` went by.
    pub(super) fn answer(
        &self,
        way: Way,
        request: &SipRequest,
        status: &StatusCode,
        body: Option<&[u8]>,
    ) {
        let (method, seq) = (request.method, number(request));
        let words = self.describe(Body::of_success(request), body.unwrap_or_default());
        self.tell(way, &format!("{status}, CSeq {seq} {method}{words}"));
    }

    /// A request went by that the stack made from `request`: its ACK.
    pub(super) fn bare(&self, way: Way, method: Method, request: &SipRequest) {
        self.tell(way, &format!("{method}, CSeq {}", number(request)));
    }

    pub(super) fn source(&self) -> IpAddr {
        self.source
    }

    fn tell(&self, way: Way, words: &str) {
        let printable = |c: char| if c.is_control() { '?' } else { c };
        let text = words.chars().map(printable).take(MAX_CHARS).collect();
        // Nobody may be there to write it down any more.
        let _unseen = self.sender.try_send((Instant::now(), Signal { way, text }));
    }

    fn describe(&self, body: Body, octets: &[u8]) -> String {
        if octets.is_empty() {
            return String::new();
        }
        let name = match body {
            Body::Offer => "offer",
            Body::Answer => "answer",
        };
        match Sdp::parse(octets, self.source) {
            Ok(sdp) => format!(" ({name}: {})", sdp.in_short()),
            Err(error) => format!(" ({name}: {error})"),
        }
    }
}

/// The number in a CSeq; 0 where there is none.
fn number(request: &SipRequest) -> u32 {
    request.cseq_header().and_then(CSeq::seq).unwrap_or(0)
}
