//! `xmlkv`: extracts the elements of XML as fields.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported, not_run};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Xmlkv;

impl Command for Xmlkv {
    fn name(&self) -> &'static str {
        "xmlkv"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/xmlkv"
    }

    fn summary(&self) -> &'static str {
        "extracts the elements of XML as fields"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let _ = (rows, context);
        Err(not_run(stage))
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowering.assume_extracted(
            "*",
            stage.span,
            "the fields that `xmlkv` makes of the raw event are taken to be there",
        );
        Ok(())
    }
}
