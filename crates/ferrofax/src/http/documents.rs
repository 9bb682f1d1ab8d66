//! Documents and pages: in as files, out as pictures.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use bytes::Bytes;
use faxcom::api;
use faxcom::api::{Code, Right};
use serde::Deserialize;
use t4::Page;
use utoipa::IntoParams;

use super::App;
use super::extract::{At, Params, Raw, job_id};
use super::guard;
use super::openapi::Octets;
use super::refusal::{Refusal, Result};
use super::view;
use crate::document::{self, DocumentError};
use crate::store::{JobId, NewDocument, User};

/// The longest file name, in characters.
const MAX_NAME_CHARS: usize = 255;
/// A fax page as a picture. RFC 3302 3.
const TIFF: &str = "image/tiff";

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
    let (status, code) = match error {
        DocumentError::Document(render::Error::Unsupported(_)) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedDocument)
        }
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

/// One page of a job, as `{n}.png` or `{n}.tif`; pages are counted from 1.
#[utoipa::path(get, path = "/v1/jobs/{id}/pages/{file}", operation_id = "job_page", tag = "documents",
    params(
        ("id" = u32, Path, description = "The job."),
        ("file" = String, Path, description = "`1.png`, `1.tif`, ...: the page, counted from 1."),
    ), responses(
    (status = 200, content((inline(Octets) = "image/png"), (inline(Octets) = "image/tiff"))),
))]
pub(super) async fn page(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At((id, file)): At<(String, String)>,
) -> Result<impl IntoResponse> {
    guard::may(&user, Right::JobQuery)?;
    let id = job_id(&id)?;
    let unknown = || Refusal::not_found(format!("job {id} has no page {file}"));
    let (number, form) = file.split_once('.').ok_or_else(unknown)?;
    let index = number.parse::<u32>().ok().and_then(|n| n.checked_sub(1)).ok_or_else(unknown)?;
    let media_type = match form {
        "png" => "image/png",
        "tif" => TIFF,
        _ => return Err(unknown()),
    };
    let page = page_of(&app, id, index).await?.ok_or_else(unknown)?;
    let draw = move || if media_type == TIFF { page_tiff(&page) } else { png(&page) };
    let picture = tokio::task::spawn_blocking(draw).await.map_err(Refusal::internal)??;
    Ok(([(header::CONTENT_TYPE, media_type)], Bytes::from(picture)))
}

async fn page_of(app: &App, id: JobId, index: u32) -> Result<Option<Page>> {
    if index >= app.store.job(id).await?.pages {
        return Ok(None);
    }
    Ok(Some(app.store.page(id, index).await?))
}

/// A page as a fax TIFF of its own.
fn page_tiff(page: &Page) -> Result<Vec<u8>> {
    let mut writer = t4::tiff::Writer::new();
    writer.push(page).map_err(Refusal::internal)?;
    Ok(writer.finish())
}

/// A page as PNG: one bit a pel, white 1, with the size of the pels.
fn png(page: &Page) -> Result<Vec<u8>> {
    let bitmap = page.to_bitmap().map_err(Refusal::internal)?;
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, bitmap.width(), bitmap.rows());
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: PELS_PER_METRE,
        yppu: rows_per_metre(page.resolution),
        unit: png::Unit::Meter,
    }));
    let white_is_one: Vec<u8> = bitmap.as_packed().iter().map(|byte| !byte).collect();
    let mut writer = encoder.write_header().map_err(Refusal::internal)?;
    writer.write_image_data(&white_is_one).map_err(Refusal::internal)?;
    writer.finish().map_err(Refusal::internal)?;
    Ok(out)
}

/// 8 pels a millimetre. T.4 2.1
const PELS_PER_METRE: u32 = 8000;

/// 3.85, 7.7 or 15.4 lines a millimetre. T.4 2.1
fn rows_per_metre(resolution: t4::Resolution) -> u32 {
    match resolution {
        t4::Resolution::Standard => 3850,
        t4::Resolution::Fine => 7700,
        t4::Resolution::Superfine => 15_400,
    }
}
