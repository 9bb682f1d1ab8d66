//! T.30: the frames of a Group 3 fax call and what they mean.

pub mod ecm;
pub mod fcf;
pub mod frame;
