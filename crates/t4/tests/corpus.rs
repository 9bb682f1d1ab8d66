//! What the fuzz targets have been fed with is fed again.
use std::{fs, path::Path};

#[path = "../../../fuzz/bodies/t4_rows.rs"]
mod t4_rows;
#[path = "../../../fuzz/bodies/tiff.rs"]
mod tiff;

/// Runs each file of a target's corpus; there are at least `least`.
#[track_caller]
fn replay(target: &str, least: usize, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut seen = 0;
    for entry in fs::read_dir(&folder).expect("the corpus is there") {
        let path = entry.expect("the folder can be read").path();
        // Said only if the run fails.
        println!("{}", path.display());
        run(&fs::read(&path).expect("the file can be read"));
        seen += 1;
    }
    assert!(seen >= least, "{seen} files in {}", folder.display());
}

#[test]
fn tiff_files() {
    replay("tiff", 15, tiff::run);
}

#[test]
fn rows() {
    replay("t4_rows", 12, t4_rows::run);
}
