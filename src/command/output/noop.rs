//! `noop`: changes settings of the search, no rows.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Noop;

impl Command for Noop {
    fn name(&self) -> &'static str {
        "noop"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/noop"
    }

    fn summary(&self) -> &'static str {
        "changes settings of the search, no rows"
    }

    fn run(&self, _stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        // The command is there for debugging and does nothing (Search Reference, `noop`).
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        // What is done with the result does not change it.
        let _ = (stage, lowering);
        Ok(())
    }
}
