//! `lookup`: adds the fields of a row of a lookup table.
//!
//! In: a table, fields with `AS`, and `OUTPUT` or `OUTPUTNEW`.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::table as given;
use crate::command::lowering::{formula, refused};
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::formula::Unknown;
use crate::detection::{Formula, HoleKind};
use crate::diagnostic::Diagnostic;
use crate::event::pattern::{Case, Pattern};
use crate::event::table::{Definition, Table, Way};
use crate::event::{Event, Value, network};
use crate::function::Context;
use crate::spl::clause::{Item, ItemKind, Word};
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Lookup;

impl Command for Lookup {
    fn name(&self) -> &'static str {
        "lookup"
    }

    fn shape(&self) -> Shape {
        Shape::Lookup
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/lookup"
    }

    fn summary(&self) -> &'static str {
        "adds the fields of a row of a lookup table"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let mut pairs = pairs(&arguments.items())?.into_iter();
        let (name, _) = pairs.next().ok_or_else(|| unsupported("a table is expected here", stage.span))?;
        let found = context.tables.lookup(name);
        let (table, definition) =
            found.ok_or_else(|| unsupported(format!("the lookup `{name}` is not given"), stage.span))?;
        let inputs: Vec<(&str, &str)> = pairs.collect();
        if inputs.is_empty() {
            return Err(unsupported("a field to look up by is expected here", stage.span));
        }
        let keeps = arguments.behind("outputnew");
        let named = keeps.or_else(|| arguments.behind("output")).filter(|items| !items.is_empty());
        let outputs = if let Some(items) = named {
            self::pairs(&items.iter().collect::<Vec<_>>())?
        } else {
            // All other columns (Search Reference, `lookup`).
            let others = table.columns.iter().filter(|it| !inputs.iter().any(|(input, _)| input == it));
            others.map(|column| (column.as_str(), column.as_str())).collect()
        };
        for (column, _) in inputs.iter().chain(&outputs) {
            if !table.columns.iter().any(|known| known == column) {
                return Err(unsupported(format!("the lookup `{name}` has no column `{column}`"), stage.span));
            }
        }
        let mut rows = rows;
        for row in &mut rows {
            let found = entries(table, &definition, &inputs, &row.event);
            let is_asked = inputs.iter().all(|(_, field)| !row.event.values(field).is_empty());
            let default = definition.default.as_deref().filter(|_| found.is_empty() && is_asked);
            for (column, field) in &outputs {
                let cells = found.iter().filter_map(|entry| table.cell(*entry, column)).chain(default);
                let values: Vec<Value> = cells.filter(|cell| !cell.is_empty()).map(Value::from).collect();
                // What was there before is gone even where nothing is found, which is a choice.
                if keeps.is_none() || !row.event.has(field) {
                    row.event.set(*field, values);
                }
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let mut words = arguments.items().into_iter().filter_map(|item| match &item.kind {
            ItemKind::Word(word) => Some((word, item.alias.as_ref())),
            _ => None,
        });
        let Some((table, _)) = words.next() else {
            return Err(refused::argument(stage.span, "a table is expected here"));
        };
        let keys: Vec<(String, String)> = words.map(pair).collect();
        let of = |keyword: &str| -> Option<Vec<(String, String)>> {
            let items = arguments.behind(keyword).filter(|items| !items.is_empty())?;
            let found = items.iter().filter_map(|item| match &item.kind {
                ItemKind::Word(word) => Some(pair((word, item.alias.as_ref()))),
                _ => None,
            });
            Some(found.collect())
        };
        let (outputs, new) = (of("output"), of("outputnew"));
        // All columns, but those only that a row lacks: which that are differs from row to row.
        let is_open = arguments.behind("outputnew").is_some_and(<[Item]>::is_empty);
        if !is_open && let Some((found, definition)) = lowering.context.tables.lookup(&table.text) {
            return given::lowered(lowering, stage, (found, &definition), &keys, outputs, new);
        }
        if outputs.is_none() && new.is_none() {
            let message = format!("which fields the lookup `{}` has is not known", table.text);
            lowering.hide("*", stage.span, message);
            return Ok(());
        }
        let keys: Vec<(String, Formula)> =
            keys.into_iter().map(|(column, field)| (column, lowering.key(&field, stage.span))).collect();
        let unknown = |column: String| {
            let unknown =
                Unknown { kind: HoleKind::Lookup, name: table.text.clone(), column, keys: keys.clone() };
            formula::bounded(Formula::Unknown(Box::new(unknown)), stage.span)
        };
        // All outputs are of the row that the fields find as they were before.
        let mut made: Vec<(String, Result<Formula, Box<Diagnostic>>)> = Vec::new();
        for (column, name) in outputs.unwrap_or_default() {
            made.push((name, Ok(unknown(column)?)));
        }
        for (column, name) in new.unwrap_or_default() {
            let formula = match lowering.fields.get(&name) {
                Ok(before) => Ok(formula::bounded(formula::first_of(before, unknown(column)?), stage.span)?),
                Err(reason) => Err(reason),
            };
            made.push((name, formula));
        }
        for (name, formula) in made {
            match formula {
                Ok(formula) => lowering.fields.set(name, formula),
                Err(reason) => lowering.fields.hide(&name, *reason),
            }
        }
        Ok(())
    }
}

/// What `lookup` may be set to.
const SETTINGS: &[&str] = &["local", "update", "event_time_field"];

/// `column AS field`, or one name for both.
fn pairs<'a>(items: &[&'a Item]) -> Result<Vec<(&'a str, &'a str)>, Unsupported> {
    let mut found = Vec::new();
    for item in items {
        match &item.kind {
            ItemKind::Word(word) => {
                found.push((
                    word.text.as_str(),
                    item.alias.as_ref().map_or(word.text.as_str(), |it| &it.text),
                ));
            }
            ItemKind::Setting(_) => {}
            _ => return Err(unsupported("a field is expected here", item.span)),
        }
    }
    Ok(found)
}

/// The first entries of the table whose cells match a value of each field, as many as `max_matches` lets through.
fn entries(table: &Table, definition: &Definition, inputs: &[(&str, &str)], event: &Event) -> Vec<usize> {
    let matches_one = |entry: usize, (column, field): &(&str, &str)| {
        let Some(cell) = table.cell(entry, column) else { return false };
        let way = definition.ways.get(*column).copied();
        event
            .values(field)
            .iter()
            .any(|value| matches(cell, &value.text(), way, definition.is_case_sensitive))
    };
    let matches_all = |entry: &usize| inputs.iter().all(|input| matches_one(*entry, input));
    (0..table.rows.len()).filter(matches_all).take(definition.most).collect()
}

/// Whether a value matches a cell (transforms.conf, `match_type`). A cell that is to be a network and is none is compared
/// as it is.
fn matches(cell: &str, value: &str, way: Option<Way>, with_case: bool) -> bool {
    let case = if with_case { Case::Sensitive } else { Case::Insensitive };
    match way {
        Some(Way::Wildcard) => Pattern::wildcard(cell, case).matches(value),
        Some(Way::Network) if network::parse(cell).is_some_and(|it| network::holds(it, value)) => true,
        Some(Way::Network) if network::parse(cell).is_some() => false,
        _ if with_case => cell == value,
        _ => Pattern::literal(cell, case).matches(value),
    }
}

/// The name in the table and the name in the row.
fn pair((word, alias): (&Word, Option<&Word>)) -> (String, String) {
    (word.text.clone(), alias.unwrap_or(word).text.clone())
}
