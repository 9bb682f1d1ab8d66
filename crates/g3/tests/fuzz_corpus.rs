//! Replays the corpus of the fuzz targets of this crate through the same bodies: every file whole,
//! cut at every length, and with every bit turned.

use std::fs;
use std::path::PathBuf;

#[path = "../../../fuzz/bodies/ifp.rs"]
mod ifp;
#[path = "../../../fuzz/bodies/t30_frame.rs"]
mod t30_frame;
#[path = "../../../fuzz/bodies/udptl.rs"]
mod udptl;

/// A file longer than this is only replayed whole.
const TURNED: usize = 1024;

#[track_caller]
fn replay(target: &str, run: fn(&[u8])) {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut files = 0;
    for entry in fs::read_dir(&corpus).expect("the corpus is part of the project") {
        let octets = fs::read(entry.expect("a folder can be listed").path()).expect("a file");
        files += 1;
        run(&octets);
        if octets.len() > TURNED {
            continue;
        }
        for length in 0..octets.len() {
            run(&octets[..length]);
        }
        let mut turned = octets.clone();
        for bit in 0..octets.len() * 8 {
            turned[bit / 8] ^= 1 << (bit % 8);
            run(&turned);
            turned[bit / 8] = octets[bit / 8];
        }
    }
    assert!(files >= 5, "only {files} files in {}", corpus.display());
}

#[test]
fn ifp_packets() {
    replay("ifp", ifp::run);
}

#[test]
fn udptl_datagrams() {
    replay("udptl", udptl::run);
}

#[test]
fn t30_frames() {
    replay("t30_frame", t30_frame::run);
}
