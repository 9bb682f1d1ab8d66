//! Pages as pictures, for people: they never change, so everybody may keep them.

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use faxcom::api::Right;
use serde::Deserialize;
use t4::Page;
use utoipa::IntoParams;

use super::App;
use super::documents::TIFF;
use super::extract::{At, Params, job_id};
use super::guard;
use super::openapi::Octets;
use super::refusal::{Refusal, Result};
use crate::pages::{self, MAX_WIDTH, PictureError};
use crate::store::User;

/// How long a browser may keep a page, for itself alone.
const KEEP: &str = "private, max-age=31536000, immutable";

/// How large a picture is to be.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PictureParams {
    /// Pixels across, for a grey picture with the shape of the paper; without it a picture has one bit
    /// a pel, and pels are as they were sent.
    #[param(minimum = 1, maximum = 4096)]
    width: Option<u32>,
}

impl PictureParams {
    /// The width, if one was asked for.
    pub(super) fn width(self) -> Result<Option<u32>> {
        match self.width {
            None | Some(1..=MAX_WIDTH) => Ok(self.width),
            Some(_) => Err(Refusal::bad_field("width", format!("it goes from 1 to {MAX_WIDTH}"))),
        }
    }
}

/// One page of a job, as `{n}.png` or `{n}.tif`; pages are counted from 1.
#[utoipa::path(get, path = "/v1/jobs/{id}/pages/{file}", operation_id = "job_page", tag = "documents",
    params(
        ("id" = u32, Path, description = "The job, sent or received."),
        ("file" = String, Path, description = "`1.png`, `1.tif`, ...: the page, counted from 1."),
        PictureParams,
    ), responses(
    (status = 200, content((inline(Octets) = "image/png"), (inline(Octets) = "image/tiff"))),
    (status = 304, description = "The `If-None-Match` names it: it is as it was."),
))]
pub(super) async fn page(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At((id, file)): At<(String, String)>,
    Params(params): Params<PictureParams>,
    headers: HeaderMap,
) -> Result<Response> {
    guard::may(&user, Right::JobQuery)?;
    let width = params.width()?;
    let id = job_id(&id)?;
    let unknown = || Refusal::not_found(format!("job {id} has no page {file}"));
    let (number, form) = file.split_once('.').ok_or_else(unknown)?;
    let index = number.parse::<u32>().ok().and_then(|n| n.checked_sub(1)).ok_or_else(unknown)?;
    let media_type = match form {
        "png" => PNG,
        "tif" if width.is_none() => TIFF,
        "tif" => return Err(Refusal::bad_field("width", "only a PNG has one")),
        _ => return Err(unknown()),
    };
    let job = app.store.job(id).await?;
    if index >= job.pages {
        return Err(unknown());
    }
    // When it was made tells it from a page of another data folder at the same address.
    let made = job.created_us;
    let name = format!("\"{id}-{made}-{index}-{}{form}\"", width.unwrap_or(0));
    let kept = [(header::ETAG, name.clone()), (header::CACHE_CONTROL, KEEP.to_owned())];
    if is_known(&headers, &name) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let picture = match app.pictures.find(&name) {
        Some(picture) => picture,
        None => {
            let page = app.store.page(id, index).await?;
            let picture = draw(&app, page, media_type, width).await?;
            app.pictures.keep(name, picture.clone());
            picture
        }
    };
    Ok((kept, [(header::CONTENT_TYPE, media_type)], picture).into_response())
}

/// A page as PNG or as a TIFF of its own.
pub(super) async fn draw(
    app: &App,
    page: Page,
    media_type: &'static str,
    width: Option<u32>,
) -> Result<Bytes> {
    let _place = app.drawing.acquire().await.map_err(Refusal::internal)?;
    let picture = tokio::task::spawn_blocking(move || match media_type {
        TIFF => tiff(&page),
        _ => pages::png(&page, width),
    });
    let picture = picture.await.map_err(Refusal::internal)?;
    picture.map(Bytes::from).map_err(|error| match error {
        PictureError::TooLarge => Refusal::bad_field("width", error),
        PictureError::Failed(_) => Refusal::internal(error),
    })
}

/// A picture. RFC 2083
pub(super) const PNG: &str = "image/png";

/// A page as a fax TIFF of its own.
fn tiff(page: &Page) -> std::result::Result<Vec<u8>, PictureError> {
    let mut writer = t4::tiff::Writer::new();
    writer.push(page).map_err(|error| PictureError::Failed(error.to_string()))?;
    Ok(writer.finish())
}

/// Whether the client has it. RFC 9110 13.1.2
fn is_known(headers: &HeaderMap, name: &str) -> bool {
    let known =
        headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = known.flat_map(|value| value.split(',')).map(str::trim);
    known.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == name)
}
