//! `inputcsv`: reads rows from a file of a search head.
//!
//! In: a table, and a condition in the `search` language.

use crate::command::lowering::refused;
use crate::command::{Command, Lowering};
use crate::diagnostic::Diagnostic;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Inputcsv;

impl Command for Inputcsv {
    fn name(&self) -> &'static str {
        "inputcsv"
    }

    fn shape(&self) -> Shape {
        Shape::Table
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/inputcsv"
    }

    fn summary(&self) -> &'static str {
        "reads rows from a file of a search head"
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(refused::no_events(&stage.name.value, stage.span))
    }
}
