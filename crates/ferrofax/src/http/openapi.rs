//! The description of REST `/v1` for programs that write programs.

use axum::Json;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, RefOr};
use utoipa::{Modify, OpenApi, PartialSchema, ToSchema};

use super::{documents, events, inbox, jobs, ports, server};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ferrofax",
        description = "An open fax server: queue documents, fax them, and follow what happens.",
        license(name = "MIT OR Apache-2.0"),
    ),
    paths(
        documents::upload,
        jobs::list,
        jobs::submit,
        jobs::show,
        jobs::change,
        jobs::pause,
        jobs::resume,
        jobs::restart,
        jobs::cancel,
        jobs::attempts,
        jobs::transcript,
        documents::page,
        documents::tiff,
        ports::list,
        ports::show,
        ports::status,
        inbox::list,
        inbox::tiff,
        server::info,
        server::health,
        events::stream,
    ),
    security(("token" = [])),
    modifiers(&Token),
)]
struct Api;

/// The bearer token that every request but the health check carries.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// A body that is a file, in the description only.
pub(super) enum Octets {}

impl PartialSchema for Octets {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for Octets {}

/// The document that `/v1/openapi.json` serves.
#[must_use]
pub fn document() -> Document {
    Api::openapi()
}

/// The document itself.
pub(super) async fn serve() -> Json<Document> {
    Json(document())
}
