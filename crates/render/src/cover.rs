//! Cover pages: a template in typst's language, and the fields that it shows.
//!
//! The fields come to a template as values, under the name `fax`: nothing in them can become markup.
//! `docs/covers.md` tells operators how a template looks.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use t4::Page;
use typst::foundations::{Dict, IntoValue};
use unicode_width::UnicodeWidthChar;

use crate::{CoverError, Fonts, Options, typeface, typeset};

/// The most pages of a cover.
const PAGES: u32 = 3;

/// A word that is longer than this many characters may be broken anywhere.
const WORD: usize = 24;

/// The most characters of a field; what is behind them is left out.
const FIELD: usize = 16_000;

/// The templates that are built in: name and source.
const TEMPLATES: &[(&str, &str)] = &[
    ("standard", include_str!("../templates/standard.typ")),
    ("plain", include_str!("../templates/plain.typ")),
];

/// What a cover page can show. Every text is data: nothing in it is ever markup. Lines are separated by
/// line feeds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CoverFields {
    /// Who gets the fax.
    pub recipient: Party,
    /// Who sends it.
    pub sender: Party,
    /// Subject.
    pub subject: String,
    /// Note.
    pub note: String,
    /// Billing code.
    pub billing_code: String,
    /// The local date of sending, as people read it.
    pub date: String,
    /// The local time of sending, as people read it.
    pub time: String,
}

/// One end of a fax. faxcom FAX_COVERPAGE_INFO.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Party {
    /// Name.
    pub name: String,
    /// Fax number.
    pub fax: String,
    /// Company.
    pub company: String,
    /// Street and number, or the whole address.
    pub address: String,
    /// City.
    pub city: String,
    /// State or province.
    pub state: String,
    /// Postal code.
    pub zip: String,
    /// Country.
    pub country: String,
    /// Title.
    pub title: String,
    /// Department.
    pub department: String,
    /// Office.
    pub office: String,
    /// Telephone at home.
    pub home_phone: String,
    /// Telephone at the office.
    pub office_phone: String,
}

/// The templates that are built in: the name and the source of each, the best first.
#[must_use]
pub fn templates() -> &'static [(&'static str, &'static str)] {
    TEMPLATES
}

/// Draws a cover page in front of `behind` pages. The page count that it shows includes itself; a cover
/// that does not fit on one page goes on on a second and a third.
///
/// # Errors
/// What is wrong with the template.
pub fn cover(
    template: &str,
    fields: &CoverFields,
    behind: u32,
    options: &Options,
    fonts: &Arc<dyn Fonts>,
) -> Result<Vec<Page>, CoverError> {
    let mut shown = template.to_owned();
    let parties = [fields.recipient.texts(), fields.sender.texts()];
    for (_, text) in fields.texts().iter().chain(parties.as_flattened()) {
        shown.push_str(text);
    }
    let fonts = typeface::for_text(&shown, false, fonts);
    let mut expected = 1;
    let document = loop {
        let fax = fields.to_dict(behind.saturating_add(expected));
        let document =
            typeset::compile(template, fax, fonts.clone()).map_err(CoverError::Template)?;
        let pages = u32::try_from(document.pages().len()).unwrap_or(u32::MAX);
        if !(1..=PAGES).contains(&pages) {
            return Err(CoverError::Pages { pages, most: PAGES });
        }
        // A cover that grows with the number that it shows grows no further than to the last page.
        if pages <= expected {
            break document;
        }
        expected = pages;
    };
    Ok(document.pages().iter().map(|page| typeset::page(page, options.resolution)).collect())
}

