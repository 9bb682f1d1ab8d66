use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One way in which faxes that a line receives are delivered, as FaxRoutingMethod shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoutingMethod {
    /// The line's id.
    pub device_id: u32,
    /// The line's name.
    pub device_name: String,
    /// Names the method: `{...}`, in lower case.
    pub guid: String,
    /// Whether faxes that the line receives are delivered in this way.
    pub enable: bool,
    /// Where to: a folder on the server, an address or a printer; empty for the method's own
    /// default.
    pub target: String,
    /// The name of the method in the server.
    pub function_name: String,
    /// The program that delivers.
    pub image_name: String,
    /// The method's name for people.
    pub friendly_name: String,
    /// What the method belongs to, for people.
    pub extension_name: String,
    /// The number called by the latest fax that the line received, a bar, and the target.
    pub routing_data: String,
}

/// The routing methods of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoutingMethodList {
    /// The methods, always in the same order: e-mail, store in a folder, print.
    pub methods: Vec<RoutingMethod>,
}

/// What a `PATCH` of a routing method may change; fields left out stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoutingMethodChange {
    /// Whether faxes that the line receives are delivered in this way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable: Option<bool>,
    /// Where to; empty for the method's own default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// Delivers by e-mail.
pub const ROUTE_EMAIL: &str = "{6bbf7bfe-9af2-11d0-abf7-00c04fd91a4e}";
/// Stores in a folder.
pub const ROUTE_FOLDER: &str = "{92041a90-9af2-11d0-abf7-00c04fd91a4e}";
/// Prints.
pub const ROUTE_PRINT: &str = "{aec1b37c-9af2-11d0-abf7-00c04fd91a4e}";
