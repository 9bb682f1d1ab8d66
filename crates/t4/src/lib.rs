//! Bilevel pages: T.4 and T.6 coding, and the TIFF-F files that carry them.
#![no_std]
extern crate alloc;

mod page;

pub use page::{Page, Resolution};
