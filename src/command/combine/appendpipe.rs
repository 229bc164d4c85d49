//! `appendpipe`: adds what a pipeline makes of the rows.
//!
//! In: sub-searches among words and settings.

use crate::command::arguments::Arguments;
use crate::command::lowering::Unknown;
use crate::command::{Command, Lowering, Row, Unsupported, rows, run};
use crate::detection::codes;
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Appendpipe;

impl Command for Appendpipe {
    fn name(&self) -> &'static str {
        "appendpipe"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/appendpipe"
    }

    fn summary(&self) -> &'static str {
        "adds what a pipeline makes of the rows"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["run_in_preview"])?;
        let added = run(arguments.subsearch()?, rows.clone(), context)?;
        rows::bounded(rows.len() + added.len(), stage.span)?;
        Ok(rows.into_iter().chain(added).collect())
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        // Rows that are made of those that are there come from the same events.
        let message = "rows made of the results are among them";
        let reason = Diagnostic::new(&codes::NOT_KNOWN, stage.span, message);
        lowering.does_not_know(Unknown::Rows, lowering.steps.len(), reason);
        lowering.hide("*", stage.span, message);
        Ok(())
    }
}
