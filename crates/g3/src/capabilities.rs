use alloc::vec::Vec;
use core::fmt;

use t4::Resolution;

use crate::Rate;

/// How the image of a page is coded on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coding {
    /// Modified Huffman, T.4 4.1.
    Mh,
    /// Modified READ, T.4 4.2.
    Mr,
    /// Modified modified READ, T.6; only with ECM.
    Mmr,
}

impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mh => "MH",
            Self::Mr => "MR",
            Self::Mmr => "MMR",
        })
    }
}

/// The longest page that a terminal takes. Bits 19 and 20 of Table 2/T.30.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Length {
    /// A4, 297 mm.
    A4,
    /// B4, 364 mm.
    B4,
    /// Any length.
    Unlimited,
}

/// What this end may use and what it tells the far end in its DIS. Table 2/T.30.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The rates this end may send and receive at.
    pub rates: Vec<Rate>,
    /// Error correction mode. T.30 Annex A.
    pub ecm: bool,
    /// Whether ECM frames carry 64 octets instead of 256.
    pub ecm_64: bool,
    /// The codings this end may use; `Mmr` counts only with `ecm`.
    pub codings: Vec<Coding>,
    /// The resolutions that may be received; standard is always taken.
    pub resolutions: Vec<Resolution>,
    /// The widest line in pels: 1728, 2048 or 2432.
    pub max_width: u32,
    /// The longest page.
    pub length: Length,
    /// The time a receiver needs for one line without ECM, in milliseconds: 0, 5, 10, 20 or 40.
    pub min_scan_ms: u8,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            rates: Rate::ALL.to_vec(),
            ecm: true,
            ecm_64: false,
            codings: [Coding::Mh, Coding::Mr, Coding::Mmr].to_vec(),
            resolutions: [Resolution::Standard, Resolution::Fine, Resolution::Superfine].to_vec(),
            max_width: 2432,
            length: Length::Unlimited,
            min_scan_ms: 0,
        }
    }
}
