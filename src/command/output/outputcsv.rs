//! `outputcsv`: writes rows into a file of a search head.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Outputcsv;

impl Command for Outputcsv {
    fn name(&self) -> &'static str {
        "outputcsv"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/outputcsv"
    }

    fn summary(&self) -> &'static str {
        "writes rows into a file of a search head"
    }

    fn run(&self, _stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        // The rows go to a file and on (Search Reference, `outputcsv`).
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        // What is done with the result does not change it.
        let _ = (stage, lowering);
        Ok(())
    }
}
