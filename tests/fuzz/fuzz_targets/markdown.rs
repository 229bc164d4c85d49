//! Fuzzes documents in Markdown.
//!
//! In: any text. Out: nothing, or a panic that names what does not hold. `cargo fuzz run --fuzz-dir tests/fuzz markdown`.

#![no_main]

#[allow(dead_code, reason = "each target checks one entry")]
#[path = "../../semantics/files.rs"]
mod files;

libfuzzer_sys::fuzz_target!(|text: &str| {
    files::document("a.md", text);
});
