//! A job is submitted: its texts are looked at, its pages drawn, and all of it is put on disk.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use bytes::Bytes;
use faxcom::api;
use faxcom::api::{Code, Right};
use sha2::{Digest, Sha256};
use t4::{Page, Resolution};

use super::App;
use super::covers;
use super::documents::refused;
use super::extract::Input;
use super::guard;
use super::jobs::shown;
use super::refusal::{Refusal, Result};
use super::turns::Turn;
use crate::document::{CoverOrder, DocumentError, Options, Order, Rendered};
use crate::queue::Number;
use crate::store::{Document, DocumentId, Idempotency, JobId, NewJob, StoreError, User};

/// The header that makes a repeated submission answer the first job.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// The name in the queue of a job that is a cover page alone.
const COVER_ALONE: &str = "cover page";

/// Queues a job: it is on disk with its pages before the answer.
#[utoipa::path(post, path = "/v1/jobs", operation_id = "submit_job", tag = "jobs", request_body = api::NewJob,
    params(("Idempotency-Key" = Option<String>, Header,
        description = "A repeated request with the same key answers the first job.")),
    responses(
        (status = 201, body = api::Job, description = "Queued; on disk with its pages."),
        (status = 200, body = api::Job, description = "Queued before under the same key."),
    ))]
pub(super) async fn submit(
    State(app): State<App>,
    Extension(user): Extension<User>,
    headers: HeaderMap,
    Input(order): Input<api::NewJob>,
) -> Result<impl IntoResponse> {
    guard::may(&user, Right::JobSubmit)?;
    let key = idempotency(&headers, &order)?;
    if let Some(key) = &key
        && let Some(first) = app.store.replayed(&user.name, key).await?
    {
        return created(&app, first, false).await;
    }
    let number = Number::parse(&order.number).map_err(|e| {
        Refusal::new(StatusCode::BAD_REQUEST, Code::BadNumber, format!("number: {e}"))
    })?;
    check_texts(&order)?;
    let cover = match order.cover.send {
        true => Some(covers::order(&app, &user, &order).await?),
        false => None,
    };
    let document = match (order.document, &cover) {
        (Some(id), _) => Some(document_of(&app, &user, "document", id).await?),
        (None, Some(_)) => None,
        (None, None) => {
            let why = "it is left out; only a cover page (`cover.send`) goes without one";
            return Err(Refusal::bad_field("document", why));
        }
    };
    // A document that a password opens is drawn for each job anew.
    let shared = document.as_ref().filter(|_| order.password.is_empty());
    let turn = match shared {
        Some(document) => Some(app.turns.of(document.id).await?),
        None => None,
    };
    let _place = app.submissions.acquire().await.map_err(Refusal::internal)?;
    let reusable = shared.is_some();
    // The turn, if it is still needed, and the place are kept until the job is on disk.
    let (rendered, _turn) = pages_of(&app, document.as_ref(), &order, cover, turn).await?;
    let name = document.as_ref().map_or(COVER_ALONE, |document| &document.name);
    let job = NewJob {
        document: document.as_ref().map(|document| document.id),
        user_name: user.name,
        number,
        display_name: match order.display_name.as_str() {
            "" => name.to_owned(),
            own => own.to_owned(),
        },
        recipient_name: order.recipient_name,
        sender_name: order.sender_name,
        sender_company: order.sender_company,
        sender_department: order.sender_dept,
        tsid: order.tsid,
        billing_code: order.billing_code,
        discount: order.discount_send,
        cover: match order.cover.is_empty() {
            true => String::new(),
            false => serde_json::to_string(&order.cover).map_err(Refusal::internal)?,
        },
        cover_pages: rendered.cover_pages,
        drawn: reusable.then(|| order.resolution.into()),
    };
    let submitted = app.store.submit(job, rendered.pages, key).await?;
    created(&app, submitted.job, submitted.fresh).await
}

/// A document that the user uploaded. That it is gone is a fault of the request's field here. What others
/// uploaded is theirs to send, and not there for anybody else.
pub(super) async fn document_of(app: &App, user: &User, field: &str, id: u32) -> Result<Document> {
    let id = DocumentId(i64::from(id));
    let unknown = |error| match error {
        StoreError::NoDocument(_) => Refusal::bad_field(field, error),
        other => other.into(),
    };
    let document = app.store.document(id).await.map_err(unknown)?;
    match document.user_name == user.name {
        true => Ok(document),
        false => Err(unknown(StoreError::NoDocument(id))),
    }
}

