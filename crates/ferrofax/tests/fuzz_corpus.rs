//! Replays the corpus of the fuzz target of this crate through the same body: every file whole,
//! cut at every length, and with every bit turned.

use std::fs;
use std::path::PathBuf;

#[path = "../../../fuzz/bodies/sdp.rs"]
mod sdp;

#[test]
fn session_descriptions() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/sdp");
    let mut files = 0;
    for entry in fs::read_dir(&corpus).expect("the corpus is part of the project") {
        let octets = fs::read(entry.expect("a folder can be listed").path()).expect("a file");
        files += 1;
        sdp::run(&octets);
        for length in 0..octets.len() {
            sdp::run(&octets[..length]);
        }
        let mut turned = octets.clone();
        for bit in 0..octets.len() * 8 {
            turned[bit / 8] ^= 1 << (bit % 8);
            sdp::run(&turned);
            turned[bit / 8] = octets[bit / 8];
        }
    }
    assert!(files >= 5, "only {files} files in {}", corpus.display());
}
