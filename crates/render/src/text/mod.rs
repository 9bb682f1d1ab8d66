//! Plain text to pages: a grid of 80 columns and 64 lines on A4.
//!
//! Octets become characters ([`decode`]), these become rows of the grid ([`wrap`]), and each row is
//! stamped on a sheet. Latin, Greek, Cyrillic and signs stand in the grid, a wide character takes two
//! columns. A row with other scripts is shaped, and its runs stand side by side.

mod decode;
mod wrap;

use std::collections::HashMap;
use std::sync::Arc;

use t4::Resolution;
use unicode_width::UnicodeWidthChar;

use crate::line::{Fonts, Glyph, Run, Size};
use crate::sheet::{Patterns, Sheet};
use crate::typeface::{self, MONO};
use crate::{Error, Options, Pages};
use wrap::{Item, Rows};

/// Characters a row.
const COLUMNS: usize = 80;

/// Rows a page.
const LINES: u32 = 64;

/// Pels a row of the page: A4. T.4 2.1.
const WIDTH: u32 = 1728;

/// Pels of a column: 2.1 mm.
const CELL: u32 = 17;

/// Rows of pels of the page and of a line of text, and from the top of that line to its base line, all at
/// standard resolution: 297 mm and 4.2 mm.
const PAGE_ROWS: u32 = 1143;
const LINE_ROWS: u32 = 16;
const BASE_ROWS: u32 = 12;

/// How wide the glyphs of [`MONO`] are, in ems.
const CELL_EMS: f64 = 0.6;

/// How much of its two columns the em of a wide character takes.
const WIDE_EMS: f64 = 0.95;

/// Draws plain text.
///
/// # Errors
/// When it is too long, or nobody takes its pages.
pub(crate) fn draw(
    octets: &[u8],
    options: &Options,
    fonts: &Arc<dyn crate::Fonts>,
    pages: &mut dyn Pages,
) -> Result<u32, Error> {
    let text = decode::decode(octets);
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || c.is_control());
    if text.is_empty() {
        return Err(Error::NoPages);
    }
    count(text, options.max_pages)?;
    let mut known = typeface::for_text(text, true, fonts);
    known.swap(typeface::SANS, MONO);
    let mut press = Press::new(Fonts::new(known), options.resolution);
    let mut done = 0;
    let mut sheet = press.sheet();
    let mut line = 0;
    for item in Rows::of(text, COLUMNS) {
        if matches!(item, Item::PageEnd) || line == LINES {
            pages
                .page(std::mem::replace(&mut sheet, press.sheet()).into_page(options.resolution))?;
            (done, line) = (done + 1, 0);
        }
        if let Item::Row { text, rtl } = item {
            press.row(&mut sheet, line, &text, rtl);
            line += 1;
        }
    }
    pages.page(sheet.into_page(options.resolution))?;
    Ok(done + 1)
}

/// Counts the pages, and stops where they are too many.
fn count(text: &str, most: u32) -> Result<(), Error> {
    let (mut pages, mut line) = (1_u32, 0);
    for item in Rows::of(text, COLUMNS) {
        if matches!(item, Item::PageEnd) || line == LINES {
            (pages, line) = (pages.saturating_add(1), 0);
        }
        if pages > most {
            return Err(Error::TooManyPages { pages, most });
        }
        line += u32::from(matches!(item, Item::Row { .. }));
    }
    Ok(())
}

/// What prints the rows of one document.
struct Press {
    fonts: Fonts,
    patterns: Patterns,
    /// Font and glyph of characters that were seen already.
    singles: HashMap<char, (usize, Glyph)>,
    /// How much finer than standard the lines of the page are.
    fine: u32,
}

impl Press {
    fn new(fonts: Fonts, resolution: Resolution) -> Self {
        let fine = match resolution {
            Resolution::Standard => 1,
            Resolution::Fine => 2,
            Resolution::Superfine => 4,
        };
        Self { fonts, patterns: Patterns::default(), singles: HashMap::new(), fine }
    }

    fn sheet(&self) -> Sheet {
        Sheet::new(WIDTH, PAGE_ROWS * self.fine)
    }

    /// Prints a row of text on a line of the sheet, at the right margin when it is `rtl`.
    fn row(&mut self, sheet: &mut Sheet, line: u32, text: &str, rtl: bool) {
        let top = (PAGE_ROWS - LINES * LINE_ROWS) / 2;
        let row = f64::from((top + line * LINE_ROWS + BASE_ROWS) * self.fine);
        let left = (WIDTH - CELL * COLUMNS as u32) / 2;
        if !rtl && text.chars().all(|c| self.in_grid(c)) {
            self.in_cells(sheet, (f64::from(left), row), text);
        } else {
            self.shaped(sheet, (left, row), text, rtl);
        }
    }

    /// The size of glyphs; a wide character has an em of its own.
    fn size(&self, wide: bool) -> Size {
        let across = if wide { f64::from(2 * CELL) * WIDE_EMS } else { f64::from(CELL) / CELL_EMS };
        // 7.7 lines a millimetre and 1728 pels over 215 mm, and twice or half as many lines.
        let down = across * (3.85 * 215.0 / 1728.0) * f64::from(self.fine);
        Size { across, down }
    }

    /// Whether a character stands in the grid by itself.
    fn in_grid(&mut self, c: char) -> bool {
        match c.width() {
            Some(2) => true,
            Some(1) => self.single(c).0 == 0,
            _ => false,
        }
    }

    fn single(&mut self, c: char) -> (usize, Glyph) {
        let fonts = &self.fonts;
        *self.singles.entry(c).or_insert_with(|| {
            let font = fonts.of(c);
            (font, fonts.single(font, c))
        })
    }

