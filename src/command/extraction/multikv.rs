//! `multikv`: extracts the rows of a table in the text.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported, not_run};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Multikv;

impl Command for Multikv {
    fn name(&self) -> &'static str {
        "multikv"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/multikv"
    }

    fn summary(&self) -> &'static str {
        "extracts the rows of a table in the text"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let _ = (rows, context);
        Err(not_run(stage))
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowering.assume_extracted(
            "*",
            stage.span,
            "the fields that `multikv` makes of the raw event are taken to be there",
        );
        Ok(())
    }
}
