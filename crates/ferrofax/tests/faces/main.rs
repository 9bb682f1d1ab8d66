//! The faces of the server, asked as clients ask them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod commands;
#[cfg(unix)]
mod cover_calls;
mod covers;
mod faxcom_api;
#[cfg(unix)]
mod faxcom_call;
mod faxcom_doc;
mod house;
mod openapi;
mod people;
mod properties;
mod rest;
mod rights;
#[cfg(unix)]
mod whole;
