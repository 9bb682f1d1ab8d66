//! Lines: one driver per kind of line. A driver has loops and no protocol decisions.

pub mod sip;

use std::future::Future;

use g3::{Event, ReceivedPage, Time};
use t4::Page;

/// What one call needs from the house while it runs: pages to send, and a durable home for what
/// happens.
pub trait CallHost: Send + Sync {
    /// Page `index` of the attempt, 0 for the first page that this call is to send.
    fn page(&self, index: u32) -> impl Future<Output = std::io::Result<Page>> + Send;

    /// Writes down durably that the last confirmation is about to be asked for.
    fn before_last_confirm(&self) -> impl Future<Output = std::io::Result<()>> + Send;

    /// Stores a received page durably.
    fn received(&self, page: ReceivedPage) -> impl Future<Output = std::io::Result<()>> + Send;

    /// Something happened at `at`. A confirmed page ([`Event::PageConfirmed`]) is recorded before
    /// this returns.
    fn event(&self, at: Time, event: &Event) -> impl Future<Output = std::io::Result<()>> + Send;

    /// Resolves when the user wants this call ended.
    fn cancelled(&self) -> impl Future<Output = ()> + Send;
}
