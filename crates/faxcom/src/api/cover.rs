use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A cover page that a job may name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CoverTemplate {
    /// Its name, for [`super::Cover::name`].
    pub name: String,
    /// Whether it comes with Ferrofax; else it lies in the folder of the operator, where a file of the
    /// same name takes the place of one that comes with Ferrofax.
    pub shipped: bool,
}

/// The cover pages of the server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct CoverList {
    /// By name.
    pub covers: Vec<CoverTemplate>,
}
