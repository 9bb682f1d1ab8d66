//! From the raw form to settings that are right.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy as _;
use toml::Spanned;

use super::raw::{Maybe, RawConfig, RawHeader, RawLine};
use super::units;
use super::{COVERS, Config, ConfigError, Driver, LineConfig, Origin, T38Start};
use crate::queue::{HeaderText, LineHeader, Template};
use crate::store::Source;

/// The most lines.
const MAX_LINES: usize = 64;

/// The most calls at once on one line.
const MAX_CHANNELS: u32 = 1000;

/// The most pages of one job that can be allowed.
const MAX_PAGES: u32 = 1000;

/// The most rings. faxcom IFaxPort::put_Rings
const MAX_RINGS: u32 = 99;

/// The largest document that can be allowed, in octets.
const MAX_DOCUMENT: u64 = 1 << 30;

/// The longest that one call can be allowed to take.
const LONGEST_CALL: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest that an outgoing call can be allowed to ring.
const LONGEST_RING: Duration = Duration::from_secs(10 * 60);

/// The longest that a server can be allowed to take for stopping.
const LONGEST_STOP: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest name of a line, in characters.
const NAME_CHARS: usize = 40;

/// The longest name of a company, in characters.
const COMPANY_CHARS: usize = 100;

/// What serde says of a key that it does not know; the key follows in back quotes.
const UNKNOWN_KEY: &str = "unknown field `";

/// Reads settings; `file` is where the text comes from.
pub(super) fn read(text: &str, file: Option<PathBuf>) -> Result<Config, ConfigError> {
    let mut reader = Reader { text, file: file.unwrap_or_default(), origins: Vec::new() };
    let raw: RawConfig = toml::from_str(text).map_err(|error| reader.not_toml(&error))?;
    let defaults = Config::with(PathBuf::new(), Vec::new());
    let top = String::new;
    let data = match raw.data {
        Some(data) => reader.keep(top() + "data", Some(data), String::new(), |text| {
            if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(text.clone()) }
        })?,
        None => {
            reader.keep(top() + "data", None, default_data()?, |text: &String| Ok(text.clone()))?
        }
    };
    let data = PathBuf::from(data);
    let covers = data.join(COVERS).to_string_lossy().into_owned();
    let covers = reader.keep(top() + "covers", raw.covers, covers, |t| full_path(t))?;
    let listen = reader.keep(top() + "listen", raw.listen, defaults.listen, |t| loopback(t))?;
    let max_pages = reader.keep(top() + "max_pages", raw.max_pages, defaults.max_pages, |n| {
        within(*n, 1, MAX_PAGES)
    })?;
    let max_document = reader.keep(
        top() + "max_document",
        raw.max_document,
        Size(defaults.max_document),
        |t| size(t, MAX_DOCUMENT),
    )?;
    let stop_within =
        reader.keep(top() + "stop_within", raw.stop_within, Span(defaults.stop_within), |t| {
            span(t, LONGEST_STOP)
        })?;
    let render = reader.render(raw.render, defaults.render)?;
    let plain = HeaderText::default();
    let header = HeaderText {
        left: reader.keep(top() + "header.left", raw.header.left, plain.left, template)?,
        middle: reader.keep(top() + "header.middle", raw.header.middle, plain.middle, template)?,
        right: reader.keep(top() + "header.right", raw.header.right, plain.right, template)?,
    };
    let lines = reader.lines(raw.line, &header)?;
    Ok(Config {
        file: Some(reader.file).filter(|file| !file.as_os_str().is_empty()),
        data,
        covers: PathBuf::from(covers),
        listen,
        lines,
        max_pages,
        max_document: max_document.0,
        stop_within: stop_within.0,
        render,
        origins: reader.origins,
    })
}

/// A size that spells itself with its unit.
pub(super) struct Size(pub(super) u64);

/// A duration that spells itself with its unit.
pub(super) struct Span(pub(super) Duration);

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&units::spell_size(self.0))
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&units::spell_duration(self.0))
    }
}

pub(super) struct Reader<'t> {
    text: &'t str,
    file: PathBuf,
    origins: Vec<Origin>,
}

