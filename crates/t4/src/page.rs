use alloc::vec::Vec;

/// The vertical resolution of a page whose lines have 8 pels per millimetre. T.4 2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resolution {
    /// 3.85 lines per millimetre (98 dpi).
    Standard,
    /// 7.7 lines per millimetre (196 dpi).
    Fine,
    /// 15.4 lines per millimetre (391 dpi).
    Superfine,
}

/// One page as it is stored and handed about: a single MMR (T.6) strip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Pels per line.
    pub width: u32,
    /// Lines.
    pub rows: u32,
    /// Lines per millimetre.
    pub resolution: Resolution,
    /// The T.6 data, EOFB included, first pel in the most significant bit.
    pub mmr: Vec<u8>,
}
