//! TIFF files of fax pages: TIFF-F and what else comes along in one bit per pel. TIFF 6.0, RFC 2306.
//!
//! [`read`] takes the directories of a file, [`read_one`] one of them; each [`TiffPage`] is turned into a
//! [`Page`](crate::Page) when asked. [`Writer`] makes files of class F; what the fax was, its first
//! page tells in [`FaxTags`], and [`tag_text`] gives any tag of a file's first page back.
//!
//! **Resolutions.** A fax page has 204 pels per inch across, and 98, 196 or 391 lines down. What is
//! within 6 % of these is taken as it is (so 200 is 204 or 196, 100 is 98, 400 is 391). Else the
//! page is scaled, across to 204, down to standard (below 140 lines per inch), fine (below 350) or
//! superfine. A scaled width that misses 1728, 2048 or 2432 by at most 3 % becomes it. A file that
//! says nothing is taken as 204 across, and down the same as across, or else fine.
mod convert;
mod directory;
mod error;
mod fax_tags;
mod page;
pub mod tag;
mod write;

pub use error::{TiffError, TiffFault, TiffMalformed, TiffUnsupported};
pub use fax_tags::FaxTags;
pub use page::{MAX_PAGES, TiffPage, read, read_one, tag_text};
pub use write::Writer;
