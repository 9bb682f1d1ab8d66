//! The `ferrofax` binary.

fn main() {}
