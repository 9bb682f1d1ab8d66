//! The rooms of the Ferrofax server; `main.rs` is the one binary made of them.

pub mod cli;
pub mod clock;
pub mod config;
pub mod covers;
pub mod crash;
pub mod delivery;
pub mod document;
pub mod failure;
pub mod http;
pub mod inbound;
pub mod line;
pub mod pages;
pub mod queue;
pub mod serve;
pub mod store;
