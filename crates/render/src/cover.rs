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
        .filter(|c| *c == '\n' || !c.is_control())
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

/// A zero width space: a place where a line may end.
const BREAK: char = '\u{200b}';
