//! Pages for a far end that takes less: narrower, or coarser.
//!
//! **The rule.** To shrink, each pel of the old page falls into exactly one pel of the new one, and
//! that is black if any of those in it is: lines one pel thin survive. To enlarge, pels are repeated.
use crate::{
    Coding, Encoder, MAX_ROWS, Page, Resolution,
    bitmap::{check_width, stride},
    error::{Error, Unsupported},
    line::{Line, blacken},
};
use alloc::{vec, vec::Vec};

impl Page {
    /// The page for a far end that takes lines of `width` pels and no finer resolution than
    /// `resolution`.
    ///
    /// A wider page is shrunk, and its rows with it so that shapes stay as they are; a narrower one
    /// gets white margins on both sides. Rows of a finer resolution are merged; a page of a coarser
    /// one keeps it. A page that fits is given as it is.
    ///
    /// # Errors
    /// *Unsupported* if `width` is out of bounds, and as [`Page::to_bitmap`].
    pub fn fit(&self, width: u32, resolution: Resolution) -> Result<Self, Error> {
        check_width(width)?;
        check_width(self.width)?;
        let resolution = self.resolution.min(resolution);
        if width == self.width && resolution == self.resolution {
            return Ok(self.clone());
        }
        let merge = self.resolution.factor() / resolution.factor();
        let image = self.width.min(width);
        let rows = Ratio { from: self.width * merge, to: image };
        let columns = Ratio { from: self.width, to: image };
        let mut scaler = Scaler::new(columns, rows, (width - image) / 2, width, self.rows)?;
        self.each_row(|line| scaler.push(line))?;
        Ok(scaler.finish(resolution))
    }
}

/// So many become so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ratio {
    pub(crate) from: u32,
    pub(crate) to: u32,
}

impl Ratio {
    /// Where the border in front of number `at` comes to lie.
    fn border(self, at: u32) -> u32 {
        let scaled = u64::from(at) * u64::from(self.to) / u64::from(self.from);
        u32::try_from(scaled).unwrap_or(u32::MAX)
    }

    /// Whether nothing changes.
    pub(crate) fn is_identity(self) -> bool {
        self.from == self.to
    }

    /// How many become of `count`.
    pub(crate) fn count(self, count: u32) -> u32 {
        if count == 0 { 0 } else { self.span(0, count).1 }
    }

    /// What the numbers from `from` up to but not including `to` (at least one) become.
    fn span(self, from: u32, to: u32) -> (u32, u32) {
        let begin = self.border(from);
        (begin, if self.to < self.from { self.border(to - 1) + 1 } else { self.border(to) })
    }
}

/// Scales a page row by row.
#[derive(Debug)]
pub(crate) struct Scaler {
    columns: Ratio,
    rows: Ratio,
    margin: u32,
    width: u32,
    /// Rows are as they come, if they are as wide as the page.
    plain: bool,
    encoder: Encoder,
    /// Rows that came in.
    seen: u32,
    /// The new row in the making, and its number.
    row: Vec<u8>,
    number: u32,
    /// Nothing black is in the row in the making: many rows of a page are like that.
    blank: bool,
}

impl Scaler {
    /// For `rows_in` rows; the image is put `margin` pels from the left of a page of `width`.
    pub(crate) fn new(
        columns: Ratio,
        rows: Ratio,
        margin: u32,
        width: u32,
        rows_in: u32,
    ) -> Result<Self, Error> {
        let total = rows.count(rows_in);
        if total > MAX_ROWS {
            return Err(Unsupported::Rows(total).into());
        }
        let encoder = Encoder::new(Coding::Mmr, width)?;
        let row = vec![0; stride(width)];
        let plain = columns.is_identity() && rows.is_identity();
        Ok(Self {
            columns,
            rows,
            margin,
            width,
            plain,
            encoder,
            seen: 0,
            row,
            number: 0,
            blank: true,
        })
    }

    pub(crate) fn push(&mut self, line: &Line) {
        // A black run at the end of a narrower row would go on to the end of the page.
        if self.plain && line.width() == self.width {
            self.encoder.push_changes(line.changes());
            self.number += 1;
            return;
        }
        let (begin, end) = self.rows.span(self.seen, self.seen + 1);
        self.seen += 1;
        for number in begin..end {
            if number != self.number {
                self.put_row();
            }
            for (from, to) in line.black_runs() {
                self.blank = false;
                let (from, to) = self.columns.span(from, to);
                let right = (self.margin + to).min(self.width);
                blacken(&mut self.row, self.margin + from, right);
            }
        }
    }

    pub(crate) fn finish(mut self, resolution: Resolution) -> Page {
        if self.seen > 0 {
            self.put_row();
        }
        let Self { width, number, encoder, .. } = self;
        Page { width, rows: number, resolution, mmr: encoder.finish() }
    }

    fn put_row(&mut self) {
        if self.blank {
            self.encoder.push_changes(&[]);
        } else {
            self.encoder.push_row(&self.row);
            self.row.fill(0);
        }
        self.blank = true;
        self.number += 1;
    }
}
