//! Lines that call each other, and lines against far ends that follow a script, over loopback.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

mod calls_in;
mod calls_out;
mod calls_with_fax;
mod fax;
mod garbage;
mod house;
mod ladders;
mod peer;
mod spandsp;
mod two_lines;
