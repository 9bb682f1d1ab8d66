//! The `ferrofax` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    ferrofax::cli::main()
}
