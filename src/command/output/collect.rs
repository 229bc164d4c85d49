//! `collect`: writes rows into a summary index.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Collect;

impl Command for Collect {
    fn name(&self) -> &'static str {
        "collect"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["stash", "summaryindex"]
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/collect"
    }

    fn summary(&self) -> &'static str {
        "writes rows into a summary index"
    }

    fn run(&self, _stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        // The rows go to a summary index and on (Search Reference, `collect`).
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        // What is done with the result does not change it.
        let _ = (stage, lowering);
        Ok(())
    }
}
