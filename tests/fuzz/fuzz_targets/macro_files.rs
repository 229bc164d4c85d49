//! Fuzzes definitions of macros in YAML and in JSON lines.
//!
//! In: any text. Out: nothing, or a panic that names what does not hold. `cargo fuzz run --fuzz-dir tests/fuzz macro_files`.

#![no_main]

#[allow(dead_code, reason = "each target checks one entry")]
#[path = "../../semantics/files.rs"]
mod files;

libfuzzer_sys::fuzz_target!(|text: &str| {
    for name in ["a.yml", "a.jsonl"] {
        files::macros(name, text, "`a` `b(1)`");
    }
});
