//! A telephone network in a box: whole calls in virtual time, from one seed.
//!
//! Two ends (a [`g3::Call`] with a driver, or a scripted [`Puppet`]) are joined by a packet
//! network that delays, loses, doubles and reorders as it is told. What goes over the wire is
//! written down as a ladder that a fax engineer can read. Nothing here waits: an hour of fax takes
//! milliseconds.

mod end;
mod ladder;
mod network;
mod pages;
mod puppet;
mod rng;
mod world;

pub use end::{Driver, End, Receipt};
pub use ladder::Ladder;
pub use network::{Effects, Fate, Network};
pub use pages::{page_info, test_page};
pub use puppet::{Act, Puppet};
pub use rng::Rng;
pub use world::{Outcome, World};
