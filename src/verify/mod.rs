//! Runs the rules that were written and compares them with the search they were made from.
//!
//! In: searches and the text of rules. Out: differences. Invariant: a rule is read back from its text by a reader
//! of its own for each target, which shares nothing with the backend that wrote it.

pub mod eql;
pub mod falco;
pub mod sigma;
