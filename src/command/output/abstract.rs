//! `abstract`: shortens the text of an event.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported, not_run};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Abstract;

impl Command for Abstract {
    fn name(&self) -> &'static str {
        "abstract"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["excerpt"]
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/abstract"
    }

    fn summary(&self) -> &'static str {
        "shortens the text of an event"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let _ = (rows, context);
        Err(not_run(stage))
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowering.hide("_raw", stage.span, "what `abstract` makes of the event is not translated");
        Ok(())
    }
}
