//! `tags`: writes tags of values into fields.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported, not_run};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Tags;

impl Command for Tags {
    fn name(&self) -> &'static str {
        "tags"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/tags"
    }

    fn summary(&self) -> &'static str {
        "writes tags of values into fields"
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
