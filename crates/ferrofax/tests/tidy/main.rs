//! The rules of the house that no compiler checks. Each test names every place that breaks one.
//!
//! `cargo test -p ferrofax --test tidy -- --nocapture` also names the largest file and function.

mod citation;
mod commands;
mod docs;
mod manifest;
mod rust;
mod state;
mod tree;

use std::collections::BTreeSet;

use tree::File;

/// The most lines of a Rust file, tests included.
const FILE_LINES: usize = 700;
/// The most lines of a function.
const FUNCTION_LINES: usize = 90;
/// The most lines of the README, and the line by which its first command stands there.
const README_LINES: usize = 120;
const FIRST_COMMAND_LINE: usize = 20;
/// The shortest reason for work that is left to do, in characters.
const REASON_CHARS: usize = 25;

/// Which crate uses which: in the product, and in tests only.
const EDGES: [(&str, &[&str], &[&str]); 7] = [
    ("faxcom", &["t4"], &[]),
    ("faxcom-dll", &["faxcom"], &[]),
    ("ferrofax", &["faxcom", "g3", "render", "t4"], &["sim"]),
    ("g3", &["t4"], &[]),
    ("render", &["t4"], &[]),
    ("sim", &["g3", "t4"], &[]),
    ("t4", &[], &[]),
];

/// The one crate that may be unsafe, where COM's raw pointers end.
const UNSAFE: &str = "faxcom-dll";

/// The crates without clock, socket, disk and log.
const NO_STD: [&str; 2] = ["g3", "t4"];

/// The crate whose files open nothing, and what that is.
const OPENS_NOTHING: &str = "crates/render/src/";
const OPENERS: [&str; 5] = ["std::env", "std::fs", "std::net", "std::process", "std::thread"];

