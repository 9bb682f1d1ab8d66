//! How a standard is cited: `T.30 5.4.2`, `T.30 Annex A 5.4.1`, `Table 2/T.30`,
//! `Figure 5-2b/T.30`, `RFC 3261 17.1.1.2`, `faxcom IFaxJob::SetStatus`.

use crate::rust::is_word;

const RECOMMENDATIONS: [&str; 4] = ["T.30", "T.38", "T.4", "T.6"];
/// Words that the grammar leaves out.
const CLAUSE_WORDS: [&str; 9] =
    ["section", "clause", "chapter", "paragraph", "sec", "para", "subclause", "ch", "art"];
const PICTURE_WORDS: [&str; 4] = ["table", "figure", "fig", "tab"];

/// What is wrong with the citations in `text`, each with the place it is at.
pub(crate) fn faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut say = |at: usize, what: &str| {
        let excerpt: String = text[at..].chars().take(40).collect();
        faults.push(format!("{what}: `{excerpt}`"));
    };
    for (at, _) in text.match_indices('\u{a7}') {
        say(at, "a clause is cited without a section sign");
    }
    for name in RECOMMENDATIONS {
        for at in mentions(text, name) {
            if let Some(what) = after_name(&text[at + name.len()..]) {
                say(at, what);
            }
            if let Some(what) = before_name(&text[..at]) {
                say(at, what);
            }
        }
        let without_dot = name.replace('.', "");
        for at in mentions(text, &without_dot) {
            if leads_to_number(&text[at + without_dot.len()..]) {
                say(at, "the name of a Recommendation has a dot");
            }
        }
    }
    for at in mentions(text, "RFC").chain(joined_rfc(text)) {
        if let Some(what) = rfc(&text[at + 3..]) {
            say(at, what);
        }
    }
    for (at, word) in lower_words(text) {
        if CLAUSE_WORDS.contains(&word.as_str()) && leads_to_dotted(&text[at + word.len()..]) {
            say(at, "a clause is cited by its number alone");
        }
    }
    for at in fax_interfaces(text) {
        if let Some(what) = interface(text, at) {
            say(at, what);
        }
    }
    faults
}

/// Offsets of `name` where it is a word of its own.
fn mentions(text: &str, name: &str) -> impl Iterator<Item = usize> {
    text.match_indices(name).map(|(at, _)| at).filter(move |&at| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(|c| is_word(c) || c == '.' || c == '-' || c == '"')
            && !after.is_some_and(is_word)
    })
}

fn after_name(rest: &str) -> Option<&'static str> {
    let mut chars = rest.chars();
    if chars.next() == Some('.') && chars.next().is_some_and(|c| c.is_ascii_digit()) {
        return Some("a blank stands before the clause");
    }
    let (gap, token) = gap_and_token(rest);
    let dotted = is_clause(token) && token.contains('.');
    match gap {
        " " => clause_or_word(token, &rest[1..]),
        "/" | "-" | ":" | ", " | ": " | " - " | ",  " if dotted => {
            Some("one blank stands before the clause")
        }
        _ => None,
    }
}

/// What follows the name after one blank.
fn clause_or_word(token: &str, rest: &str) -> Option<&'static str> {
    let digits = token.starts_with(|c: char| c.is_ascii_digit());
    if digits && token.contains('.') && !token.contains("..") && !is_clause(token) {
        return Some("a clause is numbers with dots between them");
    }
    let (gap, next) = gap_and_token(&rest[token.len()..]);
    let low = token.to_ascii_lowercase();
    if CLAUSE_WORDS.contains(&low.as_str()) && is_clause(next) {
        return Some("a clause is cited by its number alone");
    }
    if PICTURE_WORDS.contains(&low.as_str())
        && gap.starts_with(['.', ' '])
        && next.starts_with(|c: char| c.is_ascii_digit())
    {
        return Some("a table or figure stands first, as in Table 2/T.30");
    }
    if (token == "Annex" || token == "Appendix") && next.contains('.') {
        return Some("a blank stands between an annex and its clause, as in Annex A 5.4.1");
    }
    if low == "annex" && token != "Annex" {
        return Some("Annex has a capital letter");
    }
    None
}

/// `Table 2 of T.30`, `table 2/T.30`, `Fig. 2/T.4`.
fn before_name(before: &str) -> Option<&'static str> {
    let tokens: Vec<&str> = before.split(' ').rev().take(4).collect();
    let picture = |word: &str| {
        let low = word.trim_matches(|c: char| !is_word(c)).to_ascii_lowercase();
        PICTURE_WORDS.contains(&low.trim_end_matches('s'))
    };
    let number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    match tokens.as_slice() {
        [id, word, ..] if id.ends_with('/') && number(id) && picture(word) => {
            let word = word.trim_start_matches(|c: char| !is_word(c));
            let full = matches!(word, "Table" | "Figure" | "Tables" | "Figures");
            (!full).then_some("Table and Figure are written out with a capital letter")
        }
        ["", "of" | "in", id, word, ..] if number(id) && picture(word) => {
            Some("a table or figure is cited as Table 2/T.30")
        }
        ["", id, word, ..] if number(id) && picture(word) => {
            Some("a table or figure is cited as Table 2/T.30")
        }
        _ => None,
    }
}

