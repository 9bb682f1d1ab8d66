//! What the manifests say of crates and versions.

use toml::Table;

use crate::tree;

/// A crate and the project's crates that it uses, sorted: in the product, and in tests only.
#[derive(Debug, PartialEq)]
pub(crate) struct Edges {
    pub(crate) name: String,
    pub(crate) uses: Vec<String>,
    pub(crate) tests_use: Vec<String>,
}

pub(crate) fn parse(path: &str) -> Table {
    tree::read(path).parse().unwrap_or_else(|e| panic!("{path}: {e}"))
}

pub(crate) fn crate_names() -> Vec<String> {
    tree::folders("crates")
}

/// The edges between the crates of the project.
pub(crate) fn edges() -> Vec<Edges> {
    let names = crate_names();
    names
        .iter()
        .map(|name| {
            let manifest = parse(&format!("crates/{name}/Cargo.toml"));
            let mut uses = project_crates(&manifest, "dependencies", &names);
            uses.extend(project_crates(&manifest, "build-dependencies", &names));
            let tests_use = project_crates(&manifest, "dev-dependencies", &names);
            Edges { name: name.clone(), uses, tests_use }
        })
        .collect()
}

/// What a crate's manifest does not take from the workspace but must.
pub(crate) fn not_inherited(name: &str) -> Vec<String> {
    let path = format!("crates/{name}/Cargo.toml");
    let manifest = parse(&path);
    let inherits = |table: Option<&toml::Value>| {
        table.and_then(|t| t.get("workspace")).and_then(toml::Value::as_bool) == Some(true)
    };
    let mut faults = Vec::new();
    for key in ["version", "edition", "rust-version", "license", "publish"] {
        if !inherits(manifest.get("package").and_then(|p| p.get(key))) {
            faults.push(format!("{path}: {key} does not come from the workspace"));
        }
    }
    if name == crate::UNSAFE {
        faults.extend(other_lints(&manifest).into_iter().map(|lint| format!("{path}: {lint}")));
    } else if !inherits(manifest.get("lints")) {
        faults.push(format!("{path}: lints do not come from the workspace"));
    }
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        for (crate_name, how) in dependencies(&manifest, section) {
            if !inherits(Some(how)) {
                faults.push(format!("{path}: {crate_name} does not come from the workspace"));
            }
        }
    }
    if manifest.contains_key("features") {
        faults.push(format!("{path}: there are no Cargo features in this house"));
    }
    faults
}

/// The lints of the workspace that a manifest with a table of its own has otherwise; but for unsafe
/// code, which it has such a table for.
fn other_lints(manifest: &Table) -> Vec<String> {
    let workspace = parse("Cargo.toml");
    let mut faults = Vec::new();
    for tool in ["rust", "clippy"] {
        let demanded = workspace["workspace"]["lints"][tool].as_table().expect("a table");
        for (lint, level) in demanded.iter().filter(|(lint, _)| *lint != "unsafe_code") {
            let own = manifest.get("lints").and_then(|l| l.get(tool)).and_then(|t| t.get(lint));
            if own != Some(level) {
                faults.push(format!("{tool}::{lint} is not as in the workspace"));
            }
        }
    }
    faults
}

fn project_crates(manifest: &Table, section: &str, names: &[String]) -> Vec<String> {
    let mut used: Vec<String> = dependencies(manifest, section)
        .map(|(name, _)| name.to_owned())
        .filter(|name| names.contains(name))
        .collect();
    used.sort();
    used
}

/// The entries of a section, those for some targets only among them.
fn dependencies<'a>(
    manifest: &'a Table,
    section: &'a str,
) -> impl Iterator<Item = (&'a str, &'a toml::Value)> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let of_targets = targets.into_iter().flatten().map(move |(_, target)| target.get(section));
    of_targets
        .chain([manifest.get(section)])
        .flatten()
        .filter_map(toml::Value::as_table)
        .flatten()
        .map(|(name, how)| (name.as_str(), how))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_of_targets_are_seen() {
        let text = "[dependencies]\nb = 1\n[target.'cfg(unix)'.dependencies]\na = 1\n";
        let manifest: Table = text.parse().expect("a manifest");
        let names = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(project_crates(&manifest, "dependencies", &names), ["a", "b"]);
    }
}
