//! The objects against servers that say what the test tells them to.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod connect;
mod picture;
mod requests;
mod scripted;
