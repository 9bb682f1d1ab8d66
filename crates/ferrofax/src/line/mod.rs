//! Lines: one driver per kind of line. A driver has loops and no protocol decisions.
//!
//! A driver places calls ([`Dialer`]) and takes calls for an [`Answerer`]. While a call runs the
//! driver talks to its [`CallHost`], which is the only way to pages and to durable storage.

pub mod call;
pub mod sip;

use std::future::Future;

use g3::{Event, Ident, PageInfo, ReceivedPage, Time};
use t4::{Form, Page};

use crate::failure::Failure;

/// What one call needs from the house while it runs: pages to send, and a durable home for what
/// happens.
pub trait CallHost: Send + Sync {
    /// Page `index` of the attempt, 0 for the first page that this call is to send, in the form that
    /// this far end takes; in another form the machine converts it.
    fn page(&self, index: u32, form: Form) -> impl Future<Output = std::io::Result<Page>> + Send;

    /// Writes down durably that the last confirmation is about to be asked for.
    fn before_last_confirm(&self) -> impl Future<Output = std::io::Result<()>> + Send;

    /// Stores a received page durably.
    fn received(&self, page: ReceivedPage) -> impl Future<Output = std::io::Result<()>> + Send;

    /// Something happened at `at`. A confirmed page ([`Event::PageConfirmed`]) is recorded before
    /// this returns.
    fn event(&self, at: Time, event: &Event) -> impl Future<Output = std::io::Result<()>> + Send;

    /// A message of the signalling went by at `at`, between the events that came before and after.
    fn signal(&self, at: Time, signal: &Signal);

    /// What an answerer says it is (CSI); `None` leaves it to the line.
    fn ident(&self) -> Option<Ident> {
        None
    }

    /// How often it rings before an answerer answers; `None` leaves it to the line.
    fn rings(&self) -> Option<u32> {
        None
    }

    /// A call that came in is answered now.
    fn answered(&self) -> impl Future<Output = std::io::Result<()>> + Send {
        std::future::ready(Ok(()))
    }

    /// Resolves when the user wants this call ended.
    fn cancelled(&self) -> impl Future<Output = ()> + Send;
}

/// One message of the signalling that carries a call, in short, for the transcript of the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Who sent it.
    pub way: Way,
    /// What it says.
    pub text: String,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// To the far end.
    Sent,
    /// From the far end.
    Received,
}

/// One call to place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialRequest {
    /// What is dialled: `+ 0-9 * #`.
    pub number: String,
    /// The TSI to send.
    pub ident: Ident,
    /// The pages to send, in order, as [`CallHost::page`] numbers them.
    pub pages: Vec<PageInfo>,
}

/// How a call ended for whoever placed or took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallOutcome {
    /// What T.30 reports; `None` when the call ended before T.30 began.
    pub report: Option<g3::Report>,
    /// Why it did not do what it was for. `None` means that it did.
    pub failure: Option<Failure>,
}

/// A line that places calls.
pub trait Dialer: Send + Sync + 'static {
    /// Places one call and stays with it until it has ended and is hung up. Always returns within
    /// the bounds of one call, also after [`CallHost::cancelled`].
    fn dial<H: CallHost>(
        &self,
        request: DialRequest,
        host: &H,
    ) -> impl Future<Output = CallOutcome> + Send;
}

/// A call that came in and is not answered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingCall {
    /// The name of the line in the configuration.
    pub line: String,
    /// Who calls, as the network says; empty when it does not.
    pub caller: String,
    /// The number that was called, as the network says; empty when it does not.
    pub called: String,
}

/// Why an incoming call is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The line may not receive, or every channel is in use.
    Busy,
    /// The server cannot take a fax now: no room, or it is stopping.
    Unavailable,
}

/// Takes incoming calls for the house. Called before the driver answers.
pub trait Answerer: Send + Sync + 'static {
    /// What an accepted call talks to.
    type Host: CallHost + 'static;

    /// Decides whether to answer.
    fn accept(
        &self,
        call: IncomingCall,
    ) -> impl Future<Output = Result<Self::Host, Refusal>> + Send;

    /// The accepted call is over and hung up.
    fn ended(&self, host: Self::Host, outcome: CallOutcome) -> impl Future<Output = ()> + Send;
}