    /// One character after the other, each in its column or in the middle of its two.
    fn in_cells(&mut self, sheet: &mut Sheet, (mut left, row): (f64, f64), text: &str) {
        for c in text.chars() {
            let columns = c.width().unwrap_or(0);
            let width = f64::from(CELL) * columns as f64;
            if typeface::is_visible(c) {
                let (font, glyph) = self.single(c);
                let size = self.size(columns == 2);
                let spare = (width - glyph.advance() * size.across) / 2.0;
                let at = (left + spare.max(0.0), row);
                self.fonts.draw((font, &[glyph]), at, size, &mut self.patterns, sheet);
            }
            left += width;
        }
    }

    /// Run by run, from left to right. A run that is wider than its columns is made narrower.
    fn shaped(&mut self, sheet: &mut Sheet, (left, row): (u32, f64), text: &str, rtl: bool) {
        let runs = self.fonts.runs(text, Some(rtl));
        let parts: Vec<(Run, Size, f64)> = runs
            .into_iter()
            .map(|run| {
                let part = &text[run.range.clone()];
                let columns: usize = part.chars().filter_map(UnicodeWidthChar::width).sum();
                let wide = part.chars().any(|c| c.width() == Some(2));
                let cells = f64::from(CELL) * columns as f64;
                let mut size = self.size(wide);
                if run.width * size.across > cells {
                    size.across = cells / run.width;
                }
                let width = run.width * size.across;
                (run, size, width)
            })
            .collect();
        let whole: f64 = parts.iter().map(|(_, _, width)| width).sum();
        let mut left = f64::from(left);
        if rtl {
            left += f64::from(CELL) * COLUMNS as f64 - whole;
        }
        for (run, size, width) in parts {
            let glyphs = (run.font, run.glyphs.as_slice());
            self.fonts.draw(glyphs, (left, row), size, &mut self.patterns, sheet);
            left += width;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BuiltInOnly;
    use t4::{Bitmap, Page};

    struct Taken(Vec<Page>);

    impl Pages for Taken {
        fn page(&mut self, page: Page) -> Result<(), Error> {
            self.0.push(page);
            Ok(())
        }
    }

    fn pages(text: &str, max_pages: u32) -> Result<Vec<Bitmap>, Error> {
        let options = Options { resolution: Resolution::Fine, max_pages, password: String::new() };
        let fonts: Arc<dyn crate::Fonts> = Arc::new(BuiltInOnly);
        let mut taken = Taken(Vec::new());
        let count = draw(text.as_bytes(), &options, &fonts, &mut taken)?;
        assert_eq!(count as usize, taken.0.len());
        Ok(taken.0.iter().map(|page| page.to_bitmap().unwrap()).collect())
    }

    /// The first column with black, and the column behind the last; of rows of text from `line` on.
    fn extent(page: &Bitmap, line: u32) -> Option<(u32, u32)> {
        let top = ((PAGE_ROWS - LINES * LINE_ROWS) / 2 + line * LINE_ROWS) * 2;
        let black = |x: &u32| (top..top + LINE_ROWS * 2).any(|y| page.pel(*x, y));
        let first = (0..WIDTH).find(black)?;
        Some((first, (0..WIDTH).rfind(black)? + 1))
    }

    #[test]
    fn a_page_has_80_columns_and_64_lines() {
        let line = format!("{}\n", "M".repeat(80));
        let pages = pages(&line.repeat(65), 9).unwrap();
        assert_eq!(pages.len(), 2);
        assert_eq!((pages[0].width(), pages[0].rows()), (WIDTH, PAGE_ROWS * 2));
        let (first, end) = extent(&pages[0], 63).unwrap();
        assert!((150..220).contains(&first) && (150..220).contains(&(WIDTH - end)));
        assert!(extent(&pages[1], 0).is_some() && extent(&pages[1], 1).is_none());
    }

    #[test]
    fn blank_pages_at_the_end_are_dropped() {
        assert_eq!(pages("a\x0c\x0cb\n\n\x0c\n\x0c", 9).unwrap().len(), 3);
        assert_eq!(pages(" \n\x0c \n", 9), Err(Error::NoPages));
    }

    #[test]
    fn too_many_pages_are_not_drawn() {
        let error = Error::TooManyPages { pages: 3, most: 2 };
        assert_eq!(pages(&"x\n".repeat(100_000), 2), Err(error.clone()));
        assert_eq!(pages(&"\x0cx".repeat(3), 2), Err(error));
        assert_eq!(pages(&"x\n".repeat(128), 2).unwrap().len(), 2);
    }

    #[test]
    fn columns_stand_below_each_other() {
        let page = &pages("iiiiiiiiii|\nMMMMMMMMMM|\n漢字漢字漢|", 9).unwrap()[0];
        let ends: Vec<u32> = (0..3).map(|line| extent(page, line).unwrap().1).collect();
        assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
    }

    #[test]
    fn hebrew_and_arabic_lie_on_the_right() {
        let page = &pages("שלום עולם\nمرحبا بالعالم\n\nabc", 9).unwrap()[0];
        for line in 0..2 {
            let (first, end) = extent(page, line).unwrap();
            assert!(first > WIDTH / 2 && WIDTH - end < 200, "{first} {end}");
        }
        assert!(extent(page, 3).unwrap().1 < WIDTH / 2);
    }

    #[test]
    fn what_no_font_has_is_a_box() {
        let page = &pages("\u{13000}", 9).unwrap()[0];
        let (first, end) = extent(page, 0).unwrap();
        assert!(end - first > 6);
    }
}