impl Reader<'_> {
    /// The value of a key or its default, noted with where it comes from.
    pub(super) fn keep<R, T: ToString>(
        &mut self,
        key: String,
        raw: Maybe<R>,
        default: T,
        read: impl FnOnce(&R) -> Result<T, String>,
    ) -> Result<T, ConfigError> {
        let (value, source) = match raw {
            None => (default, Source::Default),
            Some(raw) => match read(raw.get_ref()) {
                Ok(value) => (value, Source::File),
                Err(why) => return Err(self.wrong(raw.span().start, key, why)),
            },
        };
        self.origins.push(Origin { key, value: value.to_string(), source });
        Ok(value)
    }

    fn lines(
        &mut self,
        raw: Vec<RawLine>,
        header: &HeaderText,
    ) -> Result<Vec<LineConfig>, ConfigError> {
        let raw = if raw.is_empty() { vec![RawLine::default()] } else { raw };
        if raw.len() > MAX_LINES {
            let why = format!("there are at most {MAX_LINES} lines");
            return Err(self.wrong(self.text.len(), "line".to_owned(), why));
        }
        let (mut names, mut addresses) = (HashSet::new(), HashSet::new());
        let mut lines = Vec::with_capacity(raw.len());
        for (number, raw) in (1..).zip(raw) {
            let at_name = raw.name.as_ref().map_or(0, |name| name.span().start);
            let at_listen = raw.listen.as_ref().map_or(at_name, |listen| listen.span().start);
            let line = self.line(number, raw, header)?;
            if !names.insert(line.name.clone()) {
                let why = format!("{} is the name of two lines", line.name);
                return Err(self.wrong(at_name, "line.name".to_owned(), why));
            }
            if line.listen.port() != 0 && !addresses.insert(line.listen) {
                let key = format!("line.{}.listen", line.name);
                let why = format!("{} is the address of two lines", line.listen);
                return Err(self.wrong(at_listen, key, why));
            }
            lines.push(line);
        }
        Ok(lines)
    }

    fn line(
        &mut self,
        number: usize,
        raw: RawLine,
        header: &HeaderText,
    ) -> Result<LineConfig, ConfigError> {
        let name = match raw.name {
            None => format!("line{number}"),
            Some(name) => self.name(&name)?,
        };
        let key = |key: &str| format!("line.{name}.{key}");
        let plain = LineConfig::named(&name);
        let driver = self.keep(key("driver"), raw.driver, plain.driver, |text| match &**text {
            "sip" => Ok(Driver::Sip),
            other => Err(format!("there is no driver {other:?}; there is \"sip\"")),
        })?;
        let listen = self.keep(key("listen"), raw.listen, plain.listen, |t| address(t))?;
        let peer = self.keep(key("peer"), raw.peer, plain.peer, |text| match address(text)? {
            peer if peer.port() == 0 => Err("a peer has a port other than 0".to_owned()),
            peer => Ok(peer),
        })?;
        let public = match raw.public {
            None => None,
            some => Some(self.keep(key("public"), some, listen.ip(), |text| {
                text.parse().map_err(|_| format!("{text:?} is not an IP address"))
            })?),
        };
        let tsid = self.keep(key("tsid"), raw.tsid, plain.tsid, |t| ident(t))?;
        let csid = self.keep(key("csid"), raw.csid, plain.csid, |t| ident(t))?;
        let company = self.keep(key("company"), raw.company, String::new(), |t| company(t))?;
        let text = self.header(&name, raw.header, header)?;
        let t38 = self.keep(key("t38"), raw.t38, plain.t38, |text| match &**text {
            "reinvite" => Ok(T38Start::Reinvite),
            "invite" => Ok(T38Start::Invite),
            other => Err(format!("{other:?} is neither \"reinvite\" nor \"invite\"")),
        })?;
        let channels = self
            .keep(key("channels"), raw.channels, plain.channels, |n| within(*n, 1, MAX_CHANNELS))?;
        let send = self.keep(key("send"), raw.send, plain.send, |flag| Ok(*flag))?;
        let receive = self.keep(key("receive"), raw.receive, plain.receive, |flag| Ok(*flag))?;
        let rings =
            self.keep(key("rings"), raw.rings, plain.rings, |n| within(*n, 0, MAX_RINGS))?;
        let ring_timeout =
            self.keep(key("ring_timeout"), raw.ring_timeout, Span(plain.ring_timeout), |t| {
                span(t, LONGEST_RING)
            })?;
        let call_limit =
            self.keep(key("call_limit"), raw.call_limit, Span(plain.call_limit), |t| {
                span(t, LONGEST_CALL)
            })?;
        let store_in = match raw.store_in {
            None => None,
            some => Some(self.keep(key("store_in"), some, String::new(), |t| full_path(t))?),
        };
        Ok(LineConfig {
            driver,
            listen,
            peer,
            public,
            tsid,
            csid,
            header: LineHeader { text, company },
            t38,
            channels,
            send,
            receive,
            rings,
            ring_timeout: ring_timeout.0,
            call_limit: call_limit.0,
            store_in: store_in.map(PathBuf::from),
            name,
        })
    }

    /// What a line says of its header lines, or what all lines have.
    fn header(
        &mut self,
        line: &str,
        raw: RawHeader,
        all: &HeaderText,
    ) -> Result<HeaderText, ConfigError> {
        let mut own = |key: &str, raw: Maybe<String>, all: &Template| match raw {
            None => Ok(all.clone()),
            raw => self.keep(format!("line.{line}.header.{key}"), raw, all.clone(), template),
        };
        Ok(HeaderText {
            left: own("left", raw.left, &all.left)?,
            middle: own("middle", raw.middle, &all.middle)?,
            right: own("right", raw.right, &all.right)?,
        })
    }

    fn name(&self, name: &Spanned<String>) -> Result<String, ConfigError> {
        let text = name.get_ref();
        let fine = |c: char| c.is_alphanumeric() || "-_ ".contains(c);
        if text.is_empty() || text.chars().count() > NAME_CHARS || !text.chars().all(fine) {
            let why = format!(
                "a name has 1 to {NAME_CHARS} letters, digits, blanks, hyphens or underscores"
            );
            return Err(self.wrong(name.span().start, "line.name".to_owned(), why));
        }
        Ok(text.clone())
    }

    fn not_toml(&self, error: &toml::de::Error) -> ConfigError {
        let message = error.message();
        let key = message.strip_prefix(UNKNOWN_KEY).and_then(|rest| rest.split('`').next());
        let at = error.span().map_or(0, |span| span.start);
        let why = match key {
            Some(_) => message.replacen(UNKNOWN_KEY, "there is no key `", 1),
            None => message.to_owned(),
        };
        let own = key.map_or_else(|| self.key_at(at), str::to_owned);
        self.wrong(at, own, why.replace('\n', " "))
    }

    /// The key of the line of the file in which `at` lies.
    fn key_at(&self, at: usize) -> String {
        let start = self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |n| n + 1);
        let line = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
        line.split_once('=').map_or(String::new(), |(key, _)| key.trim().to_owned())
    }

    fn wrong(&self, at: usize, key: String, why: String) -> ConfigError {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.bytes().filter(|octet| *octet == b'\n').count() + 1;
        ConfigError::Value { file: self.file.clone(), line, key, why }
    }
}

