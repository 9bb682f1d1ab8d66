//! The COM classes for Windows, used by Windows programs that run under Wine, against a real
//! server. `.ci/windows` builds the DLL that they use.
#![cfg(target_os = "linux")]

mod document;
mod early;
mod examples;
mod house;
mod idl;
mod late;
mod plan;
mod programs;
mod registry;
mod scripts;
mod table;
mod wine;

use std::path::{Path, PathBuf};

/// The root of the workspace.
fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).expect("a crate lies in crates/ below the root").to_path_buf()
}
