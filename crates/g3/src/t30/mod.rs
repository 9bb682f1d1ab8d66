//! T.30: the frames of a Group 3 fax call and what they mean.

pub mod bits;
pub mod dcs;
pub mod dis;
pub mod ecm;
pub mod fcf;
pub mod frame;
pub mod table_2;
