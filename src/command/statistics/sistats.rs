//! `sistats`: prepares stats for a summary index.
//!
//! In: functions over fields, with `AS`, `BY` and settings.

use crate::command::arguments::Arguments;
use crate::command::lowering::group;
use crate::command::{Command, Lowering, Row, Unsupported, not_run};
use crate::detection::codes;
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Sistats;

impl Command for Sistats {
    fn name(&self) -> &'static str {
        "sistats"
    }

    fn shape(&self) -> Shape {
        Shape::Aggregation
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/sistats"
    }

    fn summary(&self) -> &'static str {
        "prepares stats for a summary index"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let _ = (rows, context);
        Err(not_run(stage))
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::with_any(stage)?;
        let functions = lowering.functions(&arguments.items())?;
        let by = lowering.keys(&group::by(&arguments, "by")?)?;
        lowering.group(by, functions, stage.span);
        lowering.fields.has_others(
            "*",
            Diagnostic::new(
                &codes::NOT_KNOWN,
                stage.span,
                "the results of `sistats` are for a summary index",
            ),
        );
        Ok(())
    }
}
