//! The `splc` command.
fn main() {}
