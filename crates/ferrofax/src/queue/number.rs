//! Numbers to dial.

/// The most characters of a number as typed.
const TYPED_CHARS: usize = 64;

/// The most characters that are dialled.
const DIALLED_CHARS: usize = 32;

/// A number that can be dialled, together with the text that was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    typed: String,
    dialled: String,
}

/// Why a text is not a number to dial.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Nothing to dial.
    #[error("the number is empty")]
    Empty,
    /// A character that cannot be dialled.
    #[error("{0:?} cannot be dialled; a number has digits, +, * and #")]
    Character(char),
    /// A plus in the middle.
    #[error("+ stands only at the beginning of a number")]
    Plus,
    /// Too long.
    #[error("a number has at most {DIALLED_CHARS} digits")]
    TooLong,
}

impl Number {
    /// Reads what a person typed. Blanks and `()-./` are dropped, `,` is a pause and dropped on SIP;
    /// dialled are `+ 0-9 * #`.
    ///
    /// # Errors
    /// When nothing is left to dial, or something cannot be dialled.
    pub fn parse(typed: &str) -> Result<Self, NumberError> {
        let typed = typed.trim();
        if typed.chars().count() > TYPED_CHARS {
            return Err(NumberError::TooLong);
        }
        let mut dialled = String::new();
        for c in typed.chars() {
            match c {
                '(' | ')' | '-' | '.' | '/' | ',' => {}
                c if c.is_whitespace() && !c.is_control() => {}
                '+' if dialled.is_empty() => dialled.push(c),
                '+' => return Err(NumberError::Plus),
                '0'..='9' | '*' | '#' => dialled.push(c),
                other => return Err(NumberError::Character(other)),
            }
        }
        match dialled.trim_start_matches('+').len() {
            0 => Err(NumberError::Empty),
            1..=DIALLED_CHARS => Ok(Self { typed: typed.to_owned(), dialled }),
            _ => Err(NumberError::TooLong),
        }
    }

    /// The text as it was typed, kept and shown.
    #[must_use]
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// What is dialled.
    #[must_use]
    pub fn dialled(&self) -> &str {
        &self.dialled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_and_what_is_dialled() {
        let check = |typed: &str, dialled: Result<&str, NumberError>| {
            let number = Number::parse(typed);
            assert_eq!(
                number.as_ref().map(Number::dialled).map_err(Clone::clone),
                dialled,
                "{typed:?}"
            );
        };
        check(" +1 (555) 010-0.1/2", Ok("+1555010012"));
        check("0,555", Ok("0555"));
        check("*31#555", Ok("*31#555"));
        check("", Err(NumberError::Empty));
        check(" - ", Err(NumberError::Empty));
        check("+", Err(NumberError::Empty));
        check("555-CALL", Err(NumberError::Character('C')));
        check("555\n0199", Err(NumberError::Character('\n')));
        check("1+2", Err(NumberError::Plus));
        check(&"1".repeat(33), Err(NumberError::TooLong));
        check(&" ".repeat(65).replace(' ', "-"), Err(NumberError::TooLong));
    }
}
