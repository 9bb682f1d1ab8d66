//! The header line: who sends, when, to whom, and which page it is, in a strip above each page.
//! faxcom IFaxServer::put_Branding

mod template;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use render::Header;
use t4::{Form, Page};

use self::template::Field;
pub use self::template::{HeaderText, Template};
use crate::document::InstalledFonts;
use crate::store::{Job, PortId};

/// The most characters of a name and a company together: a number behind them still fits on A4.
const MAX_WHO: usize = 64;

/// What stands for the end of a text that is too long.
const ELLIPSIS: char = '\u{2026}';

/// The header lines of a line: their text, and who sends when a job does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineHeader {
    /// What stands in them.
    pub text: HeaderText,
    /// The company of jobs that name none.
    pub company: String,
}

/// The header lines of all lines, and what they are written with.
#[derive(Debug, Clone, Default)]
pub struct Headers {
    /// What each line says.
    pub lines: HashMap<PortId, LineHeader>,
    /// The fonts for what the built-in ones do not show.
    pub fonts: InstalledFonts,
}

/// The header lines of one call.
#[derive(Debug, Clone)]
pub struct HeaderLine {
    fonts: InstalledFonts,
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
    /// The header lines of a call on this line for `job` that begins at `at_us` (microseconds UTC), by the clock on
    /// the wall of `zone`.
    #[must_use]
    pub fn new(headers: &Headers, port: PortId, job: &Job, at_us: i64, zone: TimeZone) -> Self {
        let line = headers.lines.get(&port).cloned().unwrap_or_default();
        let at = Timestamp::from_microsecond(at_us).unwrap_or_default().to_zoned(zone);
        let company = match job.sender_company.trim() {
            "" => &line.company,
            company => company,
        };
        let (name, company) = who(&job.sender_name, company);
        Self {
            fonts: headers.fonts.clone(),
            text: line.text,
            date: at.strftime("%Y-%m-%d").to_string(),
            time: clock(&at),
            name: apart(&name),
            company: apart(&company),
            number: apart(&job.ident),
            to: apart(&job.number),
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
        let fonts: Arc<dyn render::Fonts> = Arc::new(self.fonts.clone());
        let strip = render::strip(&self.header(number), form.width, form.resolution, &fonts);
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
    let strip = render::strip_rows(sent.resolution);
    let (page, whole) = (sent.to_bitmap()?, received.to_bitmap()?);
    let (head, below) =
        whole.as_packed().split_at(whole.stride() * strip.min(whole.rows()) as usize);
    let (kept, cut) = page.as_packed().split_at(below.len().min(page.as_packed().len()));
    let is_white = |rows: &[u8]| rows.iter().all(|octet| *octet == 0);
    let same_kind = (sent.width, sent.resolution) == (received.width, received.resolution);
    let lengths = received.rows >= sent.rows && received.rows <= sent.rows + strip;
    Ok(same_kind && lengths && !is_white(head) && below == kept && is_white(cut))
}

/// Name and company, the longer one cut so that there is room for a number behind them.
fn who(name: &str, company: &str) -> (String, String) {
    let (name, company): (Vec<char>, Vec<char>) =
        (name.trim().chars().collect(), company.trim().chars().collect());
    let most = |own: usize, other: usize| (MAX_WHO / 2).max(MAX_WHO.saturating_sub(other)).min(own);
    let cut = |text: &[char], most: usize| match text.get(..most.saturating_sub(1)) {
        Some(kept) if most < text.len() => {
            format!("{}{ELLIPSIS}", kept.iter().collect::<String>().trim_end())
        }
        _ => text.iter().collect(),
    };
    (cut(&name, most(name.len(), company.len())), cut(&company, most(company.len(), name.len())))
}

/// A text whose direction says nothing to what stands around it: the groups of a number stay in their
/// order beside an Arabic name. Unicode Bidirectional Algorithm 2.4.
fn apart(text: &str) -> String {
    let directed = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text: String = text.chars().filter(|c| !directed(c)).collect();
    match text.trim() {
        "" => String::new(),
        text => format!("\u{2068}{text}\u{2069}"),
    }
}

/// The time of day, and how far it is from UTC: `14:05 UTC+1`, `09:35 UTC-3:30`.
fn clock(at: &Zoned) -> String {
    format!("{} {}", at.strftime("%H:%M"), utc(at.offset()))
}

fn utc(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use t4::{Bitmap, Resolution};

    /// The header lines of a call at 13:05 UTC, by a clock so many minutes ahead of it.
    fn line(text: HeaderText, minutes: i32) -> HeaderLine {
        let at = "2026-11-22T13:05:59Z".parse::<Timestamp>().unwrap();
        let offset = Offset::from_seconds(minutes * 60).unwrap();
        let at = at.to_zoned(TimeZone::fixed(offset));
        HeaderLine {
            fonts: InstalledFonts::default(),
            text,
            date: at.strftime("%Y-%m-%d").to_string(),
            time: clock(&at),
            name: apart("Ada  Lovelace"),
            company: String::new(),
            number: apart("+1 555 0100"),
            to: apart("555 0199"),
            pages: 12,
        }
    }

    /// The texts as one reads them.
    fn texts(header: Header) -> [String; 3] {
        [header.left, header.middle, header.right]
            .map(|text| text.replace(['\u{2068}', '\u{2069}'], ""))
    }

    #[test]
    fn long_names_leave_room_for_the_number() {
        let (ada, long) = ("Ada".to_owned(), "Engines of Leeds ".repeat(9));
        let (name, company) = who(&ada, &long);
        assert_eq!((name, company.chars().count()), (ada.clone(), 61));
        assert!(company.ends_with("Leeds\u{2026}") || company.ends_with('\u{2026}'));
        let (name, company) = who(&long, &long);
        assert!(name == company && name.chars().count() <= 32, "{name}");
        assert_eq!(who(&ada, "Engines"), (ada, "Engines".to_owned()));
    }

    #[test]
    fn a_text_keeps_its_direction_to_itself() {
        assert_eq!(apart(" \u{202e}ab\u{2069}c "), "\u{2068}abc\u{2069}");
        assert_eq!(apart(" \u{202e} "), "");
    }

    #[test]
    fn a_header_line_says_when_who_and_which_page() {
        let header = line(HeaderText::default(), 60).header(3);
        let wanted = ["2026-11-22 14:05 UTC+1", "Ada Lovelace +1 555 0100", "page 3 of 12"];
        assert_eq!(texts(header), wanted);
        let custom = HeaderText {
            left: Template::parse("{{{page}}}").unwrap(),
            middle: Template::parse("{to} {company} ").unwrap(),
            right: Template::parse("").unwrap(),
        };
        assert_eq!(texts(line(custom, 0).header(1)), ["{1}", "555 0199", ""]);
    }

    #[test]
    fn a_time_tells_how_far_it_is_from_utc() {
        let time = |minutes| line(HeaderText::default(), minutes).time;
        assert_eq!([time(0), time(-540)], ["13:05 UTC", "04:05 UTC-9"]);
        assert_eq!([time(345), time(-210)], ["18:50 UTC+5:45", "09:35 UTC-3:30"]);
    }

    /// A page with black in its first and in row `last` (from 0), of so many rows.
    fn page(rows: u32, last: u32) -> Page {
        let mut bitmap = Bitmap::new(1728, rows).unwrap();
        (100..900).for_each(|x| {
            bitmap.set(x, 0, true);
            bitmap.set(x, last, true);
        });
        Page::from_bitmap(&bitmap, Resolution::Fine)
    }

    #[test]
    fn a_stamped_page_is_below_its_strip_and_no_longer_than_the_far_end_takes() {
        let line = line(HeaderText::default(), 60);
        let fine = |max_rows| Form { width: 1728, resolution: Resolution::Fine, max_rows };
        let height = render::strip_rows(Resolution::Fine);
        let stamp = |page: &Page, form| line.stamp(page, 1, &form).unwrap();
        // White rows make room.
        let sent = page(2287, 2000);
        let stamped = stamp(&sent, fine(2334));
        assert_eq!((stamped.rows, is_stamped(&sent, &stamped)), (2287, Ok(true)));
        // There are none, and the paper has some length left.
        let sent = page(2287, 2286);
        let stamped = stamp(&sent, fine(2334.max(2287 + height)));
        assert_eq!((stamped.rows, is_stamped(&sent, &stamped)), (2287 + height, Ok(true)));
        // It has none.
        let stamped = stamp(&page(2287, 2286), fine(2300));
        assert!(fine(2300).takes(&stamped) && stamped.rows > 2290, "{}", stamped.rows);
        let standard = Form { resolution: Resolution::Standard, max_rows: 1144, ..fine(0) };
        let stamped = stamp(&page(2287, 2286), standard);
        assert!(
            standard.takes(&stamped) && render::strip_rows(standard.resolution) < height,
            "{}",
            stamped.rows
        );
    }

    #[test]
    fn what_is_not_the_page_below_a_header_line_is_found_out() {
        let line = line(HeaderText::default(), 60);
        let form = Form { width: 1728, resolution: Resolution::Fine, max_rows: 2334 };
        let sent = page(400, 300);
        assert_eq!(is_stamped(&sent, &sent), Ok(false));
        let other = line.stamp(&page(400, 301), 1, &form).unwrap();
        assert_eq!(is_stamped(&sent, &other), Ok(false));
        let shorter = line.stamp(&page(350, 300), 1, &form).unwrap();
        assert_eq!(is_stamped(&sent, &shorter), Ok(false));
    }
}
