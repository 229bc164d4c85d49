//! `localop`: runs what follows on the search head.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Localop;

impl Command for Localop {
    fn name(&self) -> &'static str {
        "localop"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/localop"
    }

    fn summary(&self) -> &'static str {
        "runs what follows on the search head"
    }

    fn run(&self, _stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        // Where the rest of the search runs makes no difference (Search Reference, `localop`).
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        // What is done with the result does not change it.
        let _ = (stage, lowering);
        Ok(())
    }
}
