//! What the documents say, to be compared with the code.

use std::collections::BTreeSet;

use crate::rust;
use crate::tree::{self, File};

/// A fenced block of a Markdown file.
pub(crate) struct Block {
    /// The line of its fence, from 1.
    pub(crate) line: usize,
    pub(crate) language: String,
    pub(crate) text: String,
}

pub(crate) fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for (number, line) in markdown.lines().enumerate() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            inside = !inside;
            if inside {
                let language = language.trim().to_owned();
                blocks.push(Block { line: number + 1, language, text: String::new() });
            }
        } else if let Some(block) = blocks.last_mut().filter(|_| inside) {
            block.text.push_str(line);
            block.text.push('\n');
        }
    }
    blocks
}

/// The `code spans` outside of fenced blocks.
pub(crate) fn code_spans(markdown: &str) -> Vec<String> {
    let mut inside = false;
    let mut spans = Vec::new();
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            spans.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    spans
}

/// The commands in the blocks of `language` `sh`, one a line, without comments and prompt.
pub(crate) fn commands(markdown: &str) -> Vec<String> {
    blocks(markdown)
        .iter()
        .filter(|b| b.language == "sh")
        .flat_map(|b| b.text.lines())
        .map(|line| line.split(" #").next().unwrap_or(line).trim().trim_start_matches("$ "))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

/// The part of `markdown` below `heading`, to the next heading of the same or a higher level.
pub(crate) fn section<'a>(markdown: &'a str, heading: &str) -> Option<&'a str> {
    let level = heading.chars().take_while(|&c| c == '#').count();
    let begin = markdown.find(&format!("{heading}\n"))? + heading.len();
    let rest = &markdown[begin..];
    let end = rest.match_indices("\n#").find(|&(at, _)| {
        let hashes = rest[at + 1..].chars().take_while(|&c| c == '#').count();
        hashes <= level
    });
    Some(&rest[..end.map_or(rest.len(), |(at, _)| at)])
}

/// The names in list items of the form "- `name`, `name`: ...".
pub(crate) fn listed(section: &str) -> BTreeSet<String> {
    section
        .lines()
        .filter(|line| line.starts_with("- `"))
        .filter_map(|line| line.split(':').next())
        .flat_map(|names| names.split('`').skip(1).step_by(2))
        .map(|name| name.trim_end_matches('/').to_owned())
        .collect()
}

/// The crates that have a heading of the form "### `crates/name`".
pub(crate) fn headed_crates(markdown: &str) -> BTreeSet<String> {
    markdown
        .lines()
        .filter_map(|line| line.strip_prefix("### `crates/"))
        .map(|rest| rest.trim_end_matches('`').to_owned())
        .collect()
}

/// The modules that a source file declares, those of tests left out.
pub(crate) fn modules(source: &str) -> BTreeSet<String> {
    let code = rust::take_apart(source).code;
    let mut words = rust::words(&code).map(|(_, w)| w).peekable();
    let mut modules = BTreeSet::new();
    while let Some(word) = words.next() {
        if word == "mod" {
            modules.extend(words.peek().filter(|&&w| w != "tests").map(|&w| w.to_owned()));
        }
    }
    modules
}

/// Paths in code spans that do not exist.
pub(crate) fn missing_paths(markdown: &str) -> Vec<String> {
    let begins = ["crates/", ".ci/", "fuzz/", "docs/", "src/"];
    code_spans(markdown)
        .into_iter()
        .filter(|span| begins.iter().any(|b| span.starts_with(b)))
        .filter(|span| !span.contains(['*', ' ', '<', '{']))
        .filter(|span| !tree::root().join(span.trim_end_matches('/')).exists())
        .collect()
}

/// Code spans of the form `crate::Name` that name nothing in that crate.
pub(crate) fn missing_names(markdown: &str, crates: &[String], files: &[File]) -> Vec<String> {
    code_spans(markdown)
        .into_iter()
        .filter(|span| {
            let Some((krate, path)) = span.split_once("::") else { return false };
            let home = format!("crates/{krate}/src/");
            crates.iter().any(|c| c == krate)
                && !path.split(|c| !rust::is_word(c)).filter(|w| !w.is_empty()).all(|name| {
                    files
                        .iter()
                        .filter(|f| f.path.starts_with(&home))
                        .any(|f| knows(&f.path, &f.text, name))
                })
        })
        .collect()
}

fn knows(path: &str, text: &str, name: &str) -> bool {
    path.contains(&format!("/{name}")) || rust::words(text).any(|(_, word)| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "# T\n\n```sh\n$ ferrofax demo  # look\n# no\n```\n\n## Map\n\
        ### `crates/a`\n- `x`: one\n- `y/`, `w`: two `crates/nowhere`\n### `crates/b`\n- `z`\n## End\n";

    #[test]
    fn documents_are_read() {
        assert_eq!(commands(SAMPLE), ["ferrofax demo"]);
        assert_eq!(headed_crates(SAMPLE).into_iter().collect::<Vec<_>>(), ["a", "b"]);
        let a = section(SAMPLE, "### `crates/a`").expect("the section is there");
        assert_eq!(listed(a).into_iter().collect::<Vec<_>>(), ["w", "x", "y"]);
        let map = section(SAMPLE, "## Map").expect("the section is there");
        assert_eq!(listed(map).len(), 4);
        assert_eq!(blocks(SAMPLE)[0].line, 3);
        assert_eq!(missing_paths(SAMPLE), ["crates/a", "crates/nowhere", "crates/b"]);
    }

    #[test]
    fn modules_are_found() {
        let source = "pub mod a;\nmod b { }\n// mod c;\n#[cfg(test)]\nmod tests;\n";
        assert_eq!(modules(source).into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_name_that_is_nowhere_is_found() {
        let files = [File {
            path: "crates/g3/src/call.rs".to_owned(),
            text: "pub struct Call; impl Call { pub fn poll(&self) {} }".to_owned(),
        }];
        let text = "`g3::Call::poll` `g3::Call::push()` `std::fs` `g3::call`";
        assert_eq!(missing_names(text, &["g3".to_owned()], &files), ["g3::Call::push()"]);
    }
}
