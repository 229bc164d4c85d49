//! `inputlookup`: reads rows of a lookup table.
//!
//! In: a table, and a condition in the `search` language.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::{Unknown, refused};
use crate::command::{Command, Lowering, Row, Unsupported, rows, search};
use crate::detection::codes;
use crate::diagnostic::Diagnostic;
use crate::event::Event;
use crate::event::table::Table;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Inputlookup;

impl Command for Inputlookup {
    fn name(&self) -> &'static str {
        "inputlookup"
    }

    fn shape(&self) -> Shape {
        Shape::Table
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/inputlookup"
    }

    fn summary(&self) -> &'static str {
        "reads rows of a lookup table"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let [name] = arguments.words()?[..] else {
            return Err(unsupported("one table is expected here", stage.span));
        };
        let table = context.tables.find(&name.text);
        let table = table
            .ok_or_else(|| unsupported(format!("the lookup `{}` is not given", name.text), name.span))?;
        let mut entries = entries(table);
        if let Some(condition) = arguments.condition("where") {
            entries = search::kept(condition, entries, context)?;
        }
        let start = arguments.count("start")?.unwrap_or(0);
        let most = arguments.count("max")?.unwrap_or(usize::MAX);
        let entries = entries.into_iter().skip(start).take(most);
        let kept = if arguments.flag("append", false)? { rows } else { Vec::new() };
        let made: Vec<Row> = kept.into_iter().chain(entries).collect();
        rows::bounded(made.len(), stage.span)?;
        Ok(made)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        if !arguments.flag("append", false)? {
            return Err(refused::no_events(&stage.name.value, stage.span));
        }
        // Rows of the table are added to those that are there, and no event is in them; where rows are counted they count.
        let reason = Diagnostic::new(&codes::NOT_KNOWN, stage.span, "rows of a table are among the results");
        lowering.does_not_know(Unknown::Rows, lowering.steps.len(), reason.clone());
        lowering.fields.hide("*", reason);
        Ok(())
    }
}

/// What `inputlookup` may be set to.
const SETTINGS: &[&str] = &["append", "start", "max", "strict"];

/// One row for each entry of a table, made of no event. An empty cell is no value.
pub(super) fn entries(table: &Table) -> Vec<Row> {
    let row = |cells: &Vec<String>| {
        let filled = table.columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
        let event = filled.fold(Event::new(), |event, (column, cell)| event.with(column, cell));
        Row { event, origins: Vec::new() }
    };
    table.rows.iter().map(row).collect()
}
