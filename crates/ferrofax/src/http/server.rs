//! The server itself.

use axum::Json;
use axum::extract::{Extension, State};
use faxcom::api;

use super::App;
use super::refusal::Result;
use super::view;
use crate::store::User;

/// Who answers, who asks, and the server properties.
#[utoipa::path(get, path = "/v1/server", operation_id = "show_server", tag = "server", responses(
    (status = 200, body = api::ServerInfo),
))]
pub(super) async fn info(
    State(app): State<App>,
    Extension(user): Extension<User>,
) -> Result<Json<api::ServerInfo>> {
    Ok(Json(api::ServerInfo {
        product: api::PRODUCT.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        user: user.name,
        rights: api::Right::ALL.to_vec(),
        properties: view::properties(app.store.server().await?),
    }))
}

/// Whether the server is there and its store answers; the one request without a token.
#[utoipa::path(get, path = "/v1/health", operation_id = "check_health", tag = "server", security(()), responses(
    (status = 200, body = api::Health),
))]
pub(super) async fn health(State(app): State<App>) -> Result<Json<api::Health>> {
    app.store.server().await?;
    Ok(Json(api::Health { product: api::PRODUCT.to_owned(), status: "ok".to_owned() }))
}
