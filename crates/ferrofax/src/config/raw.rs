//! The file as serde reads it: every key may be missing, none may be unknown.

use serde::Deserialize;
use toml::Spanned;

/// A value that may be missing, with its place in the file.
pub(super) type Maybe<T> = Option<Spanned<T>>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConfig {
    pub(super) data: Maybe<String>,
    pub(super) covers: Maybe<String>,
    pub(super) listen: Maybe<String>,
    pub(super) max_pages: Maybe<i64>,
    pub(super) max_document: Maybe<String>,
    pub(super) stop_within: Maybe<String>,
    #[serde(default)]
    pub(super) header: RawHeader,
    #[serde(default)]
    pub(super) render: RawRender,
    #[serde(default)]
    pub(super) line: Vec<RawLine>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRender {
    pub(super) time: Maybe<String>,
    pub(super) cpu: Maybe<String>,
    pub(super) memory: Maybe<String>,
    pub(super) output: Maybe<String>,
    pub(super) workers: Maybe<i64>,
    pub(super) ghostscript: Maybe<String>,
    pub(super) libreoffice: Maybe<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLine {
    pub(super) name: Maybe<String>,
    pub(super) driver: Maybe<String>,
    pub(super) listen: Maybe<String>,
    pub(super) peer: Maybe<String>,
    pub(super) public: Maybe<String>,
    pub(super) tsid: Maybe<String>,
    pub(super) csid: Maybe<String>,
    pub(super) company: Maybe<String>,
    #[serde(default)]
    pub(super) header: RawHeader,
    pub(super) t38: Maybe<String>,
    pub(super) channels: Maybe<i64>,
    pub(super) send: Maybe<bool>,
    pub(super) receive: Maybe<bool>,
    pub(super) rings: Maybe<i64>,
    pub(super) ring_timeout: Maybe<String>,
    pub(super) call_limit: Maybe<String>,
    pub(super) store_in: Maybe<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHeader {
    pub(super) left: Maybe<String>,
    pub(super) middle: Maybe<String>,
    pub(super) right: Maybe<String>,
}
