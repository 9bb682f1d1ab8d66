//! Text to the rows of a grid.

use std::iter::Peekable;
use std::str::Lines;

use unicode_bidi::{BidiClass, bidi_class};
use unicode_width::UnicodeWidthChar;

/// Columns from one tabulator stop to the next.
const TAB: usize = 8;

/// The most characters of a row: marks take no column, and may be many.
const CHARACTERS: usize = 1024;

/// What comes next on the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// A row, and whether its line reads from right to left.
    Row { text: String, rtl: bool },
    /// What follows begins a page.
    PageEnd,
}

/// The rows of a text whose lines end in a line feed, one after the other.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    /// What is left of the line, and whether it reads from right to left.
    line: Option<(&'a str, bool)>,
    lines: Peekable<Lines<'a>>,
    /// What is left of the text behind the end of this page.
    pages: std::str::Split<'a, char>,
    columns: usize,
}

impl<'a> Rows<'a> {
    /// The rows of a text, `columns` wide.
    pub(super) fn of(text: &'a str, columns: usize) -> Self {
        let mut pages = text.split('\x0c');
        let lines = pages.next().unwrap_or("").lines().peekable();
        Self { line: None, lines, pages, columns }
    }
}

impl Iterator for Rows<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let (line, rtl) = match self.line.take() {
            Some(rest) => rest,
            None => match self.lines.next() {
                Some(line) => (line, is_rtl(line)),
                None => {
                    // A line feed behind a form feed ends the line on which the form feed stood.
                    let page = self.pages.next()?;
                    self.lines = page.strip_prefix('\n').unwrap_or(page).lines().peekable();
                    return Some(Item::PageEnd);
                }
            },
        };
        let (text, rest) = row(line, self.columns);
        self.line = rest.map(|rest| (rest, rtl));
        Some(Item::Row { text, rtl })
    }
}

/// As much of a line as fits in a row, with spaces in place of tabulators; and what does not fit.
fn row(line: &str, columns: usize) -> (String, Option<&str>) {
    let mut text = String::new();
    let mut column = 0;
    // Where the row may end: its own length, and that of what it takes from the line.
    let mut end = None;
    for (count, (at, c)) in line.char_indices().enumerate() {
        let width = if c == '\t' { TAB - column % TAB } else { c.width().unwrap_or(0) };
        let breaks = c == ' ' || c == '\t';
        if !breaks && (column + width > columns || count >= CHARACTERS) {
            let (length, taken) = end.unwrap_or((text.len(), at));
            text.truncate(length);
            return (text, line.get(taken..));
        }
        if width == 2 && column > 0 {
            end = Some((text.len(), at));
        }
        if c == '\t' {
            text.extend(std::iter::repeat_n(' ', width));
        } else if !c.is_control() {
            text.push(c);
        }
        column += width;
        if breaks || width == 2 {
            end = Some((text.len(), at + c.len_utf8()));
        }
        if breaks && column >= columns {
            // Spaces at the end of a row hang over its margin and are gone.
            let rest = line[at..].trim_start_matches([' ', '\t']);
            return (text.trim_end().to_owned(), (!rest.is_empty()).then_some(rest));
        }
    }
    (text, None)
}

/// Whether the first letter of a line reads from right to left. UAX 9 P2, P3.
fn is_rtl(line: &str) -> bool {
    let strong = line
        .chars()
        .map(bidi_class)
        .find(|class| matches!(class, BidiClass::L | BidiClass::R | BidiClass::AL));
    matches!(strong, Some(BidiClass::R | BidiClass::AL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, rows: &[&str]) {
        let all: Vec<String> = Rows::of(text, 10)
            .map(|item| match item {
                Item::Row { text, .. } => text,
                Item::PageEnd => "--".to_owned(),
            })
            .collect();
        assert_eq!(all, rows);
    }

    #[test]
    fn lines_are_broken_at_spaces() {
        check("one two three", &["one two ", "three"]);
        check("0123456789 x", &["0123456789", "x"]);
        check("a\n\nb", &["a", "", "b"]);
    }

    #[test]
    fn long_words_are_broken_at_the_margin() {
        check("0123456789abcdefghijk", &["0123456789", "abcdefghij", "k"]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        check("日本語日本語", &["日本語日本", "語"]);
        check("a日本語日本語", &["a日本語日", "本語"]);
    }

    #[test]
    fn marks_take_no_column() {
        let word = "e\u{301}".repeat(11);
        check(&word, &["e\u{301}".repeat(10).as_str(), "e\u{301}"]);
    }

    #[test]
    fn tabulators_go_to_every_eighth_column() {
        check("a\tb", &["a       b"]);
        check("\ta", &["        a"]);
    }

    #[test]
    fn form_feeds_begin_pages() {
        check("a\x0cb\n\x0c\nc", &["a", "--", "b", "--", "c"]);
        check("\x0ca", &["--", "a"]);
    }

    #[test]
    fn the_first_letter_gives_the_direction() {
        assert!(is_rtl("(1) שלום abc"));
        assert!(!is_rtl("(1) abc שלום"));
        assert!(!is_rtl("123"));
    }

    #[test]
    fn no_row_is_longer_than_its_bound() {
        let marks = "\u{301}".repeat(5000);
        let rows: Vec<Item> = Rows::of(&marks, 10).collect();
        assert_eq!(rows.len(), 5000_usize.div_ceil(CHARACTERS));
        // The bound falls on a space.
        let marks = "\u{301}".repeat(CHARACTERS) + " " + &"\u{301}".repeat(CHARACTERS - 1);
        assert_eq!(Rows::of(&marks, 10).count(), 2);
    }
}
