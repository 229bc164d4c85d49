//! `timechart`: computes for each stretch of time.
//!
//! In: functions over fields, with `AS`, `OVER`, `BY`, `WHERE` and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::group::{self, Keys};
use crate::command::lowering::{Unknown, refused};
use crate::command::statistics::chart;
use crate::command::statistics::series::{Chart as Table, OF_RANGES, SETTINGS, Split, splits};
use crate::command::statistics::span::Width;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::formula::Decimal;
use crate::detection::{Fidelity, Step, codes};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::clause::{ItemKind, Setting, Value};
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Timechart;

impl Command for Timechart {
    fn name(&self) -> &'static str {
        "timechart"
    }

    fn shape(&self) -> Shape {
        Shape::Chart
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/timechart"
    }

    fn summary(&self) -> &'static str {
        "computes for each stretch of time"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        // Without a span the ranges depend on the stretch of time of the search.
        let mut spans = arguments.items().into_iter().filter_map(|item| match &item.kind {
            ItemKind::Setting(Setting { name, value: Value::Word(word), .. }) if name.text == "span" => {
                Some(word)
            }
            _ => None,
        });
        // A span behind the field for columns is that of the field (Search Reference, `timechart`, "Split-by fields").
        let width = spans.next_back().and_then(|word| Width::parse(&word.text));
        let width =
            width.ok_or_else(|| unsupported("only a span of units is understood here", stage.span))?;
        let row = Split { field: "_time".to_owned(), width: Some(width) };
        let mut by = splits(arguments.behind("by").unwrap_or(&[]))?.into_iter();
        let column = by.next();
        if by.next().is_some() {
            return Err(unsupported("a chart over time has one field for columns", stage.span));
        }
        let mut table = Table::read(&arguments, row, column)?;
        if let Width::Number(seconds) | Width::Seconds(seconds) = width {
            table.functions =
                table.functions.into_iter().map(|function| function.spanning(seconds)).collect();
        }
        table.is_continuous = arguments.flag("cont", true)?;
        table.table(&rows, context)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &[SETTINGS, OF_RANGES].concat())?;
        if arguments.flag("dedup_splitvals", false)? {
            return Err(refused::argument(stage.span, "`dedup_splitvals` is not translated"));
        }
        let functions = lowering.functions(&chart::functions(&arguments))?;
        let time = lowering.field("_time", stage.span)?;
        let split = group::by(&arguments, "by")?;
        let slot =
            arguments.text("span")?.and_then(|span| group::slot_of(time.clone(), span, stage.span).ok());
        let is_known = slot.is_some() && split.is_empty() && arguments.setting("aligntime").is_none();
        if !arguments.flag("partial", true)? {
            lowering.thinned(stage.span, "the first and last stretch are left out".to_owned());
            lowering.fidelity = Fidelity::Wider;
        }
        chart::without_null(lowering, &arguments, &split)?;
        let length = arguments.text("span")?.and_then(group::seconds).map(Decimal);
        lowering.group(Keys::one("_time", slot.unwrap_or(time)), functions, stage.span);
        if let (true, Some(Step::Group(group))) = (arguments.flag("cont", true)?, lowering.steps.last_mut()) {
            group.stretches = length;
        }
        if !is_known {
            let message = "the columns and stretches of this chart depend on the events";
            let reason = Diagnostic::new(&codes::NOT_KNOWN, stage.span, message);
            lowering.does_not_know(Unknown::Rows, lowering.steps.len() - 1, reason.clone());
            lowering.fields.hide("*", reason);
        }
        Ok(())
    }
}
