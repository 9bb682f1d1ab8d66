//! Files of other programs, broken files, and our own read back.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod broken;
mod build;
mod convert;
mod tags;
mod write;
