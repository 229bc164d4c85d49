//! A lookup whose table is given: its outputs are cases over its keys.
//!
//! In: the table and how it is searched, the fields that are looked up, the fields that are set. Out: formulas. Entries
//! match in the order of the file; a bare table matches exactly and with case (transforms.conf, `match_type`,
//! `case_sensitive_match`). Invariant: what `max_matches` would cut off is not translated: a formula gives every entry that
//! matches, or the first one where only one is asked for. Only of an event whose field has more than `max_matches`
//! different values in a table without repeated keys does it give too much.

use crate::command::lowering::{Lowering, formula};
use crate::detection::{Condition, Formula, Predicate, ValueTest};
use crate::diagnostic::Diagnostic;
use crate::event::network;
use crate::event::pattern::{Case, Pattern};
use crate::event::table::{Definition, Table, Way};
use crate::source::Span;
use crate::spl::Stage;
use crate::spl::eval::BinaryOperator;
use std::collections::{BTreeMap, BTreeSet};

/// More rows are not put into formulas.
const MOST_ROWS: usize = 2_000;

/// Names in the table and in the row.
type Pairs = Vec<(String, String)>;

/// Sets the outputs of a lookup.
pub(crate) fn lowered(
    lowering: &mut Lowering<'_>,
    stage: &Stage,
    (table, definition): (&Table, &Definition),
    keys: &[(String, String)],
    outputs: Option<Pairs>,
    new: Option<Pairs>,
) -> Result<(), Diagnostic> {
    let all = || {
        let others = table.columns.iter().filter(|column| keys.iter().all(|(key, _)| key != *column));
        others.map(|column| (column.clone(), column.clone())).collect::<Pairs>()
    };
    let outputs = if new.is_none() { outputs.unwrap_or_else(all) } else { outputs.unwrap_or_default() };
    let is_new = |pairs: Pairs, new: bool| pairs.into_iter().map(move |pair| (pair, new));
    let wanted: Vec<_> = is_new(outputs, false).chain(is_new(new.unwrap_or_default(), true)).collect();
    let unknown = keys.iter().map(|(column, _)| column).chain(wanted.iter().map(|((column, _), _)| column));
    if let Some(column) = unknown.into_iter().find(|column| !table.columns.contains(column)) {
        let message = format!("the table has no column `{column}`");
        return Err(super::refused::argument(stage.span, message));
    }
    let searched = Searched { lowering, table, definition, keys, span: stage.span };
    let found: Vec<Option<Formula>> = wanted.iter().map(|((column, _), _)| searched.output(column)).collect();
    for (((_, field), is_new), found) in wanted.into_iter().zip(found) {
        let Some(found) = found else {
            let message = format!("what the lookup gives for `{field}` is not translated");
            lowering.hide(&field, stage.span, message);
            continue;
        };
        let found = formula::bounded(found, stage.span)?;
        match (is_new, lowering.fields.get(&field)) {
            (false, _) => lowering.fields.set(field, found),
            (true, Ok(before)) => lowering.fields.set(field, formula::first_of(before, found)),
            (true, Err(reason)) => lowering.fields.hide(&field, *reason),
        }
    }
    Ok(())
}

/// A table with what is looked up in it.
struct Searched<'a, 'c> {
    lowering: &'a Lowering<'c>,
    table: &'a Table,
    definition: &'a Definition,
    keys: &'a [(String, String)],
    span: Span,
}

/// Which entries may match one event.
enum Matching {
    /// One for each value of its field.
    OneAValue,
    /// The first that matches.
    First,
    /// All that match.
    All,
}

impl Searched<'_, '_> {
    /// What an event gets from a column. An empty cell is no value.
    fn output(&self, column: &str) -> Option<Formula> {
        let rows = self.table.rows.len();
        let groups: Vec<Vec<usize>> = match self.matching()? {
            Matching::OneAValue => {
                let mut by_value: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
                for row in 0..rows {
                    by_value.entry(self.table.cell(row, column)?).or_default().push(row);
                }
                by_value.into_values().collect()
            }
            Matching::First => {
                let mut pairs = Vec::new();
                for row in 0..rows {
                    pairs.extend([self.condition(&[row])?, text(self.table.cell(row, column)?)]);
                }
                return self.or_default(call("case", pairs), rows);
            }
            Matching::All => (0..rows).map(|row| vec![row]).collect(),
        };
        let mut parts = Vec::new();
        for group in groups {
            let value = self.table.cell(*group.first()?, column)?;
            if !value.is_empty() {
                parts.push(call("case", vec![self.condition(&group)?, text(value)]));
            }
        }
        self.or_default(if parts.len() == 1 { parts.remove(0) } else { call("mvappend", parts) }, rows)
    }