/// The pages of the job. A document is drawn once for the same resolution: later jobs take the pages of
/// an earlier one, unless a password was needed to see them. With them comes the turn, while the pages
/// are not yet there for others.
async fn pages_of(
    app: &App,
    document: Option<&Document>,
    order: &api::NewJob,
    cover: Option<CoverOrder>,
    turn: Option<Turn>,
) -> Result<(Rendered, Option<Turn>)> {
    let resolution = order.resolution.into();
    let Some(document) = document else {
        return Ok((draw(app, order, None, cover).await?, turn));
    };
    let Some(pages) = drawn_before(app, document.id, order, resolution).await? else {
        let octets = app.store.document_bytes(document.id).await?;
        return Ok((draw(app, order, Some(octets), cover).await?, turn));
    };
    drop(turn);
    let behind = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    let mut rendered = match cover {
        Some(cover) => draw(app, order, None, Some(CoverOrder { behind, ..cover })).await?,
        None => Rendered { pages: Vec::new(), cover_pages: 0 },
    };
    rendered.pages.extend(pages);
    Ok((check_pages(app, rendered)?, None))
}

async fn drawn_before(
    app: &App,
    document: DocumentId,
    order: &api::NewJob,
    resolution: Resolution,
) -> Result<Option<Vec<Page>>> {
    if !order.password.is_empty() {
        return Ok(None);
    }
    Ok(app.store.drawn(document, resolution).await?)
}

async fn draw(
    app: &App,
    order: &api::NewJob,
    document: Option<Bytes>,
    cover: Option<CoverOrder>,
) -> Result<Rendered> {
    let options = options(app, order);
    let rendered = app.renderer.render(Order { document, options, cover }).await;
    check_pages(app, rendered.map_err(|error| refused(&error))?)
}

/// With its cover a document may have more pages than a job.
fn check_pages(app: &App, rendered: Rendered) -> Result<Rendered> {
    let (pages, most) = (u32::try_from(rendered.pages.len()).unwrap_or(u32::MAX), app.limits.pages);
    match pages <= most {
        true => Ok(rendered),
        false => {
            let error = render::Error::TooManyPages { pages, most };
            Err(refused(&DocumentError::Document(error)))
        }
    }
}

pub(super) fn options(app: &App, order: &api::NewJob) -> Options {
    Options {
        resolution: order.resolution.into(),
        max_pages: app.limits.pages,
        password: order.password.reveal().to_owned(),
    }
}

/// Refuses a text that is too long or that could not be shown in one line.
pub(super) fn check_texts(order: &api::NewJob) -> Result<()> {
    let texts = [
        ("recipient_name", &order.recipient_name),
        ("sender_name", &order.sender_name),
        ("sender_company", &order.sender_company),
        ("sender_dept", &order.sender_dept),
        ("tsid", &order.tsid),
        ("billing_code", &order.billing_code),
        ("display_name", &order.display_name),
    ];
    for (field, text) in texts {
        check_text(field, text, api::MAX_TEXT_CHARS)?;
    }
    check_cover(&order.cover)
}

async fn created(
    app: &App,
    id: JobId,
    fresh: bool,
) -> Result<(StatusCode, [(header::HeaderName, String); 1], Json<api::Job>)> {
    let job = app.store.job(id).await?;
    let status = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    let location = [(header::LOCATION, format!("/v1/jobs/{id}"))];
    Ok((status, location, Json(shown(app, job).await?)))
}

fn idempotency(headers: &HeaderMap, order: &api::NewJob) -> Result<Option<Idempotency>> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=Idempotency::KEY_CHARS).contains(&key.len()));
    let Some(key) = key else {
        let why = format!("it has 1 to {} printable ASCII characters", Idempotency::KEY_CHARS);
        return Err(Refusal::bad_field(IDEMPOTENCY_KEY, why));
    };
    // What is stored of a request must not help anybody to guess a password.
    let order = api::NewJob { password: api::Password::default(), ..order.clone() };
    let canonical = serde_json::to_vec(&order).map_err(Refusal::internal)?;
    let digest = Sha256::digest(&canonical);
    let fingerprint = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Some(Idempotency { key: key.to_owned(), fingerprint }))
}

fn check_text(field: &str, text: &str, most: usize) -> Result<()> {
    if text.chars().count() > most {
        return Err(Refusal::bad_field(field, format!("at most {most} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(Refusal::bad_field(field, "no control characters"));
    }
    Ok(())
}

/// Cover fields may have several lines; the note may be long.
fn check_cover(cover: &api::Cover) -> Result<()> {
    let fields = serde_json::to_value(cover).map_err(Refusal::internal)?;
    for (field, value) in fields.as_object().into_iter().flatten() {
        let Some(text) = value.as_str() else { continue };
        let most = if field == "note" { api::MAX_NOTE_CHARS } else { api::MAX_TEXT_CHARS };
        let plain: String = text.chars().filter(|c| !matches!(c, '\n' | '\r' | '\t')).collect();
        check_text(&format!("cover.{field}"), &plain, most)?;
    }
    Ok(())
}