#[track_caller]
fn nothing_in(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

fn rust_files() -> Vec<File> {
    let files: Vec<File> = tree::files().into_iter().filter(File::is_rust).collect();
    assert!(files.len() > 10, "only {} Rust files found", files.len());
    files
}

#[test]
fn crates_use_each_other_in_one_direction() {
    let strings = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let allowed = EDGES.map(|(name, uses, tests_use)| manifest::Edges {
        name: name.to_owned(),
        uses: strings(uses),
        tests_use: strings(tests_use),
    });
    assert_eq!(manifest::edges(), allowed);
}

#[test]
fn manifests_take_everything_from_the_workspace() {
    let findings: Vec<String> =
        manifest::crate_names().iter().flat_map(|n| manifest::not_inherited(n)).collect();
    nothing_in(&findings);
}

#[test]
fn the_toolchain_is_the_stated_one() {
    let workspace = manifest::parse("Cargo.toml");
    let pinned = manifest::parse("rust-toolchain.toml");
    let stated = workspace["workspace"]["package"]["rust-version"].as_str().expect("a string");
    let channel = pinned["toolchain"]["channel"].as_str().expect("a string");
    assert!(channel.starts_with(stated), "{channel} is pinned, {stated} is stated");
}

#[test]
fn engines_have_no_std() {
    let mut findings = Vec::new();
    for name in NO_STD {
        let lib = rust::take_apart(&tree::read(&format!("crates/{name}/src/lib.rs"))).code;
        if !lib.lines().any(|line| line.trim() == "#![no_std]") {
            findings.push(format!("crates/{name}/src/lib.rs: no #![no_std]"));
        }
    }
    for file in rust_files() {
        let engine = NO_STD.iter().any(|n| file.path.starts_with(&format!("crates/{n}/src/")));
        let lines: Vec<&str> = file.text.lines().collect();
        let std_comes_in = lines.iter().position(|l| l.trim() == "extern crate std;");
        if let Some(at) = std_comes_in.filter(|_| engine)
            && at.checked_sub(1).and_then(|b| lines.get(b)) != Some(&"#[cfg(test)]")
        {
            findings.push(format!("{}:{}: std outside of tests", file.path, at + 1));
        }
    }
    nothing_in(&findings);
}

#[test]
fn rendering_opens_nothing() {
    let mut findings = Vec::new();
    let files = rust_files().into_iter().filter(|file| file.path.starts_with(OPENS_NOTHING));
    let mut looked_at = 0;
    for file in files {
        looked_at += 1;
        let code = rust::take_apart(&file.text).code;
        for opener in OPENERS {
            if let Some(at) = code.find(opener) {
                let line = rust::line_of(&code, at);
                findings.push(format!("{}:{line}: {opener} in rendering", file.path));
            }
        }
    }
    assert!(looked_at > 10, "only {looked_at} files of rendering");
    nothing_in(&findings);
}

#[test]
fn nothing_else_is_unsafe() {
    let mut findings = Vec::new();
    let home = format!("crates/{UNSAFE}/src/");
    for file in rust_files().into_iter().filter(|file| !file.path.starts_with(&home)) {
        let code = rust::take_apart(&file.text).code;
        for (at, _) in rust::words(&code).filter(|&(_, word)| word == "unsafe") {
            findings.push(format!("{}:{}: unsafe", file.path, rust::line_of(&code, at)));
        }
    }
    nothing_in(&findings);
    let workspace = manifest::parse("Cargo.toml");
    let level = &workspace["workspace"]["lints"]["rust"]["unsafe_code"];
    assert_eq!(level.as_str(), Some("forbid"));
}

#[test]
fn files_are_short() {
    let lengths = rust_files().into_iter().map(|f| (f.text.lines().count(), f.path));
    let mut lengths: Vec<(usize, String)> = lengths.collect();
    lengths.sort();
    if let Some((lines, path)) = lengths.last() {
        println!("largest file: {path}, {lines} lines");
    }
    let long = lengths.iter().filter(|&&(lines, _)| lines > FILE_LINES);
    let findings: Vec<String> = long.map(|(l, p)| format!("{p}: {l} lines")).collect();
    nothing_in(&findings);
}

#[test]
fn functions_are_short() {
    let mut lengths = Vec::new();
    for file in rust_files() {
        for f in rust::functions(&rust::take_apart(&file.text).code) {
            lengths.push((f.lines, format!("{}:{}: fn {}", file.path, f.line, f.name)));
        }
    }
    lengths.sort();
    if let Some((lines, place)) = lengths.last() {
        println!("largest function: {place}, {lines} lines");
    }
    let long = lengths.iter().filter(|&&(lines, _)| lines > FUNCTION_LINES);
    let findings: Vec<String> = long.map(|(l, p)| format!("{p}: {l} lines")).collect();
    nothing_in(&findings);
}

#[test]
fn standards_are_cited_in_one_grammar() {
    let mut findings = Vec::new();
    for file in tree::files() {
        if file.is_rust() && !file.path.contains("/tests/tidy/citation") {
            for comment in rust::take_apart(&file.text).comments {
                for fault in citation::faults(&comment.text) {
                    findings.push(format!("{}:{}: {fault}", file.path, comment.line));
                }
            }
        } else if file.path.ends_with(".md") {
            for (number, line) in file.text.lines().enumerate() {
                for fault in citation::faults(line) {
                    findings.push(format!("{}:{}: {fault}", file.path, number + 1));
                }
            }
        }
    }
    nothing_in(&findings);
}

/// A state of the T.30 machine lives in the file of its phase.
#[test]
fn states_live_in_the_file_of_their_phase() {
    let mut findings = Vec::new();
    for file in rust_files().iter().filter(|f| f.path.starts_with("crates/g3/src/")) {
        let in_phase = file.path.split('/').any(|part| part.starts_with("phase_"));
        let code = rust::take_apart(&file.text).code;
        for state in state::types(&code).iter().filter(|_| !in_phase) {
            findings.push(format!("{}: {state} belongs into the file of its phase", file.path));
        }
    }
    let session = rust::take_apart(&tree::read("crates/g3/src/t30/session.rs")).code;
    let variants = state::variants(&session);
    assert!(variants.len() > 10, "the states of a session are not found: {variants:?}");
    for (name, path) in variants {
        if path != format!("phase_{}::{name}", phase_of(path)) {
            findings.push(format!("State::{name} is {path}, no type of a phase"));
        }
    }
    nothing_in(&findings);
}

/// `b_sender` of `phase_b_sender::AwaitDis`.
fn phase_of(path: &str) -> &str {
    path.strip_prefix("phase_").and_then(|rest| rest.split("::").next()).unwrap_or_default()
}

#[test]
fn what_waits_says_why() {
    let mut findings = Vec::new();
    for file in tree::files().iter().filter(|f| f.path != "Cargo.lock") {
        let code = if file.is_rust() { rust::take_apart(&file.text) } else { plain(&file.text) };
        for comment in &code.comments {
            findings.extend(
                without_reason(&comment.text)
                    .map(|what| format!("{}:{}: {what}", file.path, comment.line)),
            );
        }
        for (at, _) in code.code.match_indices("#[ignore").filter(|_| file.is_rust()) {
            let rest = &file.text[at_same_place(&code.code, &file.text, at)..];
            if !rest.starts_with("#[ignore = \"needs ") {
                let line = rust::line_of(&code.code, at);
                findings.push(format!("{}:{line}: ignored without `needs ...`", file.path));
            }
        }
    }
    nothing_in(&findings);
}

/// The offset in `text` of what is at `at` in `code`; they have the same characters, not octets.
fn at_same_place(code: &str, text: &str, at: usize) -> usize {
    let chars = code[..at].chars().count();
    text.char_indices().nth(chars).map_or(text.len(), |(offset, _)| offset)
}

/// A file that is all comment.
fn plain(text: &str) -> rust::Source {
    let lines = text.lines().enumerate();
    let comments =
        lines.map(|(n, text)| rust::Comment { line: n + 1, text: text.to_owned() }).collect();
    rust::Source { code: String::new(), comments }
}

fn without_reason(comment: &str) -> Option<&'static str> {
    let (todo, others) = (concat!("TO", "DO"), [concat!("FIX", "ME"), concat!("XX", "X")]);
    if rust::words(comment).any(|(_, word)| others.contains(&word)) {
        return Some("say what is wrong and what would mend it");
    }
    let (at, _) = rust::words(comment).find(|&(_, word)| word == todo)?;
    let reason = comment[at + todo.len()..].trim_start_matches([':', ' ', '`']);
    (reason.chars().count() < REASON_CHARS).then_some("work left to do without a reason")
}

