use core::time::Duration;

use crate::{PageInfo, Rate};

/// From the open media path to the first page: tones, DIS, DCS, training check and CFR. T.30 5.3.
const BEFORE_PAGES: Duration = Duration::from_millis(11_800);
/// Around each page: training, the command after it and its confirmation.
const AROUND_PAGE: Duration = Duration::from_millis(3_350);
/// DCN and the time that the line stays open after it.
const AFTER_PAGES: Duration = Duration::from_millis(2_250);
/// What ECM adds to the image, in a thousand: number, check sequence, flags and stuffed bits.
const ECM_PER_MILLE: u64 = 43;

/// How long a call takes that sends these pages in MMR with ECM at `rate`, when nothing goes wrong.
///
/// It is a forecast for people: within some per cent for a page that is sent as it is stored,
/// too short where the far end needs another coding.
#[must_use]
pub fn estimate(pages: &[PageInfo], rate: Rate) -> Duration {
    let image = pages.iter().map(|page| {
        let octets = u64::from(page.octets) * (1000 + ECM_PER_MILLE) / 1000;
        Duration::from_millis(octets * 8000 / u64::from(rate.bps())) + AROUND_PAGE
    });
    BEFORE_PAGES + image.sum::<Duration>() + AFTER_PAGES
}
