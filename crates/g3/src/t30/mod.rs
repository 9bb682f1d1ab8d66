//! T.30: the frames of a Group 3 fax call and what they mean.

pub mod bits;
mod blocks;
pub(crate) mod context;
pub mod dcs;
pub mod dis;
pub mod ecm;
pub mod fcf;
pub mod frame;
mod phase_a;
mod phase_b_receiver;
mod phase_b_sender;
mod phase_c_receiver;
mod phase_c_sender;
mod phase_d_receiver;
mod phase_d_sender;
mod phase_e;
mod plan;
pub(crate) mod session;
pub(crate) mod signal;
pub mod table_2;
mod timers;
