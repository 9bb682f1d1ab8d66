//! The object model of the Fax Service Client API over a Ferrofax server.
//!
//! ```text
//! FaxServer -> FaxJobs -> FaxJob
//!           -> FaxDoc
//!           -> FaxPorts -> FaxPort -> FaxStatus
//!                                  -> FaxRoutingMethods -> FaxRoutingMethod
//! FaxTiff (reads a file, needs no server)
//! ```
//!
//! They mean what a reader with the COM manual open expects; properties are `snake_case`.
//! Everything blocks, and everything that waits for the network waits a bounded time. Collections
//! are pictures, counted from 1; jobs, ports, methods and states are pictures too, which stay
//! readable after [`FaxServer::disconnect`].
//!
//! ```no_run
//! use faxcom::FaxServer;
//!
//! let mut server = FaxServer::new();
//! server.connect("")?; // the server of this computer
//! let mut doc = server.create_document("offer.tif");
//! doc.set_fax_number("+1 555 0101");
//! doc.set_recipient_name("Ada");
//! let id = doc.send()?;
//! let jobs = server.jobs()?;
//! for index in 1..=jobs.count() {
//!     let job = jobs.item(index)?;
//!     println!("{} {} {}", job.job_id(), job.queue_status(), job.device_status());
//! }
//! # let _ = id;
//! # Ok::<(), faxcom::Error>(())
//! ```
//!
//! [`Client`] is the plain REST client below the objects; [`api`] holds the wire types that the
//! server uses too.

pub mod api;
mod client;
mod doc;
mod error;
mod job;
mod jobs;
mod name;
mod names;
mod ports;
mod properties;
mod routing;
mod send;
mod sender;
mod server;
mod settings;
mod status;
mod text;
mod tiff;

pub use client::{Client, Reply};
pub use doc::FaxDoc;
pub use error::Error;
pub use job::{FaxJob, JobCommand};
pub use jobs::FaxJobs;
pub use ports::{FaxPort, FaxPorts};
pub use routing::{FaxRoutingMethod, FaxRoutingMethods};
pub use sender::Sender;
pub use server::FaxServer;
pub use settings::{ClientFile, DEFAULT_ADDRESS, Settings, Target};
pub use status::FaxStatus;
pub use tiff::FaxTiff;
