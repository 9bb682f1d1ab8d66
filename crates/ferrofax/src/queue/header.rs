//! The header line: who sends, when, to whom, and which page it is, in a strip above each page.
//! faxcom IFaxServer::put_Branding

use std::fmt;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use render::Header;
use t4::{Form, Page};

use crate::store::Job;

/// The longest template, in characters.
const MAX_TEMPLATE: usize = 200;

/// What a template can have in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Date,
    Time,
    Name,
    Company,
    Number,
    To,
    Page,
    Pages,
}

impl Field {
    const ALL: [(&'static str, Self); 8] = [
        ("date", Self::Date),
        ("time", Self::Time),
        ("name", Self::Name),
        ("company", Self::Company),
        ("number", Self::Number),
        ("to", Self::To),
        ("page", Self::Page),
        ("pages", Self::Pages),
    ];
}

/// A text with fields in braces: `{date} {time}`. A brace that is meant is written twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(Field),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.chars().count() > MAX_TEMPLATE {
            return Err(format!("it is longer than {MAX_TEMPLATE} characters"));
        }
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain += &rest[..at];
            let (brace, behind) = (&rest[at..=at], &rest[at + 1..]);
            if let Some(behind) = behind.strip_prefix(brace) {
                plain += brace;
                rest = behind;
            } else if brace == "}" {
                return Err("a } closes nothing; to print one, write }}".to_owned());
            } else if let Some((name, behind)) = behind.split_once('}') {
                parts.push(Part::Text(std::mem::take(&mut plain)));
                parts.push(Part::Field(field(name)?));
                rest = behind;
            } else {
                return Err("a { is not closed; to print one, write {{".to_owned());
            }
        }
        plain += rest;
        parts.push(Part::Text(plain));
        parts.retain(|part| *part != Part::Text(String::new()));
        Ok(Self { text: text.to_owned(), parts })
    }

    /// The text with its fields filled in; blanks that an empty field leaves are closed up.
    fn fill(&self, value: impl Fn(Field) -> String) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Field(field) => value(*field),
        };
        let text: String = self.parts.iter().map(part).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn field(name: &str) -> Result<Field, String> {
    let known = Field::ALL.iter().find(|(word, _)| *word == name);
    known.map(|(_, field)| *field).ok_or_else(|| {
        let names: Vec<_> = Field::ALL.iter().map(|(word, _)| format!("{{{word}}}")).collect();
        format!("there is no {{{name}}}; there are {}", names.join(", "))
    })
}

/// What stands in a header line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderText {
    /// On the left.
    pub left: Template,
    /// In the middle.
    pub middle: Template,
    /// On the right.
    pub right: Template,
}

impl Default for HeaderText {
    fn default() -> Self {
        let template = |text| Template::parse(text).expect("it has fields that exist");
        Self {
            left: template("{date} {time}"),
            middle: template("{name} {company} {number}"),
            right: template("page {page} of {pages}"),
        }
    }
}

/// The header lines of a line: their text, and who sends when a job does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineHeader {
    /// What stands in them.
    pub text: HeaderText,
    /// The company of jobs that name none.
    pub company: String,
}

/// The header lines of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderLine {
    text: HeaderText,
    date: String,
    time: String,
    name: String,
    company: String,
    number: String,
    to: String,
    pages: u32,
}

impl HeaderLine {
    /// The header lines of a call for `job` that begins at `at_us` (microseconds UTC), by the clock on
    /// the wall of `zone`.
    #[must_use]
    pub fn new(line: &LineHeader, job: &Job, at_us: i64, zone: TimeZone) -> Self {
        let at = Timestamp::from_microsecond(at_us).unwrap_or_default().to_zoned(zone);
        let company = match job.sender_company.trim() {
            "" => &line.company,
            company => company,
        };
        Self {
            text: line.text.clone(),
            date: at.strftime("%Y-%m-%d").to_string(),
            time: format!("{} {}", at.strftime("%H:%M"), utc(at.offset())),
            name: job.sender_name.clone(),
            company: company.to_owned(),
            number: job.ident.clone(),
            to: job.number.clone(),
            pages: job.pages,
        }
    }

    /// The texts above page `number`, from 1 of the whole job.
    #[must_use]
    pub fn header(&self, number: u32) -> Header {
        let value = |field| match field {
            Field::Date => self.date.clone(),
            Field::Time => self.time.clone(),
            Field::Name => self.name.clone(),
            Field::Company => self.company.clone(),
            Field::Number => self.number.clone(),
            Field::To => self.to.clone(),
            Field::Page => number.to_string(),
            Field::Pages => self.pages.to_string(),
        };
        let HeaderText { left, middle, right } = &self.text;
        Header { left: left.fill(value), middle: middle.fill(value), right: right.fill(value) }
    }

    /// Page `number` (from 1) of the job in this form, with its header line above it.
    ///
    /// White rows at the end of the page make room for the strip, so that it stays as long as it is;
    /// where there are none, and no length is left, it is shrunk a little.
    ///
    /// # Errors
    /// As [`Page::in_form`].
    pub fn stamp(&self, page: &Page, number: u32, form: &Form) -> Result<Page, t4::Error> {
        let strip = render::strip(&self.header(number), form.width, form.resolution);
        let fitted = page.in_form(form)?.without_white_tail(strip.rows)?;
        let room = form.max_rows.saturating_sub(strip.rows);
        match fitted.rows <= room {
            true => fitted.below(&strip),
            false => page.in_form(&Form { max_rows: room, ..*form })?.below(&strip),
        }
    }
}

/// Whether `received` is `sent` with a header line above it: a strip with something in it, the rows
/// of the page, and at its end at most as many white rows less as the strip has.
///
/// # Errors
/// As [`Page::to_bitmap`].
pub fn is_stamped(sent: &Page, received: &Page) -> Result<bool, t4::Error> {
    let strip = render::strip(&Header::default(), sent.width, sent.resolution).rows;
    let (page, whole) = (sent.to_bitmap()?, received.to_bitmap()?);
    let (head, below) =
        whole.as_packed().split_at(whole.stride() * strip.min(whole.rows()) as usize);
    let (kept, cut) = page.as_packed().split_at(below.len().min(page.as_packed().len()));
    let is_white = |rows: &[u8]| rows.iter().all(|octet| *octet == 0);
    let same_kind = (sent.width, sent.resolution) == (received.width, received.resolution);
    let lengths = received.rows >= sent.rows && received.rows <= sent.rows + strip;
    Ok(same_kind && lengths && !is_white(head) && below == kept && is_white(cut))
}

/// How far a clock on the wall is from UTC: `UTC+1`, `UTC-3:30`.
fn utc(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}