impl CoverFields {
    /// The texts of the fax itself, by the names that a template knows.
    fn texts(&self) -> [(&'static str, &str); 5] {
        [
            ("subject", &self.subject),
            ("note", &self.note),
            ("billing-code", &self.billing_code),
            ("date", &self.date),
            ("time", &self.time),
        ]
    }

    /// What a template knows as `fax`.
    fn to_dict(&self, pages: u32) -> Dict {
        let mut fax = dict(&self.texts());
        fax.insert("pages".into(), pages.into_value());
        fax.insert("recipient".into(), dict(&self.recipient.texts()).into_value());
        fax.insert("sender".into(), dict(&self.sender.texts()).into_value());
        fax
    }
}

impl Party {
    /// The texts of one end, by the names that a template knows.
    fn texts(&self) -> [(&'static str, &str); 13] {
        [
            ("name", &self.name),
            ("fax", &self.fax),
            ("company", &self.company),
            ("address", &self.address),
            ("city", &self.city),
            ("state", &self.state),
            ("zip", &self.zip),
            ("country", &self.country),
            ("title", &self.title),
            ("department", &self.department),
            ("office", &self.office),
            ("home-phone", &self.home_phone),
            ("office-phone", &self.office_phone),
        ]
    }
}

fn dict(texts: &[(&str, &str)]) -> Dict {
    texts.iter().map(|(name, text)| ((*name).into(), value(text).into_value())).collect()
}

/// A field as a template gets it: lines end in a line feed, nothing invisible controls the layout, and a
/// long word has places where it may be broken.
fn value(field: &str) -> String {
    let field = field.trim().replace("\r\n", "\n").replace('\r', "\n");
    let plain: String = field
        .chars()
        .take(FIELD)
        .map(|c| if c == '\t' { ' ' } else { c })
        .filter(|c| *c == '\n' || !c.is_control() && !is_direction(*c))
        .collect();
    plain.split_inclusive([' ', '\n']).map(breakable).collect()
}

/// A word with places where it may be broken, if it is long.
fn breakable(word: &str) -> String {
    let mut broken = String::new();
    let long = word.chars().count() > WORD;
    for c in word.chars() {
        // Not before a mark that belongs to the letter in front of it.
        let stands_alone = c.width().is_some_and(|width| width > 0);
        if long && !broken.is_empty() && stands_alone {
            broken.push(BREAK);
        }
        broken.push(c);
    }
    broken
}

/// Whether a character forces a direction on what follows: with it a number could be shown reversed.
/// UAX 9 2.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A zero width space: a place where a line may end.
const BREAK: char = '\u{200b}';

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BuiltInOnly;
    use t4::Resolution;

    fn draw(template: &str, fields: &CoverFields) -> Result<Vec<Page>, CoverError> {
        let options =
            Options { resolution: Resolution::Fine, max_pages: 9, password: String::new() };
        let fonts: Arc<dyn Fonts> = Arc::new(BuiltInOnly);
        cover(template, fields, 4, &options, &fonts)
    }

    /// Black pels in the left and in the right half of a page.
    fn halves(page: &Page) -> (u32, u32) {
        let bitmap = page.to_bitmap().unwrap();
        let middle = bitmap.width() / 2;
        let black = |from, to| {
            let row = |y| (from..to).map(move |x| (x, y));
            let pels = (0..bitmap.rows()).flat_map(row);
            u32::try_from(pels.filter(|(x, y)| bitmap.pel(*x, *y)).count()).unwrap()
        };
        (black(0, middle), black(middle, bitmap.width()))
    }

    fn with_note(note: &str) -> CoverFields {
        CoverFields { note: note.to_owned(), ..CoverFields::default() }
    }

    /// A template must draw `left` and `right` alike.
    #[track_caller]
    fn check_same(left: &str, right: &str, fields: &CoverFields) {
        assert_eq!(draw(left, fields).unwrap(), draw(right, fields).unwrap());
    }

    #[test]
    fn the_page_count_includes_the_cover() {
        check_same("#fax.pages", "5", &CoverFields::default());
        check_same("#fax.pages #pagebreak() x", "6 #pagebreak() x", &CoverFields::default());
    }

    #[test]
    fn fields_are_never_markup() {
        for markup in [r#"#read("x")"#, "*bold*", r"\\ \#", "$x$", "= heading", "- item", "// no"] {
            let literal = format!("{markup:?}");
            check_same("#fax.note", &format!("#{literal}"), &with_note(markup));
        }
    }

    #[test]
    fn no_field_shows_a_number_reversed() {
        for c in ['\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'] {
            check_same("#fax.note", "#\"12 34\"", &with_note(&format!("{c}12 {c}34")));
        }
    }

