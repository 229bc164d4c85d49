//! `stats`: computes over the rows of each group.
//!
//! In: functions over fields, with `AS`, `BY` and settings.

use crate::command::arguments::Arguments;
use crate::command::lowering::{group, refused};
use crate::command::statistics::aggregate::{self, Options};
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Stats;

impl Command for Stats {
    fn name(&self) -> &'static str {
        "stats"
    }

    fn shape(&self) -> Shape {
        Shape::Aggregation
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/stats"
    }

    fn summary(&self) -> &'static str {
        "computes over the rows of each group"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["allnum", "delim", "partitions", "dedup_splitvals"])?;
        let options = Options {
            once: arguments.flag("dedup_splitvals", false)?,
            all_numbers: arguments.flag("allnum", false)?,
            span: stage.span,
        };
        let functions = aggregate::read(&arguments.items())?;
        aggregate::table(&rows, &rows, &arguments.fields("by")?, &functions, options, context)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &["allnum", "delim", "partitions", "dedup_splitvals"])?;
        for unusual in ["allnum", "dedup_splitvals"] {
            if arguments.flag(unusual, false)? {
                return Err(refused::argument(stage.span, format!("`{unusual}` is not translated")));
            }
        }
        let functions = lowering.functions(&arguments.items())?;
        let by = lowering.keys(&group::by(&arguments, "by")?)?;
        lowering.group(by, functions, stage.span);
        Ok(())
    }
}
