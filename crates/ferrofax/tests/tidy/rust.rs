//! Just enough of Rust's grammar to tell code from comments and strings, and to find functions.

/// A source file taken apart.
pub(crate) struct Source {
    /// The file with comments and the insides of strings and character literals blanked; lines
    /// and columns are where they were.
    pub(crate) code: String,
    /// Comments; lines that follow each other in the same column and form are one comment.
    pub(crate) comments: Vec<Comment>,
}

pub(crate) struct Comment {
    /// The line it begins on, from 1.
    pub(crate) line: usize,
    /// Its text without slashes, lines joined by blanks.
    pub(crate) text: String,
}

pub(crate) struct Function {
    pub(crate) name: String,
    /// The line of its `fn`, from 1.
    pub(crate) line: usize,
    /// From `fn` to the closing brace.
    pub(crate) lines: usize,
}

pub(crate) fn take_apart(text: &str) -> Source {
    let mut scanner = Scanner {
        rest: text.chars().collect(),
        at: 0,
        line: 1,
        code: String::new(),
        comments: Vec::new(),
    };
    scanner.run();
    Source { code: scanner.code, comments: join_lines(scanner.comments) }
}

/// Every function with a body in `code`, as [`take_apart`] gives it.
pub(crate) fn functions(code: &str) -> Vec<Function> {
    words(code)
        .filter(|&(_, word)| word == "fn")
        .filter_map(|(at, _)| {
            let after = &code[at + 2..];
            let name: String =
                after.trim_start().chars().take_while(|&c| is_word(c)).collect::<String>();
            let body = body_of(after).filter(|_| !name.is_empty())?;
            let line = 1 + code[..at].matches('\n').count();
            Some(Function { name, line, lines: 1 + body.matches('\n').count() })
        })
        .collect()
}

/// The words of `code` with the offset of each.
pub(crate) fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.split(|c| !is_word(c)).filter(|w| !w.is_empty()).map(|w| {
        let at = w.as_ptr() as usize - code.as_ptr() as usize;
        (at, w)
    })
}

pub(crate) fn line_of(code: &str, at: usize) -> usize {
    1 + code[..at].matches('\n').count()
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// From the name of a function to its closing brace; `None` for a declaration.
fn body_of(after_fn: &str) -> Option<&str> {
    let mut open = 0_usize;
    let mut in_body = false;
    for (at, c) in after_fn.char_indices() {
        match c {
            '(' | '[' if !in_body => open += 1,
            ')' | ']' if !in_body => open = open.saturating_sub(1),
            ';' if !in_body && open == 0 => return None,
            '{' if in_body || open == 0 => {
                in_body = true;
                open += 1;
            }
            '}' if in_body => {
                open -= 1;
                if open == 0 {
                    return Some(&after_fn[..=at]);
                }
            }
            _ => {}
        }
    }
    None
}

struct Line {
    line: usize,
    /// `//`, `///` or `//!`; a block comment stands alone.
    form: &'static str,
    text: String,
}

struct Scanner {
    rest: Vec<char>,
    at: usize,
    line: usize,
    code: String,
    comments: Vec<Line>,
}

impl Scanner {
    fn run(&mut self) {
        while let Some(c) = self.peek(0) {
            match (c, self.peek(1)) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(),
                ('r', Some('"' | '#')) if self.begins_raw_string() => self.raw_string(),
                ('\'', Some('\\')) => self.character(),
                ('\'', Some(inner)) if inner != '\'' && self.peek(2) == Some('\'') => {
                    self.character();
                }
                _ => self.keep(),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at + ahead).copied()
    }

    fn keep(&mut self) {
        if let Some(c) = self.peek(0) {
            self.code.push(c);
            self.step(c);
        }
    }

    fn blank(&mut self) {
        if let Some(c) = self.peek(0) {
            self.code.push(if c == '\n' { '\n' } else { ' ' });
            self.step(c);
        }
    }

    fn step(&mut self, c: char) {
        self.at += 1;
        self.line += usize::from(c == '\n');
    }

    fn line_comment(&mut self) {
        let line = self.line;
        let begin = self.at;
        while self.peek(0).is_some_and(|c| c != '\n') {
            self.blank();
        }
        let whole: String = self.rest[begin..self.at].iter().collect();
        let form = match whole.get(..3) {
            Some("///") if !whole.starts_with("////") => "///",
            Some("//!") => "//!",
            _ => "//",
        };
        let text = whole.trim_start_matches(['/', '!']).trim().to_owned();
        self.comments.push(Line { line, form, text });
    }

    fn block_comment(&mut self) {
        let line = self.line;
        let begin = self.at;
        let mut depth = 0_usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => {
                    depth += 1;
                    self.blank();
                }
                (Some('*'), Some('/')) => {
                    depth -= 1;
                    self.blank();
                }
                (None, _) => break,
                _ => {}
            }
            self.blank();
            if depth == 0 {
                break;
            }
        }
        let text: String = self.rest[begin..self.at].iter().collect();
        self.comments.push(Line { line, form: "/*", text });
    }

    fn string(&mut self) {
        self.keep();
        while let Some(c) = self.peek(0) {
            match c {
                '"' => return self.keep(),
                '\\' => {
                    self.blank();
                    self.blank();
                }
                _ => self.blank(),
            }
        }
    }

    /// Whether the `r` here begins a raw string; `r#name` is a raw identifier.
    fn begins_raw_string(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.rest.get(at));
        let in_word = before.is_some_and(|&c| is_word(c) && c != 'b' && c != 'c');
        let hashes = self.hashes(1);
        !in_word && self.peek(1 + hashes) == Some('"')
    }

    fn hashes(&self, ahead: usize) -> usize {
        self.rest.iter().skip(self.at + ahead).take_while(|&&c| c == '#').count()
    }

    fn raw_string(&mut self) {
        let hashes = self.hashes(1);
        for _ in 0..hashes + 2 {
            self.keep();
        }
        while let Some(c) = self.peek(0) {
            if c == '"' && self.hashes(1) >= hashes {
                for _ in 0..=hashes {
                    self.keep();
                }
                return;
            }
            self.blank();
        }
    }

    fn character(&mut self) {
        self.keep();
        if self.peek(0) == Some('\\') {
            self.blank();
        }
        self.blank();
        while self.peek(0).is_some_and(|c| c != '\'' && c != '\n') {
            self.blank();
        }
        self.keep();
    }
}

