//! Answers that are not a success.

use std::fmt::Display;

use axum::Json;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use faxcom::api::{Code, Problem};

use crate::queue::Illegal;
use crate::store::StoreError;

/// A request that is not fulfilled, and why.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: Code,
    detail: String,
}

/// What a handler gives.
pub(super) type Result<T> = std::result::Result<T, Refusal>;

impl Refusal {
    pub(super) fn new(status: StatusCode, code: Code, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into() }
    }

    /// A field or parameter that cannot be used; the sentence begins with its name.
    pub(super) fn bad_field(field: &str, why: impl Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::BadRequest, format!("{field}: {why}"))
    }

    /// The user lacks a right; the sentence names it.
    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, Code::Forbidden, detail)
    }

    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, Code::NotFound, detail)
    }

    pub(super) fn busy(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::Busy, detail)
    }

    /// A mistake of this server; the details go to the log and not to the client.
    pub(super) fn internal(error: impl Display) -> Self {
        tracing::error!(%error, "a request failed by a fault of this server");
        let detail = "the server made a mistake of its own; its log says more";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, detail)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = Problem {
            kind: "about:blank".to_owned(),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail,
            code: self.code,
        };
        let mut response = (self.status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            header::HeaderValue::from_static("application/problem+json"),
        );
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = header::HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let words = error.to_string();
        match error {
            StoreError::NoJob(_) | StoreError::NoDocument(_) | StoreError::NoPort(_) => {
                Self::not_found(words)
            }
            StoreError::Illegal(Illegal::MayDuplicate) => {
                Self::new(StatusCode::CONFLICT, Code::Uncertain, words)
            }
            StoreError::Illegal(_) => Self::new(StatusCode::CONFLICT, Code::NotAllowed, words),
            StoreError::KeyReused(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, Code::KeyReused, words)
            }
            StoreError::Invalid { .. } => Self::new(StatusCode::BAD_REQUEST, Code::BadValue, words),
            error if error.is_full() => Self::busy("the server has no room on its disk"),
            _ => Self::internal(words),
        }
    }
}

/// For paths that mean nothing here.
pub(super) async fn no_such_address(uri: Uri) -> Refusal {
    Refusal::not_found(format!("there is nothing at {}", uri.path()))
}

/// For paths that mean something, but not with this method.
pub(super) async fn no_such_method(method: Method, uri: Uri) -> Refusal {
    let detail = format!("{method} does nothing at {}", uri.path());
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, detail)
}
