//! T.38: the packets of a real-time fax over IP. [`ifp`] is what a packet says, [`udptl`] how
//! packets travel in datagrams and survive their loss.

pub mod ifp;
mod receive;
pub(crate) mod terminal;
mod transmit;
pub mod udptl;
mod waiting;
