//! Small pages for whole calls.

use sim::test_page;
use t4::{Page, Resolution};

/// A small page; its height is the same on paper in each resolution.
pub(crate) fn page(seed: u64, resolution: Resolution) -> Page {
    let rows = match resolution {
        Resolution::Standard => 90,
        Resolution::Fine => 180,
        Resolution::Superfine => 360,
    };
    test_page(seed, 1728, rows, resolution)
}
