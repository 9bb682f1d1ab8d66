//! Cover pages: which there are, how one looks, and the one of a job.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use faxcom::api;
use faxcom::api::{Code, Right};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use render::Party;

use super::App;
use super::documents::refused;
use super::extract::{Input, Params};
use super::guard;
use super::openapi::Octets;
use super::pictures::{self, PNG, PictureParams};
use super::refusal::{Refusal, Result};
use super::submit::{check_texts, document_of, options};
use crate::covers::{self, NoTemplate};
use crate::document::{CoverFields, CoverOrder, Order};
use crate::store::User;

/// A preview stands in front of a letter of one page.
const BEHIND_A_PREVIEW: u32 = 1;

/// The cover pages of the server that a job may name.
#[utoipa::path(get, path = "/v1/covers", operation_id = "list_covers", tag = "covers", responses(
    (status = 200, body = api::CoverList),
))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(user): Extension<User>,
) -> Result<Json<api::CoverList>> {
    guard::may(&user, Right::JobSubmit)?;
    let covers = app.covers.clone();
    let listed = tokio::task::spawn_blocking(move || covers.list()).await;
    let listed = listed.map_err(Refusal::internal)?;
    let covers = listed
        .into_iter()
        .map(|cover| api::CoverTemplate { name: cover.name, shipped: cover.file.is_none() })
        .collect();
    Ok(Json(api::CoverList { covers }))
}

/// The first page of the cover that a job would have, as PNG. Nothing is queued.
#[utoipa::path(post, path = "/v1/covers/preview", operation_id = "preview_cover", tag = "covers",
    request_body = api::NewJob, params(PictureParams), responses(
    (status = 200, body = inline(Octets), content_type = "image/png"),
))]
pub(super) async fn preview(
    State(app): State<App>,
    Extension(user): Extension<User>,
    Params(params): Params<PictureParams>,
    Input(job): Input<api::NewJob>,
) -> Result<impl IntoResponse> {
    guard::may(&user, Right::JobSubmit)?;
    let width = params.width()?;
    check_texts(&job)?;
    let cover = CoverOrder { behind: BEHIND_A_PREVIEW, ..order(&app, &user, &job).await? };
    let order = Order { document: None, options: options(&app, &job), cover: Some(cover) };
    let rendered = app.renderer.render(order).await.map_err(|error| refused(&error))?;
    let page = rendered.pages.into_iter().next();
    let page = page.ok_or_else(|| Refusal::internal("a cover without pages"))?;
    let picture = pictures::draw(&app, page, PNG, width).await?;
    Ok(([(header::CONTENT_TYPE, PNG)], picture))
}

/// The cover page of a job.
pub(super) async fn order(app: &App, user: &User, job: &api::NewJob) -> Result<CoverOrder> {
    let template = match job.cover.template {
        Some(_) if job.cover.from_server => {
            let why = "it is given, and `cover.from_server` asks for a cover page of the server";
            return Err(Refusal::bad_field("cover.template", why));
        }
        Some(id) => personal(app, user, id).await?,
        None => of_server(app, &job.cover.name).await?,
    };
    Ok(CoverOrder { template, fields: fields(job, app.clock.now_us()), behind: 0 })
}

/// A template that came with the job.
async fn personal(app: &App, user: &User, id: u32) -> Result<String> {
    if app.store.server().await?.server_coverpage {
        let detail = "cover.template: only the cover pages of the server may be used here \
             (the server property server_coverpage says so)";
        return Err(Refusal::forbidden(detail));
    }
    let document = document_of(app, user, "cover.template", id).await?;
    let octets = app.store.document_bytes(document.id).await?;
    covers::text(&octets).map_err(|why| {
        let detail = format!("cover page {}: {why}", document.name);
        Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, Code::BadCover, detail)
    })
}

async fn of_server(app: &App, name: &str) -> Result<String> {
    let (covers, name) = (app.covers.clone(), name.to_owned());
    let template = tokio::task::spawn_blocking(move || covers.template(&name)).await;
    template.map_err(Refusal::internal)?.map_err(|error| {
        let code = match error {
            NoTemplate::Unknown { .. } => Code::NoCover,
            NoTemplate::Unusable { .. } => Code::BadCover,
        };
        Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, code, error.to_string())
    })
}

/// What the cover page of a job shows; the time is that of the server's clock on its wall.
fn fields(job: &api::NewJob, now_us: i64) -> CoverFields {
    let now = Timestamp::from_microsecond(now_us).unwrap_or_default().to_zoned(TimeZone::system());
    let cover = job.cover.clone();
    CoverFields {
        recipient: Party {
            name: job.recipient_name.clone(),
            fax: job.number.clone(),
            company: cover.recipient_company,
            address: cover.recipient_address,
            city: cover.recipient_city,
            state: cover.recipient_state,
            zip: cover.recipient_zip,
            country: cover.recipient_country,
            title: cover.recipient_title,
            department: cover.recipient_department,
            office: cover.recipient_office,
            home_phone: cover.recipient_home_phone,
            office_phone: cover.recipient_office_phone,
        },
        sender: Party {
            name: job.sender_name.clone(),
            fax: cover.sender_fax,
            company: job.sender_company.clone(),
            address: cover.sender_address,
            title: cover.sender_title,
            department: job.sender_dept.clone(),
            office: cover.sender_office,
            home_phone: cover.sender_home_phone,
            office_phone: cover.sender_office_phone,
            ..Party::default()
        },
        subject: cover.subject,
        note: cover.note,
        billing_code: job.billing_code.clone(),
        date: now.strftime("%-d %B %Y").to_string(),
        time: now.strftime("%H:%M").to_string(),
    }
}