/// `RFC3261`, which is no word `RFC`.
fn joined_rfc(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices("RFC").map(|(at, _)| at).filter(|&at| {
        !text[..at].ends_with(is_word)
            && text[at + 3..].starts_with(|c: char| c.is_ascii_digit() || c == '-')
    })
}

fn rfc(rest: &str) -> Option<&'static str> {
    let (gap, number) = gap_and_token(rest);
    let number = number.trim_end_matches('.');
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if gap != " " || !number.chars().all(|c| c.is_ascii_digit()) {
        return Some("an RFC is cited as RFC 3261");
    }
    after_name(&rest[1 + number.len()..])
}

fn fax_interfaces(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices("IFax").map(|(at, _)| at).filter(|&at| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|c| is_word(c) || c == ':')
            && text[at + 4..].starts_with(|c: char| c.is_ascii_uppercase())
    })
}

fn interface(text: &str, at: usize) -> Option<&'static str> {
    if !text[..at].ends_with("faxcom ") {
        return Some("an interface of the manual is cited as faxcom IFaxJob::SetStatus");
    }
    let after = text[at..].trim_start_matches(is_word);
    let mut chars = after.chars();
    (chars.next() == Some('.') && chars.next().is_some_and(is_word))
        .then_some("a member is cited as faxcom IFaxJob::SetStatus")
}

fn lower_words(text: &str) -> impl Iterator<Item = (usize, String)> {
    crate::rust::words(text).map(|(at, word)| (at, word.to_ascii_lowercase()))
}

/// What stands before the next word-like token, and that token without a final stop.
fn gap_and_token(rest: &str) -> (&str, &str) {
    let begin = rest.find(|c: char| c.is_alphanumeric()).unwrap_or(rest.len());
    let (gap, rest) = rest.split_at(begin);
    let end = rest.find(|c: char| !is_word(c) && c != '.').unwrap_or(rest.len());
    (gap, rest[..end].trim_end_matches('.'))
}

fn leads_to_number(rest: &str) -> bool {
    let (gap, token) = gap_and_token(rest);
    gap == " " && is_clause(token)
}

fn leads_to_dotted(rest: &str) -> bool {
    let (gap, token) = gap_and_token(rest);
    matches!(gap, " " | ". ") && is_clause(token) && token.contains('.')
}

/// `5`, `5.4.2`, `D.2.1`, `5.3.6.2.4a`.
fn is_clause(token: &str) -> bool {
    if RECOMMENDATIONS.contains(&token) {
        return false;
    }
    let mut parts = token.split('.');
    let first = parts.next().unwrap_or_default();
    let annex = first.len() == 1 && first.starts_with(|c: char| c.is_ascii_uppercase());
    let number = |part: &str| {
        let digits = part.trim_end_matches(|c: char| c.is_ascii_lowercase());
        part.len() - digits.len() <= 1
            && !digits.is_empty()
            && digits.chars().all(|c| c.is_ascii_digit())
    };
    (annex && token.contains('.') || number(first)) && parts.all(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_accepted() {
        for good in [
            "The page is resent. T.30 5.4.2.",
            "T.30 5.4.3.1: three seconds",
            "T.30 Annex A 5.4.1, T.38 Annex D",
            "Bits 11 to 14 of Table 2/T.30.",
            "Tables 2/T.4 and 3a/T.4, Figure 5-2b/T.30",
            "RFC 3261 17.1.1.2 and RFC 3264.",
            "faxcom IFaxJob::SetStatus",
            "T.38 D.2.1.3",
            "the T.4 2-D code, T.38 version 0, T.6",
            "T38FaxVersion, t4::Page",
            "(T.30) 5 times",
            "RFC 3264, T.38 Annex D",
        ] {
            assert_eq!(faults(good), [""; 0], "{good}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for bad in [
            "T.30 \u{a7} 5.4.2",
            "T.30 section 5.4.2",
            "T.30 Section 5",
            "T.30, 5.4.2",
            "T.30/5.4.2",
            "T.30:5.4.2",
            "T.4.1",
            "T30 5.4.2",
            "see clause 5.4.2",
            "Table 2 of T.30",
            "table 2/T.30",
            "Fig. 5/T.4",
            "T.30 Table 2",
            "T.30 Annex A.5.4",
            "T.30 5.4.x",
            "RFC3261",
            "RFC-3261",
            "RFC 3261, 17.1",
            "RFC 3261 section 17.1",
            "see IFaxJob::SetStatus",
            "faxcom IFaxJob.SetStatus",
        ] {
            assert_ne!(faults(bad), [""; 0], "{bad}");
        }
    }
}
