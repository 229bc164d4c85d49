//! `reverse`: turns the order of rows round.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::Step;
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Reverse;

impl Command for Reverse {
    fn name(&self) -> &'static str {
        "reverse"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/reverse"
    }

    fn summary(&self) -> &'static str {
        "turns the order of rows round"
    }

    fn run(&self, _stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let mut rows = rows;
        rows.reverse();
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = stage;
        lowering.steps.push(Step::Reverse);
        Ok(())
    }
}
