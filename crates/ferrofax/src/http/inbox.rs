//! Received faxes.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use faxcom::api;
use faxcom::api::Right;
use serde::Deserialize;
use utoipa::IntoParams;

use super::App;
use super::documents::{TIFF, pdf_of};
use super::extract::{At, Params, job_id, limit};
use super::guard;
use super::openapi::Octets;
use super::refusal::{Refusal, Result};
use super::view;
use crate::queue::{Direction, JobState};
use crate::store::{JobId, Listing, User};

/// Which faxes to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListParams {
    /// Faxes in one answer, 1 to 500; 100 when left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// Only faxes whose id comes after this one.
    after: Option<i64>,
}

/// Received faxes by rising id, whole and broken ones.
#[utoipa::path(get, path = "/v1/inbox", operation_id = "list_inbox", tag = "inbox", params(ListParams), responses(
    (status = 200, body = api::InboxList),
))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(user): Extension<User>,
    Params(params): Params<ListParams>,
) -> Result<Json<api::InboxList>> {
    guard::may(&user, Right::JobQuery)?;
    let after = params.after.map(JobId);
    let page = app.store.jobs(Listing::Inbox, after, limit(params.limit)?).await?;
    let faxes = page.jobs.iter().map(view::inbox_item).collect();
    Ok(Json(api::InboxList { count: page.count, faxes }))
}

/// A received fax, as its ending says.
pub(super) async fn file(
    app: State<App>,
    user: Extension<User>,
    At(file): At<String>,
) -> Result<Response> {
    if file.ends_with(".pdf") {
        return Ok(pdf(app, user, At(file)).await?.into_response());
    }
    Ok(tiff(app, user, At(file)).await?.into_response())
}

/// A received fax as a fax TIFF.
#[utoipa::path(get, path = "/v1/inbox/{id}.tif", operation_id = "received_document", tag = "inbox",
    params(("id" = u32, Path, description = "The fax.")), responses(
    (status = 200, body = inline(Octets), content_type = "image/tiff"),
))]
pub(super) async fn tiff(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(file): At<String>,
) -> Result<impl IntoResponse + use<>> {
    let id = received(&app, &user, &file, ".tif").await?;
    Ok(([(header::CONTENT_TYPE, TIFF)], app.store.tiff(id).await?))
}

/// A received fax as PDF, its fax images as they are.
#[utoipa::path(get, path = "/v1/inbox/{id}.pdf", operation_id = "received_document_pdf", tag = "inbox",
    params(("id" = u32, Path, description = "The fax.")), responses(
    (status = 200, body = inline(Octets), content_type = "application/pdf"),
))]
pub(super) async fn pdf(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(file): At<String>,
) -> Result<impl IntoResponse + use<>> {
    let id = received(&app, &user, &file, ".pdf").await?;
    pdf_of(&app, id).await
}

/// The received fax that a file's name stands for.
async fn received(app: &App, user: &User, file: &str, ending: &str) -> Result<JobId> {
    guard::may(user, Right::JobQuery)?;
    let unknown = || Refusal::not_found(format!("there is no received fax {file}"));
    let id = job_id(file.strip_suffix(ending).ok_or_else(unknown)?)?;
    let job = app.store.job(id).await?;
    match job.direction != Direction::Receive || job.state == JobState::Active || job.pages == 0 {
        true => Err(unknown()),
        false => Ok(id),
    }
}
