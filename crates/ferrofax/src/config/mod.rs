//! The TOML file: raw form, typed form, errors that name key and line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::store::Source;

/// The settings of a server, valid by construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The file they were read from; `None` when there is none.
    pub file: Option<PathBuf>,
    /// The data folder.
    pub data: PathBuf,
    /// Where REST is served.
    pub listen: SocketAddr,
    /// The lines; at least one.
    pub lines: Vec<LineConfig>,
    /// The most pages of one job.
    pub max_pages: u32,
    /// The largest document, in octets.
    pub max_document: u64,
    /// How long a stopping server waits for running calls.
    pub stop_within: Duration,
}

/// One line. Names are unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineConfig {
    /// Its name; its DeviceId belongs to it for ever.
    pub name: String,
    /// What kind of line it is.
    pub driver: Driver,
    /// Where SIP is received.
    pub listen: SocketAddr,
    /// Calls go to `sip:NUMBER@peer`.
    pub peer: SocketAddr,
    /// The address to write into SIP and SDP when it is not that of `listen`.
    pub public: Option<std::net::IpAddr>,
    /// The identity sent when sending; empty sends none.
    pub tsid: String,
    /// The identity sent when receiving; empty sends none.
    pub csid: String,
    /// How T.38 begins.
    pub t38: T38Start,
    /// Calls at once.
    pub channels: u32,
    /// Whether it sends.
    pub send: bool,
    /// Whether it answers.
    pub receive: bool,
    /// Rings before it answers.
    pub rings: u32,
    /// How long an outgoing call may ring.
    pub ring_timeout: Duration,
    /// How long one call may take.
    pub call_limit: Duration,
}

/// The kinds of line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driver {
    /// SIP over UDP, T.38.
    Sip,
}

/// How a call comes to T.38.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum T38Start {
    /// It begins with audio; a re-INVITE switches.
    Reinvite,
    /// T.38 is in the first offer.
    Invite,
}

/// A value with its key and where it comes from, for `check-config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The key, as `listen` or `line.trunk.peer`.
    pub key: String,
    /// The value as the file would spell it.
    pub value: String,
    /// Where it comes from.
    pub source: Source,
}
