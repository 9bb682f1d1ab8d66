//! A Group 3 fax call as a state machine.
//!
//! [`Call`] is one end of one fax call: T.30 over T.38 (IFP packets in UDPTL datagrams). It has no
//! socket, clock, disk, randomness or log. The driver tells it what happened and when
//! ([`Call::handle_input`], [`Call::handle_timeout`]), drains what it wants done
//! ([`Call::poll_output`]) and asks when to come back ([`Call::poll_timeout`]).
#![no_std]
extern crate alloc;

mod call;
mod capabilities;
mod estimate;
mod failure;
mod ident;
mod rate;
pub mod t30;
pub mod t38;
mod time;

pub use call::{
    Call, CallConfig, Event, Input, Output, PageInfo, Phase, ReceivedPage, Report, Role, T38Config,
    Timer,
};
pub use capabilities::{Capabilities, Coding, Length};
pub use estimate::estimate;
pub use failure::{Failure, Retry, Side};
pub use ident::Ident;
pub use rate::{Modulation, Rate};
pub use time::Time;
