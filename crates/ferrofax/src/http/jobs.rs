//! Jobs: show, order about, and what became of their calls.

use std::cell::Cell;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::header;
use axum::response::IntoResponse;
use bytes::Bytes;
use faxcom::api;
use faxcom::api::Right;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::IntoParams;

use super::App;
use super::extract::{At, Input, Params, Raw, job_id, limit};
use super::guard;
use super::refusal::{Refusal, Result};
use super::view;
use crate::queue::{Action, DiscountRate, Illegal, JobState};
use crate::store::{Job, JobId, Listing, StoreError, User};

/// What a job of a list takes in most answers; the octets of long ones come on top.
const JOB_OCTETS: usize = 768;
/// The most lines of a transcript in one answer.
const MAX_TRANSCRIPT_LINES: usize = 20_000;

/// Which jobs to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListParams {
    /// `visible` (default): the queue as FaxJobs shows it. `all`: also jobs that have left it.
    queue: Option<String>,
    /// Jobs in one answer, 1 to 500; 100 when left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// The picture to go on with, as the first answer named it; only for `visible`.
    as_of: Option<i64>,
    /// Only jobs whose id comes after this one.
    after: Option<i64>,
    /// Jobs of the picture to pass over after that; only with `as_of`.
    skip: Option<u32>,
}

/// The queue, page by page of one picture.
#[utoipa::path(get, path = "/v1/jobs", operation_id = "list_jobs", tag = "jobs", params(ListParams), responses(
    (status = 200, body = api::JobList),
))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(user): Extension<User>,
    Params(params): Params<ListParams>,
) -> Result<impl IntoResponse> {
    guard::may(&user, Right::JobQuery)?;
    let listing = match (params.queue.as_deref(), params.as_of) {
        (None | Some("visible"), as_of) => Listing::Visible { as_of },
        (Some("all"), None) => Listing::All,
        (Some("all"), Some(_)) => {
            return Err(Refusal::bad_field("as_of", "only the visible queue has pictures"));
        }
        (Some(_), _) => return Err(Refusal::bad_field("queue", "it is `visible` or `all`")),
    };
    let mut after = params.after.map(JobId);
    if let Some(skip) = params.skip {
        let Some(as_of) = params.as_of else {
            return Err(Refusal::bad_field("skip", "it needs the picture that `as_of` names"));
        };
        let end = Some(JobId(i64::MAX));
        after = app.store.passed_over(as_of, after, skip).await?.or(end);
    }
    let page = app.store.jobs(listing, after, limit(params.limit)?).await?;
    let (now, discount) = (app.clock.now_us(), discount(&app, &page.jobs).await?);
    let discount = discount.as_ref();
    let mut body = Vec::with_capacity((page.jobs.len() + 1) * JOB_OCTETS);
    let jobs = page.jobs.into_iter().map(|job| view::job(job, now, discount));
    let list = Listed {
        as_of: u64::try_from(page.as_of).unwrap_or(0),
        count: page.count,
        jobs: InTurn(Cell::new(Some(jobs))),
    };
    serde_json::to_writer(&mut body, &list).map_err(Refusal::internal)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body))
}

/// An [`api::JobList`] whose jobs are not all there at once.
#[derive(Serialize)]
struct Listed<J> {
    as_of: u64,
    count: u64,
    jobs: J,
}

/// Jobs that are made when their turn comes, and gone before the next one is made.
struct InTurn<J>(Cell<Option<J>>);

impl<J: Iterator<Item = api::Job>> Serialize for InTurn<J> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().into_iter().flatten())
    }
}

/// One job, whatever became of it.
#[utoipa::path(get, path = "/v1/jobs/{id}", operation_id = "show_job", tag = "jobs",
    params(("id" = u32, Path, description = "The job.")), responses(
    (status = 200, body = api::Job),
))]
pub(super) async fn show(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(id): At<String>,
) -> Result<Json<api::Job>> {
    guard::may(&user, Right::JobQuery)?;
    let job = app.store.job(job_id(&id)?).await?;
    let cover = app.store.cover(job.id).await?;
    let cover = cover.map(|fields| serde_json::from_str(&fields)).transpose();
    let cover = cover.map_err(Refusal::internal)?;
    Ok(Json(api::Job { cover, ..shown(&app, job).await? }))
}

/// Changes a job.
#[utoipa::path(patch, path = "/v1/jobs/{id}", operation_id = "change_job", tag = "jobs", request_body = api::JobChange,
    params(("id" = u32, Path, description = "The job.")), responses(
    (status = 200, body = api::Job),
))]
pub(super) async fn change(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(id): At<String>,
    Input(change): Input<api::JobChange>,
) -> Result<Json<api::Job>> {
    match change.held {
        Some(true) => act(&app, &user, &id, Action::Pause).await,
        Some(false) => act(&app, &user, &id, Action::Resume).await,
        None => show(State(app), Extension(user), At(id)).await,
    }
}

/// Holds a job back; its call, if it is in one, goes on.
#[utoipa::path(post, path = "/v1/jobs/{id}/pause", operation_id = "pause_job", tag = "jobs",
    params(("id" = u32, Path, description = "The job.")), responses(
    (status = 200, body = api::Job),
))]
pub(super) async fn pause(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(id): At<String>,
    Raw(_unused): Raw,
) -> Result<Json<api::Job>> {
    act(&app, &user, &id, Action::Pause).await
}

