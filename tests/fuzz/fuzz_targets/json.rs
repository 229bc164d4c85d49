//! Fuzzes documents in JSON, as a whole and line by line.
//!
//! In: any text. Out: nothing, or a panic that names what does not hold. `cargo fuzz run --fuzz-dir tests/fuzz json`.

#![no_main]

#[allow(dead_code, reason = "each target checks one entry")]
#[path = "../../semantics/files.rs"]
mod files;

libfuzzer_sys::fuzz_target!(|text: &str| {
    files::document("a.json", text);
    files::document("a.ndjson", text);
});
