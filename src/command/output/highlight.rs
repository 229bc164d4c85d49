//! `highlight`: marks words in the shown text.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::{Command, Lowering, Row, Unsupported};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Highlight;

impl Command for Highlight {
    fn name(&self) -> &'static str {
        "highlight"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["hilite"]
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/highlight"
    }

    fn summary(&self) -> &'static str {
        "marks words in the shown text"
    }

    fn run(&self, _stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        // What is shown in colour is the same (Search Reference, `highlight`).
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        // What is done with the result does not change it.
        let _ = (stage, lowering);
        Ok(())
    }
}
