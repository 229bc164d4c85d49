//! Fuzzes `command::parse`: a query, read, lowered and printed.
//!
//! In: any text. Out: nothing, or a panic that names what does not hold. `cargo fuzz run --fuzz-dir tests/fuzz query`.

#![no_main]

#[allow(dead_code, unused_imports, reason = "the strategies are those of the tests")]
#[path = "../../semantics/hostile.rs"]
mod hostile;
#[path = "../../semantics/places.rs"]
mod places;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = hostile::check(text).map_err(|failure| panic!("{failure}"));
});
