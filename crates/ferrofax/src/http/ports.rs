//! The lines and what they do.

use axum::Json;
use axum::extract::State;
use faxcom::api;

use super::App;
use super::extract::{At, port_id};
use super::refusal::Result;
use super::view;

/// The lines of the server.
#[utoipa::path(get, path = "/v1/ports", operation_id = "list_ports", tag = "ports", responses(
    (status = 200, body = api::PortList),
))]
pub(super) async fn list(State(app): State<App>) -> Result<Json<api::PortList>> {
    let mut ports = Vec::new();
    for port in app.store.ports().await? {
        let job = app.store.port_job(port.id).await?;
        ports.push(view::port(&port, job.as_ref()));
    }
    Ok(Json(api::PortList { ports }))
}

/// One line.
#[utoipa::path(get, path = "/v1/ports/{id}", operation_id = "show_port", tag = "ports",
    params(("id" = u32, Path, description = "The device id.")), responses(
    (status = 200, body = api::Port),
))]
pub(super) async fn show(State(app): State<App>, At(id): At<String>) -> Result<Json<api::Port>> {
    let port = app.store.port(port_id(&id)?).await?;
    let job = app.store.port_job(port.id).await?;
    Ok(Json(view::port(&port, job.as_ref())))
}

/// What one line is doing.
#[utoipa::path(get, path = "/v1/ports/{id}/status", operation_id = "port_status", tag = "ports",
    params(("id" = u32, Path, description = "The device id.")), responses(
    (status = 200, body = api::PortStatus),
))]
pub(super) async fn status(
    State(app): State<App>,
    At(id): At<String>,
) -> Result<Json<api::PortStatus>> {
    let port = app.store.port(port_id(&id)?).await?;
    let job = app.store.port_job(port.id).await?;
    Ok(Json(view::port_status(&port, job.as_ref())))
}
