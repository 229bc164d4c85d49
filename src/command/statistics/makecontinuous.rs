//! `makecontinuous`: adds rows for gaps in a series.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::{Command, Lowering, Row, Unsupported, not_run, not_understood};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Makecontinuous;

impl Command for Makecontinuous {
    fn name(&self) -> &'static str {
        "makecontinuous"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/makecontinuous"
    }

    fn summary(&self) -> &'static str {
        "adds rows for gaps in a series"
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
