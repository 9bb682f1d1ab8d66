//! Documents: in as files, out as files of pages.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use bytes::Bytes;
use faxcom::api;
use faxcom::api::{Code, Right};
use serde::Deserialize;
use utoipa::IntoParams;

use super::App;
use super::extract::{At, Params, Raw, job_id};
use super::guard;
use super::openapi::Octets;
use super::refusal::{Refusal, Result};
use super::view;
use crate::document::{self, DocumentError, Part};
use crate::pages;
use crate::store::{JobId, NewDocument, User};

/// The longest file name, in characters.
const MAX_NAME_CHARS: usize = 255;
/// Pages as one file. RFC 3302 3.
pub(super) const TIFF: &str = "image/tiff";
/// Pages as one file. RFC 8118 8
const PDF: &str = "application/pdf";

/// What an upload says of itself.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UploadParams {
    /// The file's name, for people.
    name: Option<String>,
}

/// Takes a document; what it is, is found by looking at it.
#[utoipa::path(post, path = "/v1/documents", operation_id = "upload_document", tag = "documents", params(UploadParams),
    request_body(content = inline(Octets), content_type = "application/octet-stream"), responses(
    (status = 201, body = api::Uploaded),
))]
pub(super) async fn upload(
    State(app): State<App>,
    Extension(user): Extension<User>,
    Params(params): Params<UploadParams>,
    Raw(bytes): Raw,
) -> Result<(StatusCode, Json<api::Uploaded>)> {
    guard::may(&user, Right::JobSubmit)?;
    let name = params.name.filter(|name| !name.is_empty()).unwrap_or_else(|| "document".into());
    if name.chars().count() > MAX_NAME_CHARS || name.chars().any(char::is_control) {
        let why = format!("at most {MAX_NAME_CHARS} characters, none of them a control character");
        return Err(Refusal::bad_field("name", why));
    }
    let media_type = document::media_type(&bytes).map_err(|e| refused(&e))?.to_owned();
    let size = bytes.len() as u64;
    let document = NewDocument { user_name: user.name, name: name.clone(), media_type, bytes };
    let id = app.store.save_document(document).await?;
    Ok((StatusCode::CREATED, Json(api::Uploaded { id: view::id(id.0), name, size })))
}

/// The refusal of a document that cannot be faxed.
pub(super) fn refused(error: &DocumentError) -> Refusal {
    use render::Error;
    let (status, code) = match error {
        DocumentError::Document(Error::Unsupported(_) | Error::NeedsProgram { .. }) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedDocument)
        }
        DocumentError::Document(Error::Encrypted | Error::WrongPassword) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Code::EncryptedDocument)
        }
        DocumentError::Cover(_)
        | DocumentError::Limit { of: Part::Cover, .. }
        | DocumentError::Crashed(Part::Cover) => (StatusCode::UNPROCESSABLE_ENTITY, Code::BadCover),
        DocumentError::Busy => return Refusal::busy(error.to_string()),
        DocumentError::Renderer(_) => return Refusal::internal(error),
        _ => (StatusCode::UNPROCESSABLE_ENTITY, Code::BadDocument),
    };
    Refusal::new(status, code, error.to_string())
}

/// All pages of a job as one fax TIFF.
#[utoipa::path(get, path = "/v1/jobs/{id}/document.tif", operation_id = "job_document", tag = "documents",
    params(("id" = u32, Path, description = "The job.")), responses(
    (status = 200, body = inline(Octets), content_type = "image/tiff"),
))]
pub(super) async fn tiff(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(id): At<String>,
) -> Result<impl IntoResponse> {
    guard::may(&user, Right::JobQuery)?;
    Ok(([(header::CONTENT_TYPE, TIFF)], app.store.tiff(job_id(&id)?).await?))
}

/// All pages of a job as PDF, its fax images as they are.
#[utoipa::path(get, path = "/v1/jobs/{id}/document.pdf", operation_id = "job_document_pdf", tag = "documents",
    params(("id" = u32, Path, description = "The job.")), responses(
    (status = 200, body = inline(Octets), content_type = "application/pdf"),
))]
pub(super) async fn pdf(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(id): At<String>,
) -> Result<impl IntoResponse> {
    guard::may(&user, Right::JobQuery)?;
    pdf_of(&app, job_id(&id)?).await
}

/// The pages of a job as PDF.
pub(super) async fn pdf_of(app: &App, id: JobId) -> Result<impl IntoResponse + use<>> {
    let _place = app.drawing.acquire().await.map_err(Refusal::internal)?;
    let job = app.store.job(id).await?;
    let mut pages = Vec::new();
    for index in 0..job.pages {
        pages.push(app.store.page(id, index).await?);
    }
    let title = format!("Fax {id}");
    let pdf = tokio::task::spawn_blocking(move || pages::pdf(&title, &pages)).await;
    Ok(([(header::CONTENT_TYPE, PDF)], Bytes::from(pdf.map_err(Refusal::internal)?)))
}
