//! The command line: options, files, exit status. One file a subcommand.
//!
//! In: arguments and files. Out: text on standard output, findings on standard error, files written whole or not at
//! all. Exit status: 0 done, refusals and hits included; 1 findings at the failing level, a `--fail-on` that
//! applies, differences of `--check` or `verify`; 2 usage, I/O or an internal error; 130 interrupted. A reader that closes the pipe
//! early is no error.

mod args;
mod compile;
mod config;
mod diff;
mod explain;
mod fmt;
mod git;
mod lint;
mod list;
mod lookups;
mod lsp;
mod macros;
mod matching;
mod output;
mod report_file;
mod session;
mod unmapped;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use crate::backend;
use crate::diagnostic::Code;
use crate::{command, detection, document, optimise, review, spl, target};

pub use args::Arguments;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Done,
    /// Findings, differences, or a `--fail-on` that applies.
    Failed,
    /// Something could not be read or written.
    Broken,
    /// The user interrupted it.
    Interrupted,
}

/// The status of a program that SIGINT ended, as shells have it: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

/// What stops a command: the message says what and where.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Stop(String);

/// Runs the command with the arguments of the process.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let global = arguments.global;
    let result = match arguments.command {
        args::Command::Compile(options) => compile::run(&global, &options),
        args::Command::Lint(options) => lint::run(&global, &options),
        args::Command::Match(options) => matching::run(&global, &options),
        args::Command::Verify(options) => verify::run(&global, &options),
        args::Command::Explain(options) => explain::run(&global, &options),
        args::Command::Fmt(options) => fmt::run(&global, &options),
        args::Command::List(options) => list::run(&global, &options),
        args::Command::Lsp => lsp::run(&global),
    };
    match result {
        Ok(Status::Done) => ExitCode::SUCCESS,
        Ok(Status::Failed) => ExitCode::from(1),
        Ok(Status::Broken) => ExitCode::from(2),
        Ok(Status::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(stop) => {
            output::error(&format!("error: {stop}\n"));
            ExitCode::from(2)
        }
    }
}

/// Every kind of finding that splc knows, by id.
fn codes() -> Vec<&'static Code> {
    let lints = crate::lint::ALL.iter().map(|lint| lint.code());
    let stages = [
        document::codes::ALL,
        spl::codes::ALL,
        detection::codes::ALL,
        command::codes::ALL,
        optimise::codes::ALL,
        target::codes::ALL,
        backend::codes::ALL,
        review::codes::ALL,
    ];
    let mut all: Vec<&'static Code> = stages.into_iter().flatten().copied().chain(lints).collect();
    all.sort_by_key(|code| code.id);
    all
}