/// Lets a paused job go on, and restarts a failed one. faxcom IFaxJob::SetStatus
#[utoipa::path(post, path = "/v1/jobs/{id}/resume", operation_id = "resume_job", tag = "jobs",
    params(("id" = u32, Path, description = "The job.")), responses(
    (status = 200, body = api::Job),
))]
pub(super) async fn resume(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(id): At<String>,
    Raw(_unused): Raw,
) -> Result<Json<api::Job>> {
    let id = job_id(&id)?;
    guard::may_order(&app, &user, id).await?;
    let job = match app.store.act(id, Action::Resume).await {
        // JC_RESUME and JC_RESTART are one number, so it means whichever fits the job.
        Err(StoreError::Illegal(Illegal::Resume(JobState::Failed | JobState::Uncertain))) => {
            app.store.act(id, Action::Restart { may_duplicate: false }).await?
        }
        other => other?,
    };
    Ok(Json(shown(&app, job).await?))
}

/// Sends a failed job again from its first unconfirmed page; with `may_duplicate` also one that
/// the far end may already have.
#[utoipa::path(post, path = "/v1/jobs/{id}/restart", operation_id = "restart_job", tag = "jobs", request_body = api::RestartJob,
    params(("id" = u32, Path, description = "The job.")), responses(
    (status = 200, body = api::Job),
))]
pub(super) async fn restart(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(id): At<String>,
    Input(order): Input<api::RestartJob>,
) -> Result<Json<api::Job>> {
    act(&app, &user, &id, Action::Restart { may_duplicate: order.may_duplicate }).await
}

/// Stops a job and takes it out of the queue.
#[utoipa::path(post, path = "/v1/jobs/{id}/cancel", operation_id = "cancel_job", tag = "jobs",
    params(("id" = u32, Path, description = "The job.")), responses(
    (status = 200, body = api::Job),
))]
pub(super) async fn cancel(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(id): At<String>,
    Raw(_unused): Raw,
) -> Result<Json<api::Job>> {
    act(&app, &user, &id, Action::Cancel).await
}

async fn act(app: &App, user: &User, id: &str, action: Action) -> Result<Json<api::Job>> {
    let id = job_id(id)?;
    guard::may_order(app, user, id).await?;
    let job = app.store.act(id, action).await?;
    Ok(Json(shown(app, job).await?))
}

pub(super) async fn shown(app: &App, job: Job) -> Result<api::Job> {
    let discount = discount(app, std::slice::from_ref(&job)).await?;
    Ok(view::job(job, app.clock.now_us(), discount.as_ref()))
}

/// The discount rate, when one of the jobs waits for it.
async fn discount(app: &App, jobs: &[Job]) -> Result<Option<DiscountRate>> {
    if !jobs.iter().any(|job| job.discount) {
        return Ok(None);
    }
    Ok(Some(DiscountRate::of(&app.store.server().await?)))
}

/// The calls of a job.
#[utoipa::path(get, path = "/v1/jobs/{id}/attempts", operation_id = "list_attempts", tag = "jobs",
    params(("id" = u32, Path, description = "The job.")), responses(
    (status = 200, body = api::AttemptList),
))]
pub(super) async fn attempts(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(id): At<String>,
) -> Result<Json<api::AttemptList>> {
    guard::may(&user, Right::JobQuery)?;
    let attempts = app.store.attempts(job_id(&id)?).await?;
    Ok(Json(api::AttemptList { attempts: attempts.iter().map(view::attempt).collect() }))
}

/// The decoded time line of one call.
#[utoipa::path(get, path = "/v1/jobs/{id}/attempts/{n}/transcript", operation_id = "show_transcript", tag = "jobs",
    params(
        ("id" = u32, Path, description = "The job."),
        ("n" = u32, Path, description = "The attempt, counted from 1."),
    ), responses(
    (status = 200, body = api::Transcript),
))]
pub(super) async fn transcript(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At((id, n)): At<(String, String)>,
) -> Result<Json<api::Transcript>> {
    guard::may(&user, Right::JobQuery)?;
    let id = job_id(&id)?;
    let unknown = || Refusal::not_found(format!("job {id} has no attempt {n}"));
    let attempt: u32 = n.parse().map_err(|_| unknown())?;
    let calls = app.store.attempts(id).await?;
    let call = calls.iter().find(|call| call.number == attempt).ok_or_else(unknown)?;
    let text = match app.store.transcript(id, attempt).await {
        // The file of a call that has just begun comes with its first lines.
        Err(StoreError::Damaged { .. }) if call.ended_us.is_none() => Bytes::new(),
        text => text?,
    };
    let mut lines = Vec::new();
    let mut truncated = false;
    // A line cut short by a crash is the last one and is left out.
    for line in text.split(|byte| *byte == b'\n') {
        let Ok(line) = serde_json::from_slice::<api::TranscriptLine>(line) else { continue };
        if lines.len() == MAX_TRANSCRIPT_LINES {
            truncated = true;
            break;
        }
        lines.push(line);
    }
    Ok(Json(api::Transcript { attempt, lines, truncated }))
}