    /// The formula, or where no entry matches, what the definition gives then.
    ///
    /// The documentation does not say what an event gets that lacks a field: here, nothing.
    fn or_default(&self, found: Formula, rows: usize) -> Option<Formula> {
        let Some(default) = self.definition.default.as_ref().filter(|text| !text.is_empty()) else {
            return Some(found);
        };
        let all: Vec<usize> = (0..rows).collect();
        let none = Formula::Not(Box::new(self.condition(&all)?));
        let mut when = vec![none];
        for (_, field) in self.keys {
            when.push(call("isnotnull", vec![self.lowering.fields.get(field).ok()?]));
        }
        let when = formula::balanced(BinaryOperator::And, when);
        Some(formula::first_of(found, call("case", vec![when, text(default)])))
    }

    /// Which entries an event gets; nothing if that depends on more than their keys.
    fn matching(&self) -> Option<Matching> {
        let rows = self.table.rows.len();
        if rows > MOST_ROWS {
            return None;
        }
        if self.definition.most == 1 {
            return Some(Matching::First);
        }
        let mut seen = BTreeSet::new();
        let cells = |row: usize| -> Vec<&str> {
            self.keys.iter().map(|(column, _)| self.table.cell(row, column).unwrap_or("")).collect()
        };
        let is_exact =
            self.definition.is_case_sensitive && self.keys.iter().all(|key| self.way(key).is_none());
        if is_exact && (0..rows).all(|row| seen.insert(cells(row))) {
            return Some(Matching::OneAValue);
        }
        (rows <= self.definition.most).then_some(Matching::All)
    }

    fn way(&self, (column, _): &(String, String)) -> Option<Way> {
        self.definition.ways.get(column).copied()
    }

    /// Whether the keys are those of one of the rows: true or false, or null where a field is missing.
    fn condition(&self, rows: &[usize]) -> Option<Formula> {
        if let [key] = self.keys {
            return self.matches(key, rows);
        }
        let mut any = Vec::new();
        for row in rows {
            let all: Option<Vec<Formula>> = self.keys.iter().map(|key| self.matches(key, &[*row])).collect();
            any.push(formula::balanced(BinaryOperator::And, all?));
        }
        Some(formula::balanced(BinaryOperator::Or, any))
    }

    /// Whether some value of the field matches the cell of one of the rows.
    fn matches(&self, key: &(String, String), rows: &[usize]) -> Option<Formula> {
        let (column, field) = key;
        let field_formula = self.lowering.fields.get(field).ok()?;
        let cells: Option<Vec<&str>> = rows.iter().map(|row| self.table.cell(*row, column)).collect();
        let (cells, way) = (cells?, self.way(key));
        if way.is_none() && self.definition.is_case_sensitive {
            let operands = std::iter::once(field_formula).chain(cells.into_iter().map(text)).collect();
            return Some(call("in", operands));
        }
        let tests = cells.into_iter().map(|cell| self.test(cell, way)).collect();
        let predicate: Predicate = self.lowering.passes(field, &Condition::Some(tests), self.span).ok()?;
        Some(Formula::Holds(Box::new(predicate)))
    }

    fn test(&self, cell: &str, way: Option<Way>) -> ValueTest {
        let case = if self.definition.is_case_sensitive { Case::Sensitive } else { Case::Insensitive };
        match (way, network::parse(cell)) {
            (Some(Way::Network), Some(network)) => ValueTest::In(network),
            (Some(Way::Wildcard), _) => ValueTest::Matches(Pattern::wildcard(cell, case)),
            _ => ValueTest::Matches(Pattern::literal(cell, case)),
        }
    }
}

fn call(name: &str, arguments: Vec<Formula>) -> Formula {
    if arguments.is_empty() { Formula::Null } else { Formula::Call(name.to_owned(), arguments) }
}

fn text(text: &str) -> Formula {
    if text.is_empty() { Formula::Null } else { Formula::Text(text.to_owned()) }
}
