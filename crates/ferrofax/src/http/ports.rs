//! The lines and what they do.

use axum::Json;
use axum::extract::{Extension, State};
use faxcom::api;
use faxcom::api::Right;

use super::App;
use super::extract::{At, Input, port_id};
use super::guard;
use super::refusal::Result;
use super::view;
use crate::store::{Port, PortPatch, User};

/// The lines of the server.
#[utoipa::path(get, path = "/v1/ports", operation_id = "list_ports", tag = "ports", responses(
    (status = 200, body = api::PortList),
))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(user): Extension<User>,
) -> Result<Json<api::PortList>> {
    guard::may(&user, Right::PortQuery)?;
    let mut ports = Vec::new();
    for port in app.store.ports().await? {
        ports.push(shown(&app, &user, &port).await?);
    }
    Ok(Json(api::PortList { ports }))
}

/// One line.
#[utoipa::path(get, path = "/v1/ports/{id}", operation_id = "show_port", tag = "ports",
    params(("id" = u32, Path, description = "The device id.")), responses(
    (status = 200, body = api::Port),
))]
pub(super) async fn show(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(id): At<String>,
) -> Result<Json<api::Port>> {
    guard::may(&user, Right::PortQuery)?;
    let port = app.store.port(port_id(&id)?).await?;
    Ok(Json(shown(&app, &user, &port).await?))
}

/// Changes a line: all that is named or, when something cannot be, nothing. It acts from the next
/// call on.
///
/// Needs the right `port_set`. A new `priority` moves the other lines along.
#[utoipa::path(patch, path = "/v1/ports/{id}", operation_id = "change_port", tag = "ports",
    request_body = api::PortChange,
    params(("id" = u32, Path, description = "The device id.")), responses(
    (status = 200, body = api::Port),
))]
pub(super) async fn change(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(id): At<String>,
    Input(change): Input<api::PortChange>,
) -> Result<Json<api::Port>> {
    guard::may(&user, Right::PortSet)?;
    let patch = PortPatch {
        // The store knows the ranges; what is below them is as wrong as what is above.
        rings: change.rings.map(|rings| u32::try_from(rings).unwrap_or(u32::MAX)),
        csid: change.csid,
        tsid: change.tsid,
        send: change.send,
        receive: change.receive,
        priority: change.priority.map(|rank| u32::try_from(rank).unwrap_or(0)),
    };
    let port = app.store.set_port(port_id(&id)?, patch).await?;
    Ok(Json(shown(&app, &user, &port).await?))
}

/// What one line is doing.
#[utoipa::path(get, path = "/v1/ports/{id}/status", operation_id = "port_status", tag = "ports",
    params(("id" = u32, Path, description = "The device id.")), responses(
    (status = 200, body = api::PortStatus),
))]
pub(super) async fn status(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(id): At<String>,
) -> Result<Json<api::PortStatus>> {
    guard::may(&user, Right::PortQuery)?;
    let port = app.store.port(port_id(&id)?).await?;
    let job = app.store.port_job(port.id).await?;
    Ok(Json(view::port_status(&port, job.as_ref(), app.clock.now_us())))
}

async fn shown(app: &App, user: &User, port: &Port) -> Result<api::Port> {
    let job = app.store.port_job(port.id).await?;
    let status = view::port_status(port, job.as_ref(), app.clock.now_us());
    Ok(view::port(port, status, user.rights.has(Right::PortSet)))
}
