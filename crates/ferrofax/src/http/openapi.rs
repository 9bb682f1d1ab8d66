//! The description of REST `/v1` for programs that write programs.

use axum::Json;
use faxcom::api::Problem;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, Ref, RefOr, Required};
use utoipa::{Modify, OpenApi, PartialSchema, ToResponse, ToSchema};

use super::{covers, documents, events, inbox, jobs, pictures, ports, routing, server, submit};

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
        submit::submit,
        jobs::show,
        jobs::change,
        jobs::pause,
        jobs::resume,
        jobs::restart,
        jobs::cancel,
        jobs::attempts,
        jobs::transcript,
        pictures::page,
        documents::tiff,
        documents::pdf,
        covers::list,
        covers::preview,
        ports::list,
        ports::show,
        ports::change,
        ports::status,
        routing::list,
        routing::show,
        routing::change,
        inbox::list,
        inbox::tiff,
        inbox::pdf,
        server::info,
        server::change,
        server::health,
        events::stream,
    ),
    components(schemas(Problem), responses(Refusal)),
    security(("token" = [])),
    modifiers(&Token, &Refused, &MayBeEmpty),
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

/// That any request may be refused, and how a refusal looks.
struct Refused;

impl Modify for Refused {
    fn modify(&self, document: &mut Document) {
        let items = document.paths.paths.values_mut();
        let operations = items.flat_map(|item| {
            [&mut item.get, &mut item.post, &mut item.patch].into_iter().filter_map(Option::as_mut)
        });
        for operation in operations {
            for status in ["4XX", "5XX"] {
                let refusal = Ref::from_response_name("Refusal").into();
                operation.responses.responses.insert(status.to_owned(), refusal);
            }
        }
    }
}

/// The operations whose body has no member that must be there.
const MAY_BE_EMPTY: [&str; 5] =
    ["change_job", "restart_job", "change_port", "change_server", "change_routing_method"];

/// That a body whose members may all be left out may be left out itself.
struct MayBeEmpty;

impl Modify for MayBeEmpty {
    fn modify(&self, document: &mut Document) {
        let items = document.paths.paths.values_mut();
        let operations = items.flat_map(|item| [&mut item.post, &mut item.patch]).flatten();
        for operation in operations {
            let id = operation.operation_id.as_deref();
            if let (Some(id), Some(body)) = (id, &mut operation.request_body)
                && MAY_BE_EMPTY.contains(&id)
            {
                body.required = Some(Required::False);
            }
        }
    }
}

/// A refusal, in the description.
#[derive(ToResponse)]
#[response(
    description = "Refused; `code` says why to programs, `detail` to people.",
    content_type = "application/problem+json"
)]
struct Refusal(#[expect(dead_code, reason = "only its type is read")] Problem);

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
