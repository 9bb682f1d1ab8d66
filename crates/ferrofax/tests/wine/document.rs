//! docs/faxcom.md, held against the table.

use std::collections::BTreeSet;

use crate::table::{Kind, Table};

/// What stands below the heading of an object.
fn section<'a>(document: &'a str, object: &str) -> &'a str {
    let (_, rest) = document.split_once(&format!("\n## {object}\n")).expect("a heading");
    rest.split("\n## ").next().unwrap_or_default()
}

/// The first cells of the tables, less those of the two rows that every table begins with.
fn first_cells(section: &str) -> Vec<&str> {
    let rows = section.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = rows.filter_map(|row| row.split(" | ").next());
    cells.filter(|cell| *cell != "member" && *cell != "---").collect()
}

#[test]
fn every_member_has_one_row_in_the_document() {
    let path = crate::root().join("docs/faxcom.md");
    let document = std::fs::read_to_string(path).expect("the document");
    let mut members = 0;
    for interface in &Table::load().interfaces {
        let mut expected = BTreeSet::new();
        for member in &interface.members {
            let arguments = member.params.iter().filter(|param| !param.is_out());
            let names: Vec<&str> = arguments.map(|param| param.name.as_str()).collect();
            let called = matches!(member.kind, Kind::Method | Kind::Get) && !names.is_empty();
            expected.insert(if called || member.kind == Kind::Method {
                format!("{}({})", member.name, names.join(", "))
            } else {
                member.name.clone()
            });
        }
        let rows = first_cells(section(&document, &interface.coclass));
        let found: BTreeSet<String> = rows.iter().map(|row| (*row).to_owned()).collect();
        assert_eq!(found, expected, "{}", interface.coclass);
        assert_eq!(rows.len(), expected.len(), "{} has a row twice", interface.coclass);
        members += rows.len();
    }
    assert_eq!(members, 129);
}
