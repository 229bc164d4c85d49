//! `rare`: lists the rarest values.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::statistics::top;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Rare;

impl Command for Rare {
    fn name(&self) -> &'static str {
        "rare"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/rare"
    }

    fn summary(&self) -> &'static str {
        "lists the rarest values"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        top::frequent(stage, &rows, false)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        top::lowered(stage, lowering)
    }
}