    #[test]
    fn files_cannot_be_read() {
        let wishes =
            [r#"#read("x")"#, r#"#include "x.typ""#, r#"#import "x.typ": y"#, r#"#image("x.png")"#];
        for wish in wishes {
            let error = draw(&format!("\n  {wish}"), &CoverFields::default()).unwrap_err();
            let CoverError::Template(text) = error else { panic!("{error}") };
            assert!(text.starts_with("line 2, column "), "{text}");
            assert!(text.contains("this template may not read files"), "{text}");
        }
        assert!(draw(r#"#import "@preview/x:1.0.0""#, &CoverFields::default()).is_err());
        assert!(draw("#datetime.today().display()", &CoverFields::default()).is_err());
    }

    #[test]
    fn errors_have_their_place() {
        let error = draw("one\n#unknown\n", &CoverFields::default()).unwrap_err();
        let text = "line 2, column 2: unknown variable: unknown";
        assert_eq!(error, CoverError::Template(text.to_owned()));
    }

    #[test]
    fn a_cover_has_one_to_three_pages() {
        let error =
            draw("#for _ in range(4) [x #pagebreak()]", &CoverFields::default()).unwrap_err();
        assert_eq!(error, CoverError::Pages { pages: 5, most: 3 });
    }

    #[test]
    fn long_values_flow_onto_the_next_page() {
        let sentence = "The quick brown fox jumps over the lazy dog. ";
        let fields = CoverFields {
            recipient: Party { company: "x".repeat(2000), ..Party::default() },
            subject: sentence.repeat(44),
            ..with_note(&sentence.repeat(177))
        };
        for (name, template) in templates() {
            let pages = draw(template, &fields).unwrap();
            assert!((2..=3).contains(&pages.len()), "{name}: {}", pages.len());
            for page in &pages {
                let bitmap = page.to_bitmap().unwrap();
                let edge = |x| (0..bitmap.rows()).any(|y| bitmap.pel(x, y));
                assert!((0..80).chain(bitmap.width() - 80..bitmap.width()).all(|x| !edge(x)));
            }
        }
    }

    #[test]
    fn each_language_begins_on_its_side() {
        for (note, rightwards) in [("Good day", false), ("שלום", true), ("مرحبا", true)] {
            let (left, right) = halves(&draw("#lines(fax.note)", &with_note(note)).unwrap()[0]);
            assert!(left + right > 100, "{note} is invisible");
            assert_eq!((left == 0, right == 0), (rightwards, !rightwards), "{note}");
        }
    }

    #[test]
    fn what_nobody_has_is_a_box() {
        let (left, _) = halves(&draw("#fax.note", &with_note("\u{13000}")).unwrap()[0]);
        assert!(left > 20);
    }

    #[test]
    fn the_standard_cover_shows_each_field() {
        let names =
            |party: &str| Party::default().texts().map(|(name, _)| format!("fax.{party}.{name}"));
        let empty = draw(TEMPLATES[0].1, &CoverFields::default()).unwrap();
        let all = names("recipient").into_iter().chain(names("sender"));
        let own = CoverFields::default().texts().map(|(name, _)| format!("fax.{name}"));
        for name in all.chain(own) {
            // The field takes the place of the library's: a template that shows it draws another page.
            let set = match name.split('.').collect::<Vec<_>>()[..] {
                [_, party, field] => format!("#{{ fax.{party}.insert(\"{field}\", \"Xyz\") }}\n"),
                [_, field] => format!("#{{ fax.insert(\"{field}\", \"Xyz\") }}\n"),
                _ => unreachable!(),
            };
            let template = format!("#let fax = fax\n{set}{}", TEMPLATES[0].1);
            let shown = draw(&template, &CoverFields::default()).unwrap();
            assert_ne!(shown, empty, "{name} is not shown");
        }
    }

    #[test]
    fn a_logo_stands_in_the_template() {
        let svg = r#"#image(bytes("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='9' height='9'/></svg>"), width: 20mm)"#;
        let (left, right) = halves(&draw(svg, &CoverFields::default()).unwrap()[0]);
        // 20 mm are 160.7 pels across and 154 down.
        assert!(left.abs_diff(161 * 154) < 400, "{left}");
        assert_eq!(right, 0);
    }

    #[test]
    fn the_opacity_of_a_group_in_a_logo_counts() {
        let black = |inner: &str| {
            let svg = format!(
                "#image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>{inner}</svg>\"), \
                 width: 20mm)"
            );
            halves(&draw(&svg, &CoverFields::default()).unwrap()[0]).0
        };
        let two = "<rect width='9' height='9'/><rect width='5' height='5'/>";
        let (full, faint) = (black(two), black(&format!("<g opacity='0.2'>{two}</g>")));
        assert!((1..full / 3).contains(&faint), "{faint} of {full}");
    }
}
