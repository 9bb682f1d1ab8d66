//! A page as it is stored, and the way from and to other codings.
use crate::{
    Bitmap, Coding, Decoder, Encoder, PageBuilder, Row, Stats,
    bitmap::{check_rows, check_width},
    error::{Error, Malformed},
    line::Line,
};
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

impl Resolution {
    /// Lines per inch, as TIFF-F gives them. RFC 2306.
    #[must_use]
    pub fn dpi(self) -> u32 {
        match self {
            Self::Standard => 98,
            Self::Fine => 196,
            Self::Superfine => 391,
        }
    }

    /// Lines for one line of [`Resolution::Standard`].
    pub(crate) fn factor(self) -> u32 {
        match self {
            Self::Standard => 1,
            Self::Fine => 2,
            Self::Superfine => 4,
        }
    }
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

impl Page {
    /// Codes a bitmap.
    #[must_use]
    pub fn from_bitmap(bitmap: &Bitmap, resolution: Resolution) -> Self {
        let mut encoder = Encoder::new(Coding::Mmr, bitmap.width())
            .expect("a bitmap has a width that can be coded");
        for row in bitmap.lines() {
            encoder.push_row(row);
        }
        let mmr = encoder.finish();
        Self { width: bitmap.width(), rows: bitmap.rows(), resolution, mmr }
    }

    /// The page as pels.
    ///
    /// # Errors
    /// *Unsupported* if width or rows are out of bounds; *malformed* if the data is damaged or does
    /// not have exactly `rows` rows.
    pub fn to_bitmap(&self) -> Result<Bitmap, Error> {
        check_width(self.width)?;
        check_rows(self.rows)?;
        // Room for the rows that there are, not for those that are claimed.
        let mut data = Vec::new();
        let stride = crate::bitmap::stride(self.width);
        self.each_row(|line| {
            let start = data.len();
            data.resize(start + stride, 0);
            line.write_packed(&mut data[start..]);
        })?;
        Bitmap::from_packed(self.width, self.rows, data)
    }

    /// The page as it goes over the line, with RTC or EOFB at its end. Each row takes at least
    /// `min_row_bits`, its EOL included (T.4 4.1.3); MMR has no such thing, and is given as it is.
    ///
    /// # Errors
    /// As [`Page::to_bitmap`]. MMR is not looked at.
    pub fn encode(&self, coding: Coding, min_row_bits: u32) -> Result<Vec<u8>, Error> {
        if coding == Coding::Mmr {
            return Ok(self.mmr.clone());
        }
        let mut encoder = Encoder::new(coding, self.width)?.min_row_bits(min_row_bits);
        self.each_row(|line| encoder.push_changes(line.changes()))?;
        Ok(encoder.finish())
    }

    /// A page from what came over the line, and how well it came. [`PageBuilder`] does the same as
    /// the octets arrive.
    ///
    /// # Errors
    /// *Unsupported* if `width` is not within 1 to [`MAX_WIDTH`](crate::MAX_WIDTH).
    pub fn decode_wire(
        coding: Coding,
        width: u32,
        resolution: Resolution,
        data: &[u8],
    ) -> Result<(Self, Stats), Error> {
        let mut builder = PageBuilder::new(coding, width, resolution)?;
        builder.push(data);
        Ok(builder.finish())
    }

    /// Gives each row to `take`.
    ///
    /// # Errors
    /// What was wrong with the first bad row, or *row count* if there are not exactly `rows`.
    pub(crate) fn each_row(&self, mut take: impl FnMut(&Line)) -> Result<(), Error> {
        self.each_coded_row(|line, _| take(line))
    }

    /// Gives each row to `take`, and how many bits the code has up to its end.
    ///
    /// # Errors
    /// As [`each_row`](Self::each_row).
    pub(crate) fn each_coded_row(&self, mut take: impl FnMut(&Line, usize)) -> Result<(), Error> {
        let mut decoder = Decoder::new(Coding::Mmr, self.width)?;
        decoder.push(&self.mmr);
        decoder.finish();
        let mut seen = 0;
        loop {
            match decoder.next_line() {
                Row::Good if seen < self.rows => {
                    take(decoder.line(), decoder.bits_read());
                    seen += 1;
                }
                Row::Bad(fault) => return Err(fault),
                Row::More | Row::End if seen == self.rows => return Ok(()),
                Row::Good | Row::More | Row::End => return Err(Malformed::RowCount.into()),
            }
        }
    }
}
