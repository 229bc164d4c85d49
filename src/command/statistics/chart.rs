//! `chart`: computes a table for a chart.
//!
//! In: functions over fields, with `AS`, `OVER`, `BY`, `WHERE` and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::{Unknown, group, refused};
use crate::command::statistics::aggregate::{self, Options};
use crate::command::statistics::series::{Chart as Table, OF_RANGES, SETTINGS, splits};
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::{Fidelity, codes};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::source::Span;
use crate::spl::clause::{Item, ItemKind};
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Chart;

impl Command for Chart {
    fn name(&self) -> &'static str {
        "chart"
    }

    fn shape(&self) -> Shape {
        Shape::Chart
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/chart"
    }

    fn summary(&self) -> &'static str {
        "computes a table for a chart"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let mut by = splits(arguments.behind("by").unwrap_or(&[]))?.into_iter();
        let over = splits(arguments.behind("over").unwrap_or(&[]))?;
        // The first field makes rows, the second columns, unless `over` names the first.
        let row = over.into_iter().next().or_else(|| by.next());
        let column = by.next();
        if by.next().is_some() {
            return Err(unsupported("a chart has rows and columns, and no more", stage.span));
        }
        if let Some(row) = row {
            return Table::read(&arguments, row, column)?.table(&rows, context);
        }
        let options = Options { once: false, all_numbers: false, span: stage.span };
        aggregate::table(&rows, &rows, &[], &aggregate::read(&arguments.items())?, options, context)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &[SETTINGS, OF_RANGES].concat())?;
        if arguments.flag("dedup_splitvals", false)? {
            return Err(refused::argument(stage.span, "`dedup_splitvals` is not translated"));
        }
        let functions = lowering.functions(&functions(&arguments))?;
        let over = group::by(&arguments, "over")?;
        let by = group::by(&arguments, "by")?;
        let rows: Vec<_> = over.iter().chain(&by).copied().take(1).collect();
        let columns: Vec<_> = over.iter().chain(&by).copied().skip(1).collect();
        without_null(lowering, &arguments, &columns)?;
        let is_known = over.len() + by.len() <= 1
            && ["span", "bins", "minspan", "start", "end"].iter().all(|it| arguments.setting(it).is_none());
        let keys = lowering.keys(&rows)?;
        lowering.group(keys, functions, stage.span);
        if !is_known {
            let message = "the columns of this chart depend on the events";
            let reason = Diagnostic::new(&codes::NOT_KNOWN, stage.span, message);
            lowering.does_not_know(Unknown::Rows, lowering.steps.len() - 1, reason.clone());
            lowering.fields.hide("*", reason);
        }
        Ok(())
    }
}

/// Rows that lack the field of the columns are in a column of their own unless `usenull` is off.
pub(crate) fn without_null(
    lowering: &mut Lowering<'_>,
    arguments: &Arguments<'_>,
    columns: &[(&str, Span)],
) -> Result<(), Diagnostic> {
    if arguments.behind("where").is_some() || !arguments.flag("useother", true)? {
        lowering.thinned(arguments.span, "the chart shows only some of its columns".to_owned());
        lowering.fidelity = Fidelity::Wider;
    }
    if arguments.flag("usenull", true)? {
        return Ok(());
    }
    for (name, span) in columns {
        let formula = lowering.field(name, *span)?;
        let exists = lowering.exists(&formula, *span);
        lowering.filter(exists);
    }
    Ok(())
}

/// The functions among the arguments of a chart: numbers and settings stand there too.
pub(crate) fn functions<'a>(arguments: &Arguments<'a>) -> Vec<&'a Item> {
    let is_function = |item: &&Item| match &item.kind {
        ItemKind::Word(word) => word.text.parse::<f64>().is_err(),
        ItemKind::Setting(_) => false,
        _ => true,
    };
    arguments.items().into_iter().filter(is_function).collect()
}
