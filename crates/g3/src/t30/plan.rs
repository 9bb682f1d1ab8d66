//! What a sender decides before it sends: the settings of a page, from what both ends can do.

use alloc::vec::Vec;

use t4::Resolution;

use super::dcs::Dcs;
use super::dis::Dis;
use crate::{CallConfig, Coding, Failure, Length, PageInfo, Rate};

/// The rates a sender tries, one after the other. V.17 7200 is left out: where V.17 at 9600 fails,
/// V.29 and then V.27 ter are the better chance.
const LADDER: [Rate; 7] = [
    Rate::V17At14400,
    Rate::V17At12000,
    Rate::V17At9600,
    Rate::V29At9600,
    Rate::V29At7200,
    Rate::V27ter4800,
    Rate::V27ter2400,
];

/// The widths that Group 3 knows at 8 pels per millimetre. Bits 17 and 18 of Table 2/T.30.
const WIDTHS: [u32; 3] = [1728, 2048, 2432];

/// How much longer than its paper a page may be, in millimetres: scanners are not exact.
const LENGTH_TOLERANCE_MM: u32 = 6;

/// The rates that both ends and the network allow, best first.
pub(crate) fn ladder(config: &CallConfig, dis: &Dis) -> Vec<Rate> {
    LADDER
        .into_iter()
        .filter(|rate| dis.rates.contains(rate) && config.capabilities.rates.contains(rate))
        .filter(|rate| rate.bps() <= config.t38.max_bit_rate)
        .collect()
}

/// The settings for one page at `rate`.
///
/// A page that is too wide or too fine for the far end is planned narrower or coarser; the sender
/// converts it. One that is too long cannot be helped.
pub(crate) fn settings(
    config: &CallConfig,
    dis: &Dis,
    rate: Rate,
    page: &PageInfo,
) -> Result<Dcs, Failure> {
    let own = &config.capabilities;
    let ecm = own.ecm && dis.ecm;
    let resolution = resolution(page.resolution, &dis.resolutions);
    if page_mm(page) > longest_mm(dis.length) {
        return Err(Failure::NoCommonLength);
    }
    let width = width(page.width, dis.max_width);
    let coding = [(Coding::Mmr, ecm && dis.mmr), (Coding::Mr, dis.mr), (Coding::Mh, true)]
        .into_iter()
        .find(|(coding, far)| *far && (own.codings.contains(coding) || *coding == Coding::Mh))
        .map_or(Coding::Mh, |(coding, _)| coding);
    Ok(Dcs {
        rate,
        width,
        length: length(page, dis.length),
        resolution,
        coding,
        ecm,
        ecm_64: ecm && (own.ecm_64 || dis.ecm_64_preferred),
        min_scan_ms: if ecm { 0 } else { dis.min_scan_ms(resolution) },
    })
}

/// The page's own resolution where the far end takes it, else the next coarser one that it takes.
fn resolution(wanted: Resolution, taken: &[Resolution]) -> Resolution {
    [Resolution::Superfine, Resolution::Fine]
        .into_iter()
        .find(|r| *r <= wanted && taken.contains(r))
        .unwrap_or(Resolution::Standard)
}

/// The narrowest line that holds the page, or the widest that the far end takes.
fn width(wanted: u32, widest: u32) -> u32 {
    let taken = WIDTHS.into_iter().filter(|width| *width <= widest);
    taken.clone().find(|width| wanted <= *width).or(taken.max()).unwrap_or(WIDTHS[0])
}

fn page_mm(page: &PageInfo) -> u32 {
    let hundredths_per_mm = match page.resolution {
        Resolution::Standard => 385,
        Resolution::Fine => 770,
        Resolution::Superfine => 1540,
    };
    u32::try_from(u64::from(page.rows) * 100 / hundredths_per_mm).unwrap_or(u32::MAX)
}

fn longest_mm(length: Length) -> u32 {
    match length {
        Length::A4 => 297 + LENGTH_TOLERANCE_MM,
        Length::B4 => 364 + LENGTH_TOLERANCE_MM,
        Length::Unlimited => u32::MAX,
    }
}

/// The shortest length that holds the page, as long as the far end offers it.
fn length(page: &PageInfo, offered: Length) -> Length {
    match offered {
        Length::Unlimited => Length::Unlimited,
        Length::A4 | Length::B4 if page_mm(page) <= longest_mm(Length::A4) => Length::A4,
        Length::A4 | Length::B4 => Length::B4,
    }
}
