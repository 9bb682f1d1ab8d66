//! From a page of a file to a page that can be faxed.
use super::{
    error::{TiffError, TiffFault, TiffMalformed, TiffUnsupported},
    page::{Packing, TiffPage},
};
use crate::{
    Coding, Decoder, End, Framing, Page, Resolution, Row,
    bitmap::stride,
    line::Line,
    scale::{Ratio, Scaler},
};
use alloc::{borrow::Cow, vec::Vec};

/// Pels per inch across of a fax page, in hundredths. RFC 2306.
const FAX_X_DPI_X100: u32 = 20_400;

/// Widths of fax pages at that resolution. T.4 2.1.
const FAX_WIDTHS: [u32; 3] = [1728, 2048, 2432];

/// From so many lines per inch (in hundredths) on, a page is fine.
const FINE_FROM_X100: u32 = 14_000;

/// From so many lines per inch (in hundredths) on, a page is superfine.
const SUPERFINE_FROM_X100: u32 = 35_000;

/// A resolution that is off by so many percent is taken as it is.
const SLACK_PERCENT: u32 = 6;

/// A scaled width that misses a fax width by so many percent becomes it.
const WIDTH_SLACK_PERCENT: u32 = 3;

impl TiffPage<'_> {
    /// The page as it can be faxed, and how many of its rows were damaged: in their place stands
    /// the row before. How resolutions are taken stands at the head of [this module](super).
    ///
    /// A T.6 strip that is all of a page is checked and taken octet by octet; everything else is
    /// coded anew.
    ///
    /// # Errors
    /// *Malformed* if rows are missing or, in T.6 and where there are no EOLs, damaged;
    /// *unsupported* if the page is too large when scaled.
    pub fn to_page(&self) -> Result<(Page, u32), TiffError> {
        self.convert().map_err(|fault| TiffError { page: Some(self.number), fault })
    }

    /// The resolution the page is taken as.
    #[must_use]
    pub fn resolution(&self) -> Resolution {
        self.rows_ratio().0
    }

    fn convert(&self) -> Result<(Page, u32), TiffFault> {
        let (resolution, rows) = self.rows_ratio();
        let columns = self.columns_ratio();
        if columns.is_identity()
            && rows.is_identity()
            && let Some(mmr) = self.whole_mmr_strip()
        {
            let Self { width, rows, .. } = *self;
            return Ok((Page { width, rows, resolution, mmr }, 0));
        }
        let width = columns.count(self.width);
        let mut scaler =
            Scaler::new(columns, rows, 0, width, self.rows).map_err(TiffUnsupported::Size)?;
        let bad_rows = self.each_row(|line| scaler.push(line))?;
        Ok((scaler.finish(resolution), bad_rows))
    }

    fn rows_ratio(&self) -> (Resolution, Ratio) {
        let dpi_x100 = self.y_dpi_x100().or(self.x_dpi_x100());
        let resolution = match dpi_x100 {
            Some(..FINE_FROM_X100) => Resolution::Standard,
            Some(SUPERFINE_FROM_X100..) => Resolution::Superfine,
            Some(FINE_FROM_X100..) | None => Resolution::Fine,
        };
        (resolution, Ratio::of(dpi_x100, resolution.dpi() * 100))
    }

    fn columns_ratio(&self) -> Ratio {
        let ratio = Ratio::of(self.x_dpi_x100(), FAX_X_DPI_X100);
        if ratio.is_identity() {
            return ratio;
        }
        let scaled = ratio.count(self.width);
        let near = |fax: &u32| scaled.abs_diff(*fax) * 100 <= fax * WIDTH_SLACK_PERCENT;
        match FAX_WIDTHS.into_iter().find(near) {
            Some(fax) => Ratio { from: self.width, to: fax },
            None => ratio,
        }
    }

    /// The octets of the page if they are one plain T.6 strip of exactly its rows, EOFB included.
    fn whole_mmr_strip(&self) -> Option<Vec<u8>> {
        let (Packing::Coded(Coding::Mmr, _), [strip], false) =
            (self.packing, self.strips.as_slice(), self.zero_is_black)
        else {
            return None;
        };
        let data = self.msb_first(strip);
        let mut decoder = Decoder::new(Coding::Mmr, self.width).ok()?;
        decoder.push(&data);
        decoder.finish();
        let mut rows = 0;
        while rows <= self.rows && decoder.next_line() == Row::Good {
            rows += 1;
        }
        let whole =
            rows == self.rows && decoder.stats().end == End::Marker && !decoder.saw_extension();
        whole.then(|| data[..decoder.octets_read().min(data.len())].to_vec())
    }

    /// Gives each row as white and black; how many were damaged.
    fn each_row(&self, mut take: impl FnMut(&Line)) -> Result<u32, TiffFault> {
        let mut turned = Line::white(self.width);
        let zero_is_black = self.zero_is_black;
        let mut give = |line: &Line| {
            if zero_is_black {
                turned.set_inverse(line);
                take(&turned);
            } else {
                take(line);
            }
        };
        let mut bad_rows = 0;
        let mut first = 0;
        for (strip, data) in (1..).zip(&self.strips) {
            let rows = self.rows_per_strip.min(self.rows - first);
            let data = self.msb_first(data);
            match self.packing {
                Packing::Plain => self.plain_rows(&data, strip, first, rows, &mut give)?,
                Packing::Coded(coding, framing) => {
                    let place = Place { strip, first, rows };
                    bad_rows += self.coded_rows(&data, coding, framing, place, &mut give)?;
                }
            }
            first += rows;
        }
        Ok(bad_rows)
    }

    fn plain_rows(
        &self,
        data: &[u8],
        strip: u32,
        first: u32,
        rows: u32,
        give: &mut impl FnMut(&Line),
    ) -> Result<(), TiffFault> {
        let mut line = Line::white(self.width);
        let mut packed = data.chunks_exact(stride(self.width));
        for row in first..first + rows {
            let short = TiffMalformed::ShortStrip { strip, row: row + 1 };
            line.set_packed(packed.next().ok_or(short)?);
            give(&line);
        }
        Ok(())
    }

    fn coded_rows(
        &self,
        data: &[u8],
        coding: Coding,
        framing: Framing,
        place: Place,
        give: &mut impl FnMut(&Line),
    ) -> Result<u32, TiffFault> {
        let Place { strip, first, rows } = place;
        let mut decoder =
            Decoder::new(coding, self.width).map_err(TiffUnsupported::Size)?.framing(framing);
        if !matches!(data, [0, second, ..] if second >> 5 == 0) {
            decoder = decoder.without_first_eol();
        }
        decoder.push(data);
        decoder.finish();
        // A damaged EOL makes one bad row out of two: so many rows may be missing at the end.
        let mut spare = 0;
        for row in first..first + rows {
            match decoder.next_line() {
                Row::Good => {}
                Row::Bad(error) => match decoder.stats().end {
                    End::Broken(_) => {
                        return Err(TiffMalformed::Row { row: row + 1, error }.into());
                    }
                    _ => spare += 1,
                },
                Row::More | Row::End if spare > 0 => spare -= 1,
                Row::More | Row::End => {
                    return Err(TiffMalformed::ShortStrip { strip, row: row + 1 }.into());
                }
            }
            give(decoder.line());
        }
        Ok(decoder.stats().bad_rows)
    }

    /// The octets of a strip with the first pel in the most significant bit.
    fn msb_first<'a>(&self, strip: &'a [u8]) -> Cow<'a, [u8]> {
        if self.lsb_first {
            strip.iter().map(|octet| octet.reverse_bits()).collect::<Vec<u8>>().into()
        } else {
            strip.into()
        }
    }
}

/// A strip (from 1), its first row in the page (from 0), and how many rows it has.
#[derive(Debug, Clone, Copy)]
struct Place {
    strip: u32,
    first: u32,
    rows: u32,
}

impl Ratio {
    /// From what the file says to what a fax page has; no change where it is near or not known.
    fn of(dpi_x100: Option<u32>, fax_dpi_x100: u32) -> Self {
        match dpi_x100 {
            Some(from) if from.abs_diff(fax_dpi_x100) * 100 > fax_dpi_x100 * SLACK_PERCENT => {
                Self { from, to: fax_dpi_x100 }
            }
            _ => Self { from: 1, to: 1 },
        }
    }
}