impl std::fmt::Display for Driver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sip => "sip",
        })
    }
}

impl std::fmt::Display for T38Start {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Reinvite => "reinvite",
            Self::Invite => "invite",
        })
    }
}

fn default_data() -> Result<String, ConfigError> {
    let folders = etcetera::choose_base_strategy().map_err(|_| ConfigError::NoHome)?;
    Ok(folders.data_dir().join("ferrofax").to_string_lossy().into_owned())
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is not an IP address with a port, as 127.0.0.1:5060"))
}

/// Until connections can be private, REST is for this machine alone.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    match address(text)? {
        address if address.ip().is_loopback() => Ok(address),
        address => Err(format!("REST is served on loopback only for now; {address} is not")),
    }
}

/// The folder in which the server was started is not a place to find faxes again.
fn full_path(text: &str) -> Result<String, String> {
    match Path::new(text).is_absolute() {
        true => Ok(text.to_owned()),
        false => Err(format!("{text:?} is not a full path")),
    }
}

pub(super) fn within(number: i64, least: u32, most: u32) -> Result<u32, String> {
    u32::try_from(number)
        .ok()
        .filter(|n| (least..=most).contains(n))
        .ok_or_else(|| format!("{number} is not within {least} to {most}"))
}

pub(super) fn span(text: &str, longest: Duration) -> Result<Span, String> {
    let most = units::spell_duration(longest);
    match units::duration(text) {
        None => Err(format!("{text:?} is not a duration with a unit, as \"5m\" or \"90s\"")),
        Some(time) if time > longest => Err(format!("{text:?} is longer than {most}")),
        Some(time) => Ok(Span(time)),
    }
}

pub(super) fn size(text: &str, largest: u64) -> Result<Size, String> {
    let most = units::spell_size(largest);
    match units::size(text) {
        None => Err(format!("{text:?} is not a size with a unit, as \"64MB\"")),
        Some(octets) if octets > largest => Err(format!("{text:?} is larger than {most}")),
        Some(octets) => Ok(Size(octets)),
    }
}

fn template(text: &String) -> Result<Template, String> {
    Template::parse(text).map_err(|why| format!("{text:?}: {why}"))
}

/// The company that sends, as it stands in a header line.
fn company(text: &str) -> Result<String, String> {
    match text.chars().count() <= COMPANY_CHARS && !text.contains(char::is_control) {
        true => Ok(text.trim().to_owned()),
        false => Err(format!("it is one line of at most {COMPANY_CHARS} characters")),
    }
}

/// What a frame can carry of an identity must be all of it. T.30 5.3.6.2.4.
fn ident(text: &str) -> Result<String, String> {
    match g3::Ident::new(text).as_str() == text.trim() {
        true => Ok(text.trim().to_owned()),
        false => Err(format!("{text:?} does not fit: 20 characters of ASCII at most")),
    }
}
