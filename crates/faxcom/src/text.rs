//! How texts are made fit to travel.

/// The most characters of a station id. T.30 5.3.6.2.4.
const STATION_ID_CHARS: usize = 20;

/// A TSID or CSID as the Fax Service Client API takes it: characters outside 0x20..0x7E are
/// removed, what is longer than 20 is cut. faxcom IFaxDoc::Tsid.
pub(crate) fn station_id(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~')).take(STATION_ID_CHARS).collect()
}

/// A text of one line: a control character becomes a blank.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A text of several lines: a control character that ends no line becomes a blank.
pub(crate) fn lines(text: &str) -> String {
    let fits = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    text.chars().map(|c| if fits(c) { c } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_station_id_keeps_what_a_station_can_show() {
        assert_eq!(
            station_id("\u{e9}+1 555\t0100\u{7f} and more than twenty"),
            "+1 5550100 and more "
        );
        assert_eq!(station_id(""), "");
    }

    #[test]
    fn control_characters_become_blanks_and_line_ends_stay_where_lines_are_allowed() {
        assert_eq!(one_line("a\r\nb\0c\u{85}"), "a  b c ");
        assert_eq!(lines("a\r\n\tb\0c\u{85}"), "a\r\n\tb c ");
    }
}
