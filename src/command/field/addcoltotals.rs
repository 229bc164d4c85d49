//! `addcoltotals`: adds a row with the sums of columns.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::{Command, Lowering};
use crate::diagnostic::Diagnostic;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Addcoltotals;

impl Command for Addcoltotals {
    fn name(&self) -> &'static str {
        "addcoltotals"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/addcoltotals"
    }

    fn summary(&self) -> &'static str {
        "adds a row with the sums of columns"
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        // A row with sums is added, which no event is in alone.
        lowering.hide("*", stage.span, "a row of sums is among the results");
        Ok(())
    }
}
