//! Fuzzes macros in a query: definitions of `macros.conf`, a zero byte, and the query.
//!
//! In: any text. Out: nothing, or a panic that names what does not hold. `cargo fuzz run --fuzz-dir tests/fuzz macros`.

#![no_main]

#[allow(dead_code, reason = "each target checks one entry")]
#[path = "../../semantics/files.rs"]
mod files;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (definitions, query) = text.split_once('\0').unwrap_or((text, "`a` `b(1)` `c(1,\"2\")`"));
    files::macros("macros.conf", definitions, query);
});
