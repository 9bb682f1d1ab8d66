//! Bilevel pages: T.4 and T.6 coding, and the TIFF-F files that carry them.
//!
//! A [`Page`] is what is stored and handed about: one T.6 strip. A [`Decoder`] and an [`Encoder`]
//! work row by row on what goes over the line; a [`PageBuilder`] turns received octets into a page;
//! [`tiff`] reads and writes files. Inside, a row is the list of places where its colour changes,
//! so that going from one coding to another never touches single pels.
#![no_std]
extern crate alloc;

mod bitmap;
mod bits;
mod decode;
mod encode;
mod error;
mod fit;
mod line;
mod page;
mod receive;
mod row;
mod table;
pub mod tiff;

pub use bitmap::{Bitmap, MAX_ROWS, MAX_WIDTH};
pub use decode::{Decoder, End, Row, Stats};
pub use encode::{Coding, Encoder, Framing};
pub use error::{Error, Malformed, Unsupported};
pub use page::{Page, Resolution};
pub use receive::PageBuilder;
