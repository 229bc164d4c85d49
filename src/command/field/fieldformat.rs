//! `fieldformat`: sets how a field is shown.
//!
//! The values stay what they are ("does not change the underlying value of the field", Search Reference, fieldformat), so
//! the rows come out as they went in.

use crate::command::{Command, Lowering, Row, Unsupported};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Fieldformat;

impl Command for Fieldformat {
    fn name(&self) -> &'static str {
        "fieldformat"
    }

    fn shape(&self) -> Shape {
        Shape::Assignments
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/fieldformat"
    }

    fn summary(&self) -> &'static str {
        "sets how a field is shown"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let _ = (stage, context);
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        // Only how the field is shown (Search Reference, `fieldformat`).
        let _ = (stage, lowering);
        Ok(())
    }
}
