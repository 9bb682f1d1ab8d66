//! How lines deliver what they receive.

use axum::Json;
use axum::extract::{Extension, State};
use faxcom::api;
use faxcom::api::Right;

use super::App;
use super::extract::{At, Input, port_id};
use super::guard;
use super::refusal::{Refusal, Result};
use super::view;
use crate::delivery::Method;
use crate::store::{Port, Route, RoutePatch, User};

/// The ways in which a line can deliver what it receives: e-mail, store in a folder, print.
#[utoipa::path(get, path = "/v1/ports/{id}/routing-methods", operation_id = "list_routing_methods", tag = "ports",
    params(("id" = u32, Path, description = "The device id.")), responses(
    (status = 200, body = api::RoutingMethodList),
))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At(id): At<String>,
) -> Result<Json<api::RoutingMethodList>> {
    guard::may(&user, Right::PortQuery)?;
    let port = app.store.port(port_id(&id)?).await?;
    let called = app.store.latest_called(port.id).await?;
    let routes = app.store.routes(port.id).await?;
    let methods = routes.iter().map(|route| view::route(&port, route, called.as_deref()));
    Ok(Json(api::RoutingMethodList { methods: methods.collect() }))
}

/// One way of a line.
#[utoipa::path(get, path = "/v1/ports/{id}/routing-methods/{guid}", operation_id = "show_routing_method", tag = "ports",
    params(
        ("id" = u32, Path, description = "The device id."),
        ("guid" = String, Path, description = "The GUID, with or without braces."),
    ), responses(
    (status = 200, body = api::RoutingMethod),
))]
pub(super) async fn show(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At((id, guid)): At<(String, String)>,
) -> Result<Json<api::RoutingMethod>> {
    guard::may(&user, Right::PortQuery)?;
    let port = app.store.port(port_id(&id)?).await?;
    let method = method(&port, &guid)?;
    let routes = app.store.routes(port.id).await?;
    let route = routes.into_iter().find(|route| route.method == method);
    shown(&app, &port, route.ok_or_else(|| unknown(&port, &guid))?).await
}

/// Changes one way of a line: whether it is wanted, and where to.
///
/// Needs the right `port_set`.
#[utoipa::path(patch, path = "/v1/ports/{id}/routing-methods/{guid}", operation_id = "change_routing_method", tag = "ports",
    request_body = api::RoutingMethodChange,
    params(
        ("id" = u32, Path, description = "The device id."),
        ("guid" = String, Path, description = "The GUID, with or without braces."),
    ), responses(
    (status = 200, body = api::RoutingMethod),
))]
pub(super) async fn change(
    State(app): State<App>,
    Extension(user): Extension<User>,
    At((id, guid)): At<(String, String)>,
    Input(change): Input<api::RoutingMethodChange>,
) -> Result<Json<api::RoutingMethod>> {
    guard::may(&user, Right::PortSet)?;
    let port = app.store.port(port_id(&id)?).await?;
    let method = method(&port, &guid)?;
    let patch = RoutePatch { enable: change.enable, target: change.target };
    let route = app.store.set_route(port.id, method, patch).await?;
    shown(&app, &port, route).await
}

async fn shown(app: &App, port: &Port, route: Route) -> Result<Json<api::RoutingMethod>> {
    let called = app.store.latest_called(port.id).await?;
    Ok(Json(view::route(port, &route, called.as_deref())))
}

fn method(port: &Port, guid: &str) -> Result<Method> {
    Method::from_guid(guid).ok_or_else(|| unknown(port, guid))
}

fn unknown(port: &Port, guid: &str) -> Refusal {
    Refusal::not_found(format!("line {} has no routing method {guid}", port.name))
}
