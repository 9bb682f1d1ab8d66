//! Replays the corpus of the fuzz target of this crate through the same body: every file whole, cut
//! at every length, and with every bit turned.

use std::fs;
use std::path::PathBuf;

#[path = "../../../fuzz/bodies/document.rs"]
mod document;

#[test]
fn documents() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/document");
    let mut files = 0;
    for entry in fs::read_dir(&corpus).expect("the corpus is part of the project") {
        let path = entry.expect("a folder can be listed").path();
        let octets = fs::read(&path).expect("a file");
        files += 1;
        let pages = document::run(&octets);
        assert!(pages > 0, "{} is not drawn", path.display());
        for length in 0..octets.len() {
            document::run(&octets[..length]);
        }
        let mut turned = octets.clone();
        for bit in 0..octets.len() * 8 {
            turned[bit / 8] ^= 1 << (bit % 8);
            document::run(&turned);
            turned[bit / 8] = octets[bit / 8];
        }
    }
    assert!(files >= 8, "only {files} files in {}", corpus.display());
}
