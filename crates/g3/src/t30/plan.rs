//! What a sender decides before it sends: the settings of a page, from what both ends can do.

use alloc::vec::Vec;

use t4::{Form, MAX_ROWS, Resolution};

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

/// A page is not made shorter than to one part in so many of its size: print of the usual size can
/// just be read then.
const SMALLEST_PART: u32 = 2;

/// What is settled for one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    /// What the far end is told.
    pub(crate) dcs: Dcs,
    /// What the page has to be.
    pub(crate) form: Form,
}

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
/// A page that is too wide, too fine or too long for the far end is planned narrower, coarser or
/// shorter: it is converted before it is sent.
pub(crate) fn settings(
    config: &CallConfig,
    dis: &Dis,
    rate: Rate,
    page: &PageInfo,
) -> Result<Plan, Failure> {
    let own = &config.capabilities;
    let ecm = own.ecm && dis.ecm;
    let resolution = resolution(page.resolution, &dis.resolutions);
    let width = width(page.width, dis.max_width);
    let paper = paper(page, width, dis.length)?;
    let coding = [(Coding::Mmr, ecm && dis.mmr), (Coding::Mr, dis.mr), (Coding::Mh, true)]
        .into_iter()
        .find(|(coding, far)| *far && (own.codings.contains(coding) || *coding == Coding::Mh))
        .map_or(Coding::Mh, |(coding, _)| coding);
    let dcs = Dcs {
        rate,
        width,
        length: paper.length,
        resolution,
        coding,
        ecm,
        ecm_64: ecm && (own.ecm_64 || dis.ecm_64_preferred),
        min_scan_ms: if ecm { 0 } else { dis.min_scan_ms(resolution) },
    };
    let max_rows = paper.longest_mm.map_or(MAX_ROWS, |mm| rows_in(mm, resolution));
    Ok(Plan { dcs, form: Form { width, resolution, max_rows } })
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

/// The paper that a page is sent for.
#[derive(Debug, Clone, Copy)]
struct Paper {
    length: Length,
    /// How long the page may be; `None` when no end is set to it.
    longest_mm: Option<u32>,
}

/// The shortest paper that holds the page when it is as narrow as `width` asks for; else the longest
/// on offer, and the page is shrunk to it.
fn paper(page: &PageInfo, width: u32, offered: Length) -> Result<Paper, Failure> {
    let image = u64::from(page.width.min(width));
    let length_mm = page_mm(page) * image / u64::from(page.width.max(1));
    let papers = [Length::A4, Length::B4].into_iter().filter(|paper| *paper <= offered);
    if offered == Length::Unlimited {
        return Ok(Paper { length: offered, longest_mm: None });
    }
    let mut longest = Length::A4;
    for length in papers {
        let longest_mm = paper_mm(length) + LENGTH_TOLERANCE_MM;
        if length_mm <= u64::from(longest_mm) {
            return Ok(Paper { length, longest_mm: Some(longest_mm) });
        }
        longest = length;
    }
    let paper_mm = paper_mm(longest);
    if u64::from(paper_mm) * u64::from(SMALLEST_PART) < page_mm(page) {
        return Err(Failure::NoCommonLength);
    }
    Ok(Paper { length: longest, longest_mm: Some(paper_mm) })
}

fn page_mm(page: &PageInfo) -> u64 {
    u64::from(page.rows) * 100 / u64::from(rows_per_100_mm(page.resolution))
}

/// The rows of a page so long, its last row included when it is begun.
fn rows_in(mm: u32, resolution: Resolution) -> u32 {
    (mm * rows_per_100_mm(resolution)).div_ceil(100)
}

/// T.4 2.1.
fn rows_per_100_mm(resolution: Resolution) -> u32 {
    match resolution {
        Resolution::Standard => 385,
        Resolution::Fine => 770,
        Resolution::Superfine => 1540,
    }
}

/// How long paper is, where it has an end.
fn paper_mm(length: Length) -> u32 {
    match length {
        Length::A4 => 297,
        Length::B4 => 364,
        Length::Unlimited => u32::MAX,
    }
}
