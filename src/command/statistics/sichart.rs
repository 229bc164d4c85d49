//! `sichart`: prepares chart for a summary index.
//!
//! In: functions over fields, with `AS`, `OVER`, `BY`, `WHERE` and settings.

use crate::command::{Command, Lowering};
use crate::diagnostic::Diagnostic;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Sichart;

impl Command for Sichart {
    fn name(&self) -> &'static str {
        "sichart"
    }

    fn shape(&self) -> Shape {
        Shape::Chart
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/sichart"
    }

    fn summary(&self) -> &'static str {
        "prepares chart for a summary index"
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        super::chart::Chart.lower(stage, lowering)?;
        lowering.hide("*", stage.span, "the results of `sichart` are for a summary index");
        Ok(())
    }
}
