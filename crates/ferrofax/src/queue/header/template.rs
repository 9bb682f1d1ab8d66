//! What a header line says: texts with fields in braces, as an operator writes them.

use std::fmt;

/// The longest template, in characters.
const MAX_TEMPLATE: usize = 200;

/// What a template can have in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
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
    pub(super) fn fill(&self, value: impl Fn(Field) -> String) -> String {
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

impl HeaderText {
    /// What the law of the United States wants in a header line and no template has, in words.
    /// 47 CFR 68.318(d).
    #[must_use]
    pub fn lacks(&self) -> Vec<&'static str> {
        let templates = [&self.left, &self.middle, &self.right];
        let has =
            |field| templates.iter().any(|template| template.parts.contains(&Part::Field(field)));
        let wanted = [
            ("{date}", has(Field::Date)),
            ("{time}", has(Field::Time)),
            ("{company} or {name}", has(Field::Company) || has(Field::Name)),
            ("{number}", has(Field::Number)),
        ];
        wanted.iter().filter(|(_, has)| !has).map(|(words, _)| *words).collect()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_template_is_explained() {
        let why = |text: &str| Template::parse(text).unwrap_err();
        assert!(why("{Date}").starts_with("there is no {Date}; there are {date}, "));
        assert_eq!(why("a } b"), "a } closes nothing; to print one, write }}");
        assert_eq!(why("{page"), "a { is not closed; to print one, write {{");
        assert_eq!(why(&"x".repeat(201)), "it is longer than 200 characters");
    }

    #[test]
    fn what_the_law_wants_and_no_template_has_is_told() {
        assert!(HeaderText::default().lacks().is_empty());
        let bare = HeaderText {
            middle: Template::parse("{company}").unwrap(),
            left: Template::parse("{page}, {{date}}").unwrap(),
            ..HeaderText::default()
        };
        assert_eq!(bare.lacks(), ["{date}", "{time}", "{number}"]);
    }
}
