//! The description of REST `/v1` in the repository is the one that the server gives.

use std::path::Path;

/// Set to write the description anew.
const REWRITE: &str = "FERROFAX_REWRITE_GOLDEN";

#[test]
fn the_description_in_the_repository_is_the_present_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let mut text = ferrofax::http::openapi_document().to_pretty_json().unwrap();
    text.push('\n');
    if std::env::var_os(REWRITE).is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "openapi.json is out of date; {REWRITE}=1 cargo test writes it anew");
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = serde_json::to_value(ferrofax::http::openapi_document()).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let mut names: Vec<_> = operations.map(|o| o["operationId"].as_str().unwrap()).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), all), (30, 30));
}

#[test]
fn whatever_the_description_refers_to_is_in_it() {
    let document = serde_json::to_value(ferrofax::http::openapi_document()).unwrap();
    let mut open = vec![&document];
    let mut references = 0;
    while let Some(value) = open.pop() {
        if let Some(reference) = value.get("$ref").and_then(|reference| reference.as_str()) {
            let place = reference.strip_prefix('#').expect("a reference into the document");
            assert!(document.pointer(place).is_some(), "{reference} leads nowhere");
            references += 1;
        }
        match value {
            serde_json::Value::Object(members) => open.extend(members.values()),
            serde_json::Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    assert!(references > 42, "two refusals of each operation, and the bodies: {references}");
}