fn join_lines(lines: Vec<Line>) -> Vec<Comment> {
    let mut comments: Vec<Comment> = Vec::new();
    let mut last = None;
    for line in lines {
        let follows = line.form != "/*" && last == Some((line.line.wrapping_sub(1), line.form));
        last = Some((line.line, line.form));
        match comments.last_mut() {
            Some(comment) if follows => {
                comment.text.push(' ');
                comment.text.push_str(&line.text);
            }
            _ => comments.push(Comment { line: line.line, text: line.text }),
        }
    }
    comments
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRICKY: &str = r##"
/// One.
/// Two.
fn a<'x>(s: &'x [u8; 2]) -> char { // {
    let _ = "}\" {"; /* } /* { */ } */
    let _ = r#"}"{"#; let _ = b"}"; let _ = ('{', '\'', '\u{7d}', b'}');
    '}'
}
fn declared(&self);
fn b() {
    fn inner() {}
    let r#fn = 1;
}
"##;

    #[test]
    fn braces_in_strings_comments_and_characters_do_not_count() {
        let source = take_apart(TRICKY);
        let found: Vec<(String, usize, usize)> = functions(&source.code)
            .into_iter()
            .map(|f| (f.name, f.line, f.lines))
            .filter(|f| !f.0.is_empty())
            .collect();
        let expected = [("a", 4, 5), ("b", 10, 4), ("inner", 11, 1)];
        let expected: Vec<(String, usize, usize)> =
            expected.iter().map(|&(n, l, c)| (n.to_owned(), l, c)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn comments_are_joined_by_form() {
        let source = take_apart(TRICKY);
        let texts: Vec<&str> = source.comments.iter().map(|c| c.text.as_str()).collect();
        assert_eq!(texts, ["One. Two.", "{", "/* } /* { */ } */"]);
    }

    #[test]
    fn a_lifetime_is_no_character() {
        let source = take_apart("fn f<'a>(x: &'a str, y: &'a str) { g('b') }");
        assert_eq!(source.code, "fn f<'a>(x: &'a str, y: &'a str) { g(' ') }");
    }
}
