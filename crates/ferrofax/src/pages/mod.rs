//! Fax pages as people see them: pictures of any width, and PDF.
//!
//! A pel of a fax is not square: there are 1728 on 215 mm across, and 3.85, 7.7 or 15.4 lines on a
//! millimetre down (T.4 2.1). Whatever is made here has the true shape of the paper.

mod cache;
mod pdf;
mod picture;

pub use cache::Cache;
pub use pdf::pdf;
pub use picture::{MAX_WIDTH, PictureError, png};

use t4::Resolution;

/// Pels on a millimetre across. T.4 2.1
const PELS_PER_MM: f64 = 1728.0 / 215.0;

/// Lines on a millimetre. T.4 2.1
const fn lines_per_mm(resolution: Resolution) -> f64 {
    match resolution {
        Resolution::Standard => 3.85,
        Resolution::Fine => 7.7,
        Resolution::Superfine => 15.4,
    }
}
