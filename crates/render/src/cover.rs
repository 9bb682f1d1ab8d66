//! Cover pages: a template in typst's language, and the fields that it shows.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use t4::Page;

use crate::{CoverError, Fonts, Options};

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

/// Draws a cover page in front of `behind` pages. The page count that it shows includes itself.
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
    let _ = (template, fields, behind, options, fonts);
    Err(CoverError::Template(String::new()))
}

/// The templates that come with Ferrofax: their names and texts.
#[must_use]
pub fn templates() -> &'static [(&'static str, &'static str)] {
    &[]
}
