//! `typer`: adds the event types of an event.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported, not_run};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Typer;

impl Command for Typer {
    fn name(&self) -> &'static str {
        "typer"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/typer"
    }

    fn summary(&self) -> &'static str {
        "adds the event types of an event"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let _ = (rows, context);
        Err(not_run(stage))
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let message = "tags and event types are defined in the Splunk installation";
        for names in ["tag*", "eventtype"] {
            lowering.hide(names, stage.span, message);
        }
        Ok(())
    }
}
