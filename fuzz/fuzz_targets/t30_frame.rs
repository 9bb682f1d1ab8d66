#![no_main]

#[path = "../bodies/t30_frame.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| body::run(octets));
