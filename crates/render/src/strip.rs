//! The header line: one line of text in a strip as wide as the page.

use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

use t4::{Page, Resolution};

use crate::line::{Fonts, Run, Size};
use crate::paper::lines_per_mm;
use crate::sheet::{Patterns, Sheet};
use crate::typeface;

/// Rows of the strip at standard resolution, 3.6 mm.
const ROWS: u32 = 14;

/// Rows from the top to the base line at standard resolution.
const BASE: u32 = 11;

/// How high an em is, in millimetres: capitals are 2 mm.
const EM_MM: f64 = 2.75;

/// White at both ends of the strip, in millimetres.
const MARGIN_MM: f64 = 7.0;

/// The least distance between two texts, in millimetres.
const GAP_MM: f64 = 3.0;

/// Pels a millimetre. T.4 2.1.
const PELS_PER_MM: f64 = 1728.0 / 215.0;

/// The most characters of a text.
const LONGEST: usize = 192;

/// What stands for the end of a text that is too long.
const ELLIPSIS: char = '…';

/// The texts of a header line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// On the left.
    pub left: String,
    /// In the middle.
    pub middle: String,
    /// On the right.
    pub right: String,
}

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::new(typeface::built_in().to_vec()));

thread_local! {
    static PATTERNS: RefCell<Patterns> = RefCell::new(Patterns::default());
}

/// Rows of the strip at this resolution.
#[must_use]
pub const fn strip_rows(resolution: Resolution) -> u32 {
    ROWS * lines_of_standard(resolution)
}

/// Lines in one of standard resolution.
const fn lines_of_standard(resolution: Resolution) -> u32 {
    match resolution {
        Resolution::Standard => 1,
        Resolution::Fine => 2,
        Resolution::Superfine => 4,
    }
}

/// The strip with the header line, for a page of `width` pels and this resolution. Its last row is white.
/// `fonts` is asked for what the fonts that are built in do not show.
///
/// A text that is too long is cut: the middle one first, then the left one; the right one is cut only
/// when it alone is wider than the page.
#[must_use]
pub fn strip(
    header: &Header,
    width: u32,
    resolution: Resolution,
    fonts: &Arc<dyn crate::Fonts>,
) -> Page {
    let all = [header.left.as_str(), &header.middle, &header.right].concat();
    let faces = typeface::for_text(&all, false, fonts);
    let mut sheet = Sheet::new(width, strip_rows(resolution));
    if faces.len() == typeface::built_in().len() {
        PATTERNS.with_borrow_mut(|patterns| {
            Pen { fonts: &FONTS, patterns, resolution }.write(header, width, &mut sheet);
        });
    } else {
        let (fonts, patterns) = (&Fonts::new(faces), &mut Patterns::default());
        Pen { fonts, patterns, resolution }.write(header, width, &mut sheet);
    }
    sheet.wipe(strip_rows(resolution) - 1);
    sheet.into_page(resolution)
}

/// What texts are written with.
struct Pen<'a> {
    fonts: &'a Fonts,
    patterns: &'a mut Patterns,
    resolution: Resolution,
}

impl Pen<'_> {
    fn size(&self) -> Size {
        Size { across: EM_MM * PELS_PER_MM, down: EM_MM * lines_per_mm(self.resolution) }
    }

    fn write(&mut self, header: &Header, width: u32, sheet: &mut Sheet) {
        let (margin, gap) = (MARGIN_MM * PELS_PER_MM, GAP_MM * PELS_PER_MM);
        let (start, end) = (margin, (f64::from(width) - margin).max(margin));
        let right = self.within(&header.right, end - start);
        self.put(&right, end - right.width, sheet);
        let before = if right.width > 0.0 { end - right.width - gap } else { end };
        let middle = self.within(&header.middle, before - start);
        let left = self.within(&header.left, before - start);
        let spare = before - start - left.width - if left.width > 0.0 { gap } else { 0.0 };
        // The middle takes what the left text leaves, but no less than a third.
        let middle_most = spare.max((before - start) / 3.0);
        let middle = match middle.width > middle_most {
            true => self.within(&header.middle, middle_most),
            false => middle,
        };
        let middle_at = ((f64::from(width) - middle.width) / 2.0)
            .max(start + left.width + gap)
            .min(before - middle.width)
            .max(start);
        if middle.width > 0.0 {
            self.put(&middle, middle_at, sheet);
            let left = self.within(&header.left, middle_at - gap - start);
            self.put(&left, start, sheet);
        } else {
            self.put(&left, start, sheet);
        }
    }

    /// As much of a text as fits.
    fn within(&self, text: &str, most: f64) -> Text {
        let text: Vec<char> =
            text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
        let whole = self.text(text.iter().collect());
        if whole.width <= most {
            return whole;
        }
        // As many characters as fit if all are equally wide, and then fewer.
        let share = most.max(0.0) / whole.width;
        let mut kept = (text.len() as f64 * share) as usize;
        while kept > 0 {
            let head: String = text.iter().take(kept).collect();
            let cut = self.text(format!("{}{ELLIPSIS}", head.trim_end()));
            if cut.width <= most {
                return cut;
            }
            kept -= 1 + kept / 32;
        }
        Text { runs: Vec::new(), width: 0.0 }
    }

    fn text(&self, text: String) -> Text {
        let runs = self.fonts.runs(&text, None);
        let width = runs.iter().map(|run| run.width * self.size().across).sum();
        Text { runs, width }
    }

    fn put(&mut self, text: &Text, mut left: f64, sheet: &mut Sheet) {
        let size = self.size();
        let row = f64::from(BASE * lines_of_standard(self.resolution));
        for run in &text.runs {
            self.fonts.draw((run.font, &run.glyphs), (left, row), size, self.patterns, sheet);
            left += run.width * size.across;
        }
    }
}

