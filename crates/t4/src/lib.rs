//! Bilevel pages: T.4 and T.6 coding, and the TIFF-F files that carry them.
//!
//! A [`Page`] is what is stored and handed about: one T.6 strip. A [`Decoder`] and an [`Encoder`]
//! work row by row on what goes over the line; a [`PageBuilder`] turns received octets into a page;
//! [`tiff`] reads and writes files. Inside, a row is the list of places where its colour changes,
//! so that going from one coding to another never touches single pels.
//!
//! ```
//! use t4::{Bitmap, Coding, End, Page, Resolution};
//!
//! let mut drawing = Bitmap::new(1728, 1100)?;
//! drawing.set(100, 100, true);
//! let page = Page::from_bitmap(&drawing, Resolution::Standard);
//!
//! // 9600 bit/s and 20 ms a line: at least 192 bits.
//! let wire = page.encode(Coding::Mr { k: 2 }, 192)?;
//! let (received, stats) = Page::decode_wire(Coding::Mr { k: 2 }, 1728, page.resolution, &wire)?;
//! assert_eq!(received.to_bitmap()?, drawing);
//! assert_eq!((stats.rows, stats.bad_rows, stats.end), (1100, 0, End::Marker));
//! # Ok::<(), t4::Error>(())
//! ```
#![no_std]
extern crate alloc;

mod bitmap;
mod bits;
mod decode;
mod encode;
mod error;
mod fit;
mod join;
mod line;
mod page;
mod receive;
mod row;
mod scale;
mod table;
pub mod tiff;

pub use bitmap::{Bitmap, MAX_ROWS, MAX_WIDTH};
pub use decode::{Decoder, End, Row, Stats};
pub use encode::{Coding, Encoder, Framing};
pub use error::{Error, Malformed, Unsupported};
pub use fit::Form;
pub use page::{Page, Resolution};
pub use receive::PageBuilder;
