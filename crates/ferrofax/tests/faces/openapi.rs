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
