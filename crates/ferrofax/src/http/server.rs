//! The server itself.

use std::fmt::Display;

use axum::Json;
use axum::extract::{Extension, State};
use faxcom::api;
use faxcom::api::Right;

use super::App;
use super::extract::Input;
use super::guard;
use super::refusal::Result;
use super::view;
use crate::store::{self, ServerProperties, StoreError, TimeOfDay, User};

/// Who answers, who asks, and the server properties.
///
/// Any token is enough. The properties are left out for a user without the right `config_query`.
#[utoipa::path(get, path = "/v1/server", operation_id = "show_server", tag = "server", responses(
    (status = 200, body = api::ServerInfo),
))]
pub(super) async fn info(
    State(app): State<App>,
    Extension(user): Extension<User>,
) -> Result<Json<api::ServerInfo>> {
    let properties = app.store.server().await?;
    Ok(shown(user, properties))
}

/// Changes server properties: all that are named or, when one cannot be, none.
///
/// Needs the right `config_set`. What is left out stays as it is, also when others change it at the
/// same time.
#[utoipa::path(patch, path = "/v1/server", operation_id = "change_server", tag = "server",
    request_body = api::ServerChange, responses(
    (status = 200, body = api::ServerInfo),
))]
pub(super) async fn change(
    State(app): State<App>,
    Extension(user): Extension<User>,
    Input(change): Input<api::ServerChange>,
) -> Result<Json<api::ServerInfo>> {
    guard::may(&user, Right::ConfigSet)?;
    let properties = app.store.change_server(|properties| apply(change, properties)).await?;
    Ok(shown(user, properties))
}

fn shown(user: User, properties: ServerProperties) -> Json<api::ServerInfo> {
    let may_see = user.rights.has(Right::ConfigQuery);
    Json(api::ServerInfo {
        product: api::PRODUCT.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        rights: user.rights.list(),
        user: user.name,
        properties: may_see.then(|| view::properties(properties)),
    })
}

fn apply(change: api::ServerChange, to: &mut ServerProperties) -> store::Result<()> {
    type P = ServerProperties;
    to.retries = number("retries", change.retries, to.retries, P::MAX_RETRIES)?;
    let delay = (change.retry_delay, to.retry_delay_min);
    to.retry_delay_min = number("retry_delay", delay.0, delay.1, P::MAX_RETRY_DELAY_MIN)?;
    to.dirty_days = match change.dirty_days {
        None => to.dirty_days,
        Some(-1) => None,
        Some(days) => match u32::try_from(days) {
            Ok(days) if days <= P::MAX_DIRTY_DAYS => Some(days),
            _ => {
                let why = format!("is 0 to {}, or -1 for ever", P::MAX_DIRTY_DAYS);
                return Err(StoreError::Invalid { key: "dirty_days", why });
            }
        },
    };
    put(&mut to.branding, change.branding);
    put(&mut to.use_device_tsid, change.use_device_tsid);
    put(&mut to.server_coverpage, change.server_coverpage);
    put(&mut to.pause_server_queue, change.pause_server_queue);
    put(&mut to.archive_outbound, change.archive_outbound_faxes);
    put(&mut to.archive_directory, change.archive_directory);
    put(&mut to.server_mapi_profile, change.server_mapi_profile);
    to.discount_start = time_of_day(
        to.discount_start,
        ("discount_rate_start_hour", change.discount_rate_start_hour),
        ("discount_rate_start_minute", change.discount_rate_start_minute),
    )?;
    to.discount_end = time_of_day(
        to.discount_end,
        ("discount_rate_end_hour", change.discount_rate_end_hour),
        ("discount_rate_end_minute", change.discount_rate_end_minute),
    )?;
    Ok(())
}

fn put<T>(property: &mut T, change: Option<T>) {
    if let Some(value) = change {
        *property = value;
    }
}

/// A property that goes from 0 to `most`; without a change the one that there is.
fn number<T: TryFrom<i32> + PartialOrd + Display>(
    key: &'static str,
    change: Option<i32>,
    now: T,
    most: T,
) -> store::Result<T> {
    let Some(value) = change else { return Ok(now) };
    let value = T::try_from(value).ok().filter(|value| *value <= most);
    value.ok_or_else(|| StoreError::Invalid { key, why: format!("is 0 to {most}") })
}

fn time_of_day(
    now: TimeOfDay,
    (hour_key, hour): (&'static str, Option<i32>),
    (minute_key, minute): (&'static str, Option<i32>),
) -> store::Result<TimeOfDay> {
    let hour = number(hour_key, hour, now.hour(), TimeOfDay::MAX_HOUR)?;
    let minute = number(minute_key, minute, now.minute(), TimeOfDay::MAX_MINUTE)?;
    Ok(TimeOfDay::new(hour, minute).unwrap_or(now))
}

/// Whether the server is there and its store answers; the one request without a token.
#[utoipa::path(get, path = "/v1/health", operation_id = "check_health", tag = "server", security(()), responses(
    (status = 200, body = api::Health),
))]
pub(super) async fn health(State(app): State<App>) -> Result<Json<api::Health>> {
    app.store.server().await?;
    Ok(Json(api::Health { product: api::PRODUCT.to_owned(), status: "ok".to_owned() }))
}
