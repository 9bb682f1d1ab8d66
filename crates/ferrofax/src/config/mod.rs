//! The TOML file: raw form, typed form, errors that name key and line.
//!
//! [`Config::load`] finds the file, `raw` is what serde reads from it, `typed` turns that into a
//! [`Config`], in which nothing can be wrong any more. Everything has a default; no file is needed.

mod raw;
mod render;
#[cfg(test)]
mod tests;
mod typed;
mod units;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::document::RenderConfig;
use crate::queue::LineHeader;
use crate::store::Source;

/// Names a file when no argument does.
pub const CONFIG_VARIABLE: &str = "FERROFAX_CONFIG";

/// The file of the machine.
#[cfg(not(windows))]
const MACHINE_FILE: &str = "/etc/ferrofax/ferrofax.toml";
/// The file of the machine.
#[cfg(windows)]
const MACHINE_FILE: &str = "C:\\ProgramData\\Ferrofax\\ferrofax.toml";

/// The folder of the operator's cover pages, in the data folder.
const COVERS: &str = "covers";

/// Where REST is served.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4500);

/// The most pages of one job.
const MAX_PAGES: u32 = 500;

/// The largest document, in octets.
const MAX_DOCUMENT: u64 = 64 << 20;

/// How long a stopping server waits for running calls.
const STOP_WITHIN: Duration = Duration::from_secs(60);

/// Where SIP is received on a line that says nothing.
const LINE_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 5070);

/// Where the calls of a line go that says nothing.
const LINE_PEER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 5060);

/// How long an outgoing call may ring. T0 of T.30 begins with the answer.
const RING_TIMEOUT: Duration = Duration::from_secs(60);

/// How long one call may take.
const CALL_LIMIT: Duration = Duration::from_secs(60 * 60);

/// The settings of a server, valid by construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The file they were read from; `None` when there is none.
    pub file: Option<PathBuf>,
    /// The data folder.
    pub data: PathBuf,
    /// The folder of the operator's cover pages; it need not be there.
    pub covers: PathBuf,
    /// Where REST is served: an address of this machine that no other machine reaches.
    pub listen: SocketAddr,
    /// The lines; at least one.
    pub lines: Vec<LineConfig>,
    /// The most pages of one job.
    pub max_pages: u32,
    /// The largest document, in octets.
    pub max_document: u64,
    /// How long a stopping server waits for running calls.
    pub stop_within: Duration,
    /// What the renderer may use.
    pub render: RenderConfig,
    /// Every value and where it comes from, in the order of the file.
    pub origins: Vec<Origin>,
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
    pub public: Option<IpAddr>,
    /// The identity sent when sending; empty sends none.
    pub tsid: String,
    /// The identity sent when receiving; empty sends none.
    pub csid: String,
    /// What stands above each page that it sends, while Branding is on.
    pub header: LineHeader,
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
    /// The folder into which received faxes are copied; none when left out.
    pub store_in: Option<PathBuf>,
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

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file that was asked for cannot be read.
    #[error("{file}: {error}", file = file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A value in the file.
    #[error("{file}:{line}: {key}{why}", file = file.display(), key = prefix(key))]
    Value {
        /// Which file.
        file: PathBuf,
        /// The line in it, from 1.
        line: usize,
        /// Which key; empty when it is not TOML at all.
        key: String,
        /// What is wrong with it.
        why: String,
    },
    /// The account has no home for a data folder.
    #[error("no folder for data is known for this account; name one with `data` in a file")]
    NoHome,
}

fn prefix(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!("{key}: ") }
}

impl Config {
    /// Finds and reads the settings: `path` (the argument `--config`), else what
    /// [`CONFIG_VARIABLE`] names, else the file of the machine, else the defaults.
    ///
    /// # Errors
    /// When a file that was named is not there, or anything in it is wrong.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let named = path.map(Path::to_owned).or_else(|| {
            std::env::var_os(CONFIG_VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from)
        });
        let file = match named {
            Some(file) => file,
            None if Path::new(MACHINE_FILE).exists() => PathBuf::from(MACHINE_FILE),
            None => return Self::parse("", None),
        };
        let text = std::fs::read_to_string(&file)
            .map_err(|error| ConfigError::Unreadable { file: file.clone(), error })?;
        Self::parse(&text, Some(file))
    }

    /// Reads settings from a text; `file` is where it comes from.
    ///
    /// # Errors
    /// [`ConfigError::Value`] with the first thing that is wrong.
    pub fn parse(text: &str, file: Option<PathBuf>) -> Result<Self, ConfigError> {
        typed::read(text, file)
    }

    /// Where the value of a key comes from, as `line.trunk.tsid`.
    #[must_use]
    pub fn source(&self, key: &str) -> Source {
        self.origins.iter().find(|o| o.key == key).map_or(Source::Default, |o| o.source)
    }

    /// What is lawful and probably not meant, a sentence for each.
    ///
    /// A line that sends is to say who sends: in the United States each page, or the first, has to
    /// show date, time, the sender and the sender's number. 47 CFR 68.318(d).
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        const LAW: &str =
            "some countries ask for it on each page (the United States: 47 CFR 68.318(d))";
        let identity = |line: &LineConfig| {
            let (what, set) = match (line.tsid.is_empty(), line.header.company.is_empty()) {
                (false, false) => return None,
                (true, true) => ("does not say who sends", "`tsid` and `company`"),
                (true, false) => ("does not give its number", "`tsid`"),
                (false, true) => {
                    ("does not name its company, and not every job names a sender", "`company`")
                }
            };
            Some(format!("line {} {what}: {LAW}; set {set} of the line", line.name))
        };
        let header = |line: &LineConfig| {
            let lacks = line.header.text.lacks();
            let lacks = (!lacks.is_empty()).then(|| lacks.join(", "))?;
            Some(format!("the header line of line {} lacks {lacks}: {LAW}", line.name))
        };
        let sending = self.lines.iter().filter(|line| line.send);
        sending.flat_map(|line| [identity(line), header(line)]).flatten().collect()
    }

    /// Settings with a data folder and lines; the rest is as without a file.
    #[must_use]
    pub fn with(data: PathBuf, lines: Vec<LineConfig>) -> Self {
        Self {
            file: None,
            covers: data.join(COVERS),
            data,
            listen: LISTEN,
            lines,
            max_pages: MAX_PAGES,
            max_document: MAX_DOCUMENT,
            stop_within: STOP_WITHIN,
            render: RenderConfig::default(),
            origins: Vec::new(),
        }
    }
}

impl LineConfig {
    /// A line with a name; the rest is as without a file.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            driver: Driver::Sip,
            listen: LINE_LISTEN,
            peer: LINE_PEER,
            public: None,
            tsid: String::new(),
            csid: String::new(),
            header: LineHeader::default(),
            t38: T38Start::Reinvite,
            channels: 1,
            send: true,
            receive: true,
            rings: 1,
            ring_timeout: RING_TIMEOUT,
            call_limit: CALL_LIMIT,
            store_in: None,
        }
    }
}
