//! Integration tests, in one binary so that they link once.
//!
//! In: the library, the case files beside this one, and a corpus where `SPLC_CORPUS` names one. Out: a verdict.
//! Invariant: a test here goes through public functions only; what needs private ones stands beside its code.

mod architecture;
mod cases;
#[allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "commands are run in folders of their own")]
mod cli;
mod corpus;
#[allow(clippy::unwrap_used, reason = "what fails here fails the test")]
mod correlations;
#[allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what fails here fails the test, and the corpus is files"
)]
mod documents;
#[allow(clippy::unwrap_used, reason = "what fails here fails the test")]
mod engines;
#[allow(clippy::unwrap_used, reason = "what fails here fails the test")]
mod falco_rules;
#[allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a copy of the package is built in a folder of its own"
)]
mod fifth_backend;
#[allow(clippy::unwrap_used, reason = "what fails here fails the test")]
mod fixes;
#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the engine is a program; a comparison left out says so"
)]
mod eql_engine;
#[allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a program is written to files to be compiled"
)]
mod generated_rust;
#[allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a server is started in a folder of its own, and its time is told"
)]
mod lsp;
#[allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what fails here fails the test; a test left out says so"
)]
mod queries;
#[allow(clippy::unwrap_used, reason = "what fails here fails the test")]
mod regexes;
#[allow(clippy::disallowed_methods, clippy::print_stdout, reason = "cases are files; a corpus is counted")]
mod rows;
mod semantics;
