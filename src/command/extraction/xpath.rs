//! `xpath`: extracts by a path through XML.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported, not_run, not_understood};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Xpath;

impl Command for Xpath {
    fn name(&self) -> &'static str {
        "xpath"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/xpath"
    }

    fn summary(&self) -> &'static str {
        "extracts by a path through XML"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let _ = (rows, context);
        Err(not_run(stage))
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(not_understood(stage))
    }
}