/// A text and how wide it is, in pels.
struct Text {
    runs: Vec<Run>,
    width: f64,
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::{BuiltInOnly, FontFile, WantedFont};

    fn strip(header: &Header, width: u32, resolution: Resolution) -> Page {
        let fonts: Arc<dyn crate::Fonts> = Arc::new(BuiltInOnly);
        super::strip(header, width, resolution, &fonts)
    }

    /// Whether there is black between two columns, for each of the given pairs.
    fn black(page: &Page, from: u32, to: u32) -> bool {
        let bitmap = page.to_bitmap().unwrap();
        (0..bitmap.rows()).any(|y| (from..to).any(|x| bitmap.pel(x, y)))
    }

    fn header(left: &str, middle: &str, right: &str) -> Header {
        Header { left: left.to_owned(), middle: middle.to_owned(), right: right.to_owned() }
    }

    #[test]
    fn it_is_as_wide_as_the_page_and_ends_in_white() {
        let header = header("gjpqy ÅÉ", "מספר רقم", "Page 1 of 3");
        for width in [1728, 2048, 2432] {
            for (resolution, rows) in
                [(Resolution::Standard, 14), (Resolution::Fine, 28), (Resolution::Superfine, 56)]
            {
                let page = strip(&header, width, resolution);
                assert_eq!((page.width, page.rows, page.resolution), (width, rows, resolution));
                let bitmap = page.to_bitmap().unwrap();
                assert!((0..width).all(|x| !bitmap.pel(x, rows - 1) && !bitmap.pel(x, 0)));
                assert_eq!(page, strip(&header, width, resolution));
            }
        }
    }

    #[test]
    fn each_resolution_has_its_own_glyphs() {
        let header = header("From", "Å", "Page 1 of 3");
        let alone = |resolution| {
            PATTERNS.with_borrow_mut(|patterns| *patterns = Patterns::default());
            strip(&header, 1728, resolution)
        };
        let all = [Resolution::Fine, Resolution::Standard, Resolution::Superfine];
        let together = all.map(|resolution| strip(&header, 1728, resolution));
        assert_eq!(together, all.map(alone));
    }

    #[test]
    fn each_text_is_in_its_place() {
        let page = strip(&header("left", "middle", "right"), 1728, Resolution::Fine);
        assert!(!black(&page, 0, 50) && !black(&page, 1728 - 50, 1728));
        assert!(black(&page, 50, 120) && black(&page, 830, 900) && black(&page, 1600, 1678));
        assert!(!black(&page, 200, 700) && !black(&page, 1000, 1500));
    }

    #[test]
    fn the_right_text_survives_long_ones() {
        let long = "A very long name of somebody ".repeat(40);
        let short = strip(&header("", "", "Page 10 of 12"), 1728, Resolution::Fine);
        let short = short.to_bitmap().unwrap();
        for header in [header(&long, "", "Page 10 of 12"), header(&long, &long, "Page 10 of 12")] {
            let full = strip(&header, 1728, Resolution::Fine).to_bitmap().unwrap();
            let begins = (50..1728).find(|x| (0..28).any(|y| short.pel(*x, y))).unwrap();
            for x in begins - 20..1728 {
                assert!((0..28).all(|y| short.pel(x, y) == full.pel(x, y)), "column {x}");
            }
        }
    }

    #[test]
    fn isolates_are_not_seen_and_keep_the_order_of_a_number() {
        let fine = |text: &str| strip(&header("", "", text), 1728, Resolution::Fine);
        assert_eq!(fine("\u{2068}Ada\u{2069}"), fine("Ada"));
        let number = fine("+49 30 555").to_bitmap().unwrap();
        let both = fine("\u{2068}\u{5d0}\u{5d1}\u{2069} \u{2068}+49 30 555\u{2069}");
        let both = both.to_bitmap().unwrap();
        let column = |page: &t4::Bitmap, x| (0..28).map(|y| page.pel(x, y)).collect::<Vec<_>>();
        let begins = (0..1728).find(|x| column(&number, *x).contains(&true)).unwrap();
        assert!((begins..1728).all(|x| column(&number, x) == column(&both, x)));
    }

    #[test]
    fn what_is_not_built_in_is_asked_for() {
        struct Asked(AtomicUsize);
        impl crate::Fonts for Asked {
            fn font(&self, _: &WantedFont) -> Option<FontFile> {
                self.0.fetch_add(1, Ordering::Relaxed);
                None
            }
        }
        let asked = Arc::new(Asked(AtomicUsize::new(0)));
        let fonts: Arc<dyn crate::Fonts> = asked.clone();
        let draw = |text: &str| super::strip(&header(text, "", ""), 1728, Resolution::Fine, &fonts);
        draw("Grüße, Ελλάδα, \u{5d0}");
        assert_eq!(asked.0.load(Ordering::Relaxed), 0);
        draw("山田");
        assert_eq!(asked.0.load(Ordering::Relaxed), 1);
    }
}