#[test]
fn a_reason_is_a_sentence() {
    let todo = concat!("TO", "DO");
    assert!(without_reason(todo).is_some());
    assert!(without_reason(&format!("{todo}: later")).is_some());
    assert!(without_reason(&format!("{todo}: needs V.34 relay before it can be tried")).is_none());
    assert!(without_reason(concat!("FIX", "ME: this and that and all the rest of it")).is_some());
}

/// The project's files speak of the project, not of the machine or the desk it was made on.
#[test]
fn no_machine_is_named() {
    let words = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/tm", "p/"),
        concat!("/home/", "us"),
        concat!("arti", "factory"),
        concat!(".lib", "rary/"),
        concat!("before", "-stop"),
        concat!("anth", "ropic"),
        concat!("cla", "ude"),
        concat!("chat", "gpt"),
    ];
    let mut findings = Vec::new();
    for file in tree::files().iter().filter(|f| f.path != "Cargo.lock") {
        for (number, line) in file.text.lines().enumerate() {
            let low = line.to_ascii_lowercase();
            for word in words.iter().filter(|w| low.contains(**w)) {
                findings.push(format!("{}:{}: {word}", file.path, number + 1));
            }
        }
    }
    nothing_in(&findings);
}

#[test]
fn the_architecture_names_what_is_there() {
    let text = tree::read("ARCHITECTURE.md");
    let crates = manifest::crate_names();
    let there: BTreeSet<String> = crates.iter().cloned().collect();
    assert_eq!(docs::headed_crates(&text), there, "the headings of ARCHITECTURE.md and crates/");
    for name in &crates {
        let section = docs::section(&text, &format!("### `crates/{name}`"));
        let listed = docs::listed(section.expect("every crate has a section"));
        let modules = docs::modules(&tree::read(&format!("crates/{name}/src/lib.rs")));
        let strangers: Vec<&String> = listed.difference(&modules).collect();
        assert!(strangers.is_empty(), "{strangers:?} are listed below crates/{name}");
        if name == "ferrofax" {
            assert_eq!(listed, modules, "the rooms of ferrofax");
        }
    }
    let allowed: BTreeSet<(&str, &str)> =
        EDGES.iter().flat_map(|&(name, uses, _)| uses.iter().map(move |&u| (name, u))).collect();
    assert_eq!(shown_edges(&text), allowed, "the edges that ARCHITECTURE.md shows");
}

