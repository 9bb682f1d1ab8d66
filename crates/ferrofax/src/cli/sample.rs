//! The three pages that the demo sends: real text in letters of our own.

use t4::tiff::{TiffError, Writer};
use t4::{Bitmap, Page, Resolution};

/// The letters, drawn as pictures: a line that names them, then their nine rows. Each is five dots
/// wide; the last two rows are below the line.
const FONT: &str = include_str!("font.txt");
/// Rows of dots of a letter.
const LETTER_ROWS: usize = 9;
/// Columns of dots of a letter, the gap to the next one included.
const LETTER_COLUMNS: u32 = 6;

/// Pels per line of an A4 page. T.4 2.2.
const WIDTH: u32 = 1728;
/// Lines of an A4 page at standard resolution, 297 mm at 3.85 lines a millimetre. T.4 2.1.
const ROWS: u32 = 1143;
/// White on the left and on top, in pels and lines.
const MARGIN: (u32, u32) = (140, 90);

/// A line of the sample: how large its letters are, and its text.
struct Line(Size, &'static str);

/// How large letters are.
#[derive(Clone, Copy)]
enum Size {
    Title,
    Heading,
    Text,
}

impl Size {
    /// Pels of one dot across and lines of one dot down: a dot is as wide as it is high, for
    /// standard resolution has half as many lines as pels in a millimetre.
    const fn dot(self) -> (u32, u32) {
        match self {
            Self::Title => (16, 8),
            Self::Heading => (8, 4),
            Self::Text => (6, 3),
        }
    }

    /// Lines from one line of text to the next.
    const fn advance(self) -> u32 {
        self.dot().1 * 13
    }
}

const PAGES: [&[Line]; 3] = [
    &[
        Line(Size::Title, "Ferrofax"),
        Line(Size::Heading, "An open fax server"),
        Line(Size::Text, ""),
        Line(Size::Text, "This page is a real fax. A client gave"),
        Line(Size::Text, "it to the server as a document, and the"),
        Line(Size::Text, "server queued it as a job. Then one of"),
        Line(Size::Text, "its lines called the other by SIP, both"),
        Line(Size::Text, "agreed on T.38, and two fax machines"),
        Line(Size::Text, "made of software talked T.30 until"),
        Line(Size::Text, "every page was confirmed."),
        Line(Size::Text, ""),
        Line(Size::Text, "No modem, no telephone company and no"),
        Line(Size::Text, "other program took part: only UDP on"),
        Line(Size::Text, "the loopback of this computer. The same"),
        Line(Size::Text, "packets go to any gateway that speaks"),
        Line(Size::Text, "T.38."),
        Line(Size::Text, ""),
        Line(Size::Text, "Page 1 of 3"),
    ],
    &[
        Line(Size::Heading, "What happens to a page"),
        Line(Size::Text, ""),
        Line(Size::Text, "1. A document becomes pages, each one"),
        Line(Size::Text, "   a strip of T.6 on disk. Only then"),
        Line(Size::Text, "   does the client learn the job's id."),
        Line(Size::Text, "2. The job waits for a free line."),
        Line(Size::Text, "3. T.30 trains the line and sends the"),
        Line(Size::Text, "   page in frames, with checksums. The"),
        Line(Size::Text, "   far end asks for damaged ones again."),
        Line(Size::Text, "4. The far end stores the page, and"),
        Line(Size::Text, "   then confirms it."),
        Line(Size::Text, "5. Only a fax whose last page has been"),
        Line(Size::Text, "   confirmed is called sent. A call"),
        Line(Size::Text, "   that breaks goes on with the first"),
        Line(Size::Text, "   page that is not."),
        Line(Size::Text, ""),
        Line(Size::Text, "Page 2 of 3"),
    ],
    &[
        Line(Size::Heading, "What you can do now"),
        Line(Size::Text, ""),
        Line(Size::Text, "ferrofax serve"),
        Line(Size::Text, "ferrofax send FILE --to NUMBER --wait"),
        Line(Size::Text, "ferrofax jobs"),
        Line(Size::Text, "ferrofax job ID ladder"),
        Line(Size::Text, "ferrofax inbox"),
        Line(Size::Text, ""),
        Line(Size::Text, "Software that was written for the Fax"),
        Line(Size::Text, "Service Client API finds FaxServer,"),
        Line(Size::Text, "FaxJobs and FaxJob as it knows them."),
        Line(Size::Text, ""),
        Line(Size::Text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789"),
        Line(Size::Text, "abcdefghijklmnopqrstuvwxyz .,:;!?'*#%"),
        Line(Size::Text, ""),
        Line(Size::Text, "Page 3 of 3. Thank you for reading!"),
    ],
];

/// The sample: three A4 pages at standard resolution.
fn pages() -> Vec<Page> {
    PAGES.iter().map(|lines| Page::from_bitmap(&draw(lines), Resolution::Standard)).collect()
}

/// The sample as a fax TIFF.
pub(super) fn tiff() -> Result<Vec<u8>, TiffError> {
    let mut writer = Writer::new();
    for page in pages() {
        writer.push(&page)?;
    }
    Ok(writer.finish())
}

fn draw(lines: &[Line]) -> Bitmap {
    let mut page = Bitmap::new(WIDTH, ROWS).expect("an A4 page is within the bounds of a bitmap");
    let mut top = MARGIN.1;
    for Line(size, text) in lines {
        let mut left = MARGIN.0;
        for letter in text.chars() {
            draw_letter(&mut page, letter, *size, (left, top));
            left += size.dot().0 * LETTER_COLUMNS;
        }
        top += size.advance();
    }
    page
}

/// Draws a letter; one that the font does not have stays white.
fn draw_letter(page: &mut Bitmap, letter: char, size: Size, (left, top): (u32, u32)) {
    let (wide, high) = size.dot();
    for (row, dots) in (0..).zip(dots_of(letter).into_iter().flatten()) {
        for (column, dot) in (0..).zip(dots.bytes()) {
            if dot == b'#' {
                fill(page, (left + column * wide, top + row * high), (wide, high));
            }
        }
    }
}

/// Blackens what lies on the page.
fn fill(page: &mut Bitmap, (left, top): (u32, u32), (wide, high): (u32, u32)) {
    for y in top..(top + high).min(page.rows()) {
        for x in left..(left + wide).min(page.width()) {
            page.set(x, y, true);
        }
    }
}

/// The rows of a letter, each five characters of `#` and `.`.
fn dots_of(letter: char) -> Option<Vec<&'static str>> {
    let lines: Vec<&'static str> = FONT.lines().collect();
    lines.chunks(LETTER_ROWS + 2).find_map(|block| {
        let (names, rows) = block.split_first()?;
        let at = names.char_indices().find(|(_, name)| *name == letter && *name != ' ')?.0;
        rows.get(..LETTER_ROWS)?.iter().map(|row| row.get(at..at + 5)).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_the_sample_is_drawn() {
        for Line(_, text) in PAGES.into_iter().flatten() {
            for letter in text.chars().filter(|c| *c != ' ') {
                let dots = dots_of(letter).unwrap_or_else(|| panic!("no picture of {letter:?}"));
                assert!(dots.iter().any(|row| row.contains('#')), "{letter:?} is white");
            }
        }
    }

    #[test]
    fn the_font_is_a_whole_table() {
        let lines: Vec<_> = FONT.lines().collect();
        let mut letters = 0;
        for block in lines.chunks(LETTER_ROWS + 2) {
            let names = block[0].split_whitespace().count();
            letters += names;
            for row in &block[1..=LETTER_ROWS] {
                let cells: Vec<_> = row.split(' ').collect();
                assert_eq!(cells.len(), names, "{row}");
                assert!(
                    cells.iter().all(|c| c.len() == 5 && c.bytes().all(|b| b"#.".contains(&b)))
                );
            }
        }
        assert_eq!(letters, LETTERS);
    }

    /// A to Z, a to z, 0 to 9 and the signs.
    const LETTERS: usize = 26 + 26 + 10 + 19;

    #[test]
    fn no_text_runs_off_the_page() {
        for lines in PAGES {
            let mut height = MARGIN.1;
            for Line(size, text) in lines {
                let width = size.dot().0 * LETTER_COLUMNS * u32::try_from(text.len()).unwrap();
                assert!(MARGIN.0 + width <= WIDTH - MARGIN.0 + LETTER_COLUMNS * 6, "{text}");
                height += size.advance();
            }
            assert!(height <= ROWS - MARGIN.1);
        }
    }

    #[test]
    fn three_pages_take_less_than_a_minute() {
        let pages = pages();
        assert_eq!(pages.len(), 3);
        let seconds = super::super::demo::estimate_s(&pages);
        assert!(seconds < 60.0, "{seconds} s");
    }
}
