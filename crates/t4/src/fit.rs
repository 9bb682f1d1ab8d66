//! Pages for a far end that takes less: narrower, coarser, or shorter.
use crate::{
    MAX_ROWS, Page, Resolution,
    bitmap::check_width,
    error::{Error, Unsupported},
    scale::{Ratio, Scaler},
};

/// What a page has to be for a far end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Form {
    /// Pels per line.
    pub width: u32,
    /// Lines per millimetre.
    pub resolution: Resolution,
    /// The most lines, at that resolution.
    pub max_rows: u32,
}

impl Form {
    /// Whether a page is in this form.
    #[must_use]
    pub fn takes(&self, page: &Page) -> bool {
        page.width == self.width && page.resolution == self.resolution && page.rows <= self.max_rows
    }

    /// How many pels of a line the image of a page takes: shrunk to the width, and then so far that
    /// its rows fit. `None` when nothing would be left.
    fn image(&self, page: &Page) -> Option<u32> {
        let image = page.width.min(self.width);
        // So many lines there are at the new resolution before anything is shrunk.
        let from = u64::from(page.rows) * u64::from(self.resolution.factor());
        let longest = u64::from(self.max_rows) * u64::from(page.resolution.factor());
        if from * u64::from(image) <= longest * u64::from(page.width) {
            return Some(image);
        }
        u32::try_from(longest * u64::from(page.width) / from).ok().filter(|shorter| *shorter > 0)
    }
}

impl Page {
    /// The page for a far end that takes lines of `width` pels and no finer resolution than
    /// `resolution`, however long.
    ///
    /// As [`Page::in_form`]; a page of a coarser resolution keeps it.
    ///
    /// # Errors
    /// As [`Page::in_form`].
    pub fn fit(&self, width: u32, resolution: Resolution) -> Result<Self, Error> {
        let resolution = self.resolution.min(resolution);
        self.in_form(&Form { width, resolution, max_rows: MAX_ROWS })
    }

    /// The page in this form. One that is in it is given as it is, octet by octet.
    ///
    /// A page that is too wide or too long is shrunk by one factor in both directions, so that
    /// shapes stay as they are; one that is narrower gets white margins on both sides. Rows of a
    /// finer resolution are merged, those of a coarser one repeated. Which pels are black then
    /// stands at the head of the module `scale`: thin lines survive, and the white inside letters
    /// stays open where it is wider than the lines that are merged.
    ///
    /// # Errors
    /// *Unsupported* if the width is out of bounds or so few rows are taken that no pel of a line is
    /// left, and as [`Page::to_bitmap`].
    pub fn in_form(&self, form: &Form) -> Result<Self, Error> {
        check_width(form.width)?;
        check_width(self.width)?;
        if form.takes(self) {
            return Ok(self.clone());
        }
        let image = form.image(self).ok_or(Unsupported::Rows(self.rows))?;
        let columns = Ratio { from: self.width, to: image };
        let rows = match (self.resolution.factor(), form.resolution.factor()) {
            (from, to) if to <= from => Ratio { from: self.width * (from / to), to: image },
            (from, to) => Ratio { from: self.width, to: image * (to / from) },
        };
        let margin = (form.width - image) / 2;
        let mut scaler = Scaler::new(columns, rows, margin, form.width, self.rows)?;
        self.each_row(|line| scaler.push(line))?;
        Ok(scaler.finish(form.resolution))
    }
}
