//! The commands and the configuration that documents show, tried on the program itself.

use std::fs;
use std::process::{Command, Output};

use crate::{docs, nothing_in, tree};

/// How documents begin a command of ours.
const BEGINNINGS: [&str; 2] = ["ferrofax ", "cargo run --release -- "];

fn ferrofax(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrofax"));
    command.args(arguments).output().expect("the program was just built")
}

#[test]
fn shown_commands_exist() {
    let mut findings = Vec::new();
    let mut seen = 0;
    for file in tree::files().iter().filter(|f| f.path.ends_with(".md")) {
        for command in docs::commands(&file.text) {
            let ours = BEGINNINGS.iter().find_map(|b| command.strip_prefix(b));
            let Some((name, rest)) = ours.map(|c| c.split_once(' ').unwrap_or((c, ""))) else {
                continue;
            };
            seen += 1;
            findings.extend(missing(name, rest).map(|what| format!("{}: {what}", file.path)));
        }
    }
    assert!(seen > 5, "only {seen} commands found in documents");
    nothing_in(&findings);
}

/// What the program's help does not know of a command with these arguments.
fn missing(name: &str, rest: &str) -> Option<String> {
    let output = ferrofax(&[name, "--help"]);
    if !output.status.success() || output.stdout.is_empty() {
        return Some(format!("there is no command {name}"));
    }
    let help = String::from_utf8_lossy(&output.stdout);
    let options = rest.split(' ').filter(|word| word.starts_with("--"));
    let unknown: Vec<&str> = options.filter(|option| !help.contains(option)).collect();
    (!unknown.is_empty()).then(|| format!("{name} has no {unknown:?}"))
}

#[test]
fn a_command_that_is_not_there_is_found() {
    assert!(missing("fly", "").is_some());
    assert!(missing("demo", "--backwards").is_some());
}

#[test]
fn the_shown_configuration_is_accepted() {
    let readme = tree::read("README.md");
    let samples = docs::blocks(&readme).into_iter().filter(|b| b.language == "toml");
    let samples: Vec<String> = samples.map(|b| b.text).collect();
    assert_eq!(samples.len(), 1);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("ferrofax.toml");
    fs::write(&path, &samples[0]).expect("the folder takes a file");
    let path = path.to_str().expect("a path in UTF-8");
    let output = ferrofax(&["check-config", "--config", path]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "check-config refuses the sample: {said}");
    assert!(!output.stdout.is_empty(), "check-config says nothing");
}
