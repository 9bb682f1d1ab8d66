//! The object model of the Fax Service Client API over a Ferrofax server.
//!
//! [`FaxServer`] -> [`FaxJobs`] -> [`FaxJob`], [`FaxDoc`] and [`FaxPorts`] mean what a reader with
//! the COM manual open expects; properties are `snake_case`. Everything blocks, and everything
//! that waits for the network waits a bounded time.
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
mod ports;
mod server;
mod settings;

pub use client::{Client, Reply};
pub use doc::FaxDoc;
pub use error::Error;
pub use job::{FaxJob, JobCommand};
pub use jobs::FaxJobs;
pub use ports::{FaxPort, FaxPorts, FaxStatus};
pub use server::FaxServer;
pub use settings::{ClientFile, DEFAULT_ADDRESS, Settings, Target};
