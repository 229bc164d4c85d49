//! `eventstats`: computes over all rows and adds the result to each.
//!
//! In: functions over fields, with `AS`, `BY` and settings.

use crate::command::arguments::Arguments;
use crate::command::lowering::{group, refused};
use crate::command::statistics::aggregate;
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::detection::Step;
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Eventstats;

impl Command for Eventstats {
    fn name(&self) -> &'static str {
        "eventstats"
    }

    fn shape(&self) -> Shape {
        Shape::Aggregation
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/eventstats"
    }

    fn summary(&self) -> &'static str {
        "computes over all rows and adds the result to each"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["allnum"])?;
        let all_numbers = arguments.flag("allnum", false)?;
        let by = arguments.fields("by")?;
        let columns = rows::columns(&rows);
        let functions = aggregate::expanded(&aggregate::read(&arguments.items())?, &columns, &by);
        let mut results = Vec::new();
        for members in rows::groups(&rows, &by, true, stage.span)?.into_values() {
            let group: Vec<&Row> = members.iter().filter_map(|index| rows.get(*index)).collect();
            for function in &functions {
                results.push((members.clone(), &function.name, function.over(&group, all_numbers, context)?));
            }
        }
        // A row that lacks a field to group by stays as it is. That one with several values gets the result of the last
        // of its groups is a choice.
        let mut rows = rows;
        for (members, name, values) in results {
            for index in members {
                if let Some(row) = rows.get_mut(index) {
                    row.event.set(name, values.clone());
                }
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &["allnum"])?;
        if arguments.flag("allnum", false)? {
            return Err(refused::argument(stage.span, "`allnum` is not translated"));
        }
        let functions = lowering.functions(&arguments.items())?;
        let by = lowering.keys(&group::by(&arguments, "by")?)?.known()?;
        let group = lowering.annotation(by, functions, stage.span);
        lowering.steps.push(Step::Annotate(group));
        Ok(())
    }
}
