//! The `splc` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    splc::cli::run()
}
