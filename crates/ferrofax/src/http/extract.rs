//! Requests read into types; what cannot be read is refused in plain words.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use faxcom::api::Code;
use serde::de::DeserializeOwned;

use super::refusal::{Refusal, Result};
use crate::store::{JobId, PAGE_LIMIT, PortId};

/// The variable parts of the path.
pub(super) struct At<T>(pub(super) T);

/// The parameters behind the `?`.
pub(super) struct Params<T>(pub(super) T);

/// A JSON body; an empty one counts as `{}`.
pub(super) struct Input<T>(pub(super) T);

/// A body as it is. Commands that need none take it too: a body that nobody reads costs the client
/// its connection.
pub(super) struct Raw(pub(super) Bytes);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let path = Path::from_request_parts(parts, state).await;
        let Path(value) = path.map_err(|_| Refusal::bad_field("path", "it is not UTF-8"))?;
        Ok(Self(value))
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        let Query(value) = Query::try_from_uri(&parts.uri).map_err(|e| {
            let words = e.body_text();
            let words = words.rsplit_once("query string: ").map_or(words.as_str(), |(_, why)| why);
            Refusal::new(StatusCode::BAD_REQUEST, Code::BadRequest, words)
        })?;
        Ok(Self(value))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Input<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let Raw(body) = Raw::from_request(request, state).await?;
        let text: &[u8] = if body.is_empty() { b"{}" } else { &body };
        serde_json::from_slice(text).map(Self).map_err(|e| Refusal::bad_field("body", e))
    }
}

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        Bytes::from_request(request, state).await.map(Self).map_err(|e: BytesRejection| {
            match e.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    Code::TooLarge,
                    "body: larger than this server takes",
                ),
                _ => Refusal::bad_field("body", "it broke off"),
            }
        })
    }
}

/// A job's id in a path.
pub(super) fn job_id(text: &str) -> Result<JobId> {
    text.parse().map_err(|_| Refusal::not_found(format!("there is no job {text}")))
}

/// A line's id in a path.
pub(super) fn port_id(text: &str) -> Result<PortId> {
    text.parse().map_err(|_| Refusal::not_found(format!("there is no line {text}")))
}

/// The `limit` of a listing.
pub(super) fn limit(given: Option<u32>) -> Result<u32> {
    match given {
        None => Ok(100),
        Some(n @ 1..=PAGE_LIMIT) => Ok(n),
        Some(_) => Err(Refusal::bad_field("limit", format!("it goes from 1 to {PAGE_LIMIT}"))),
    }
}