/// Every `a -> b` in the text.
fn shown_edges(text: &str) -> BTreeSet<(&str, &str)> {
    let words: Vec<&str> = text.split([' ', '\n', ',']).filter(|w| !w.is_empty()).collect();
    words
        .windows(3)
        .filter(|w| w[1] == "->" && EDGES.iter().any(|e| e.0 == w[0]))
        .map(|w| (w[0], w[2]))
        .collect()
}

#[test]
fn documents_name_only_what_exists() {
    let files = tree::files();
    let crates = manifest::crate_names();
    let mut findings = Vec::new();
    for file in files.iter().filter(|f| f.path.ends_with(".md")) {
        let mut say = |what: &str| findings.push(format!("{}: {what} is not there", file.path));
        docs::missing_paths(&file.text).iter().for_each(|p| say(p));
        docs::missing_names(&file.text, &crates, &files).iter().for_each(|n| say(n));
        for link in links(&file.text).filter(|link| !link.contains("://")) {
            let target = link.split('#').next().unwrap_or(link);
            if !tree::root().join(target).exists() {
                say(link);
            }
        }
    }
    nothing_in(&findings);
}

/// The targets of `[text](target)`.
fn links(markdown: &str) -> impl Iterator<Item = &str> {
    markdown.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

#[test]
fn the_readme_begins_with_a_command() {
    let readme = tree::read("README.md");
    let lines = readme.lines().count();
    assert!(lines <= README_LINES, "README.md has {lines} lines");
    let first = docs::blocks(&readme).into_iter().next().expect("README.md shows a command");
    assert!(first.line < FIRST_COMMAND_LINE, "the first command is on line {}", first.line + 1);
    let ci = tree::read(".ci/run");
    for command in ["cargo run --release -- demo", "cargo test --workspace"] {
        assert!(readme.contains(command), "README.md does not show `{command}`");
        let bare = command.replace(" -- demo", "");
        assert!(ci.contains(&bare), ".ci/run does not run `{bare}`");
    }
    let members = manifest::parse("Cargo.toml")["workspace"]["default-members"].clone();
    let members: Vec<String> = members.try_into().expect("a list of folders");
    let programs = members.iter().filter(|m| tree::root().join(m).join("src/main.rs").exists());
    assert_eq!(programs.collect::<Vec<_>>(), ["crates/ferrofax"], "what `cargo run` runs");
}

#[test]
fn licences_and_changelog_are_there() {
    let licence = manifest::parse("Cargo.toml")["workspace"]["package"]["license"].clone();
    assert_eq!(licence.as_str(), Some("MIT OR Apache-2.0"));
    assert!(tree::read("LICENSE-MIT").starts_with("MIT License"));
    assert!(tree::read("LICENSE-APACHE").contains("Version 2.0, January 2004"));
    let changelog = tree::read("CHANGELOG.md");
    let version = manifest::parse("Cargo.toml")["workspace"]["package"]["version"].clone();
    let version = version.as_str().expect("a string");
    let newest = changelog.lines().find_map(|l| l.strip_prefix("## [")).expect("a heading");
    let fits = newest.starts_with("Unreleased") || newest.starts_with(version);
    assert!(fits, "the newest entry of CHANGELOG.md is [{newest}, the version is {version}");
}
