//! `scrub`: makes names and values anonymous.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported, not_run};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Scrub;

impl Command for Scrub {
    fn name(&self) -> &'static str {
        "scrub"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/scrub"
    }

    fn summary(&self) -> &'static str {
        "makes names and values anonymous"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let _ = (rows, context);
        Err(not_run(stage))
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowering.hide("*", stage.span, "what `scrub` makes of the event is not translated");
        Ok(())
    }
}
