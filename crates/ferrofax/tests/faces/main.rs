//! The faces of the server, asked as clients ask them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../hostile/cipher.rs"]
mod cipher;
mod commands;
#[cfg(unix)]
mod cover_calls;
mod covers;
mod faxcom_api;
#[cfg(unix)]
mod faxcom_call;
mod faxcom_doc;
#[path = "../../../render/tests/made/file.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod file;
mod house;
mod openapi;
mod people;
mod properties;
mod rest;
mod rights;
#[cfg(unix)]
mod whole;
