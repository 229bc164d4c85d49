//! What rows of a sub-search do to rows: those that `join` adds, and the mark that `[search …]` stands for.
//!
//! In: rows, and those of all events. Out: rows. Invariant: the sub-search sees all events, those too that the search
//! itself left out (Search Manual, "About subsearches"); an event of a sub-search contributes to what `join` makes, and not
//! to what a condition only keeps. Written from what [`Join`] and [`Mark`] say, apart from `run`, which it is held against.

use super::steps::{MOST_ROWS, after_all, texts, time};
use super::{formula, origins};
use crate::command::Row;
use crate::detection::step::{Join, Mark, TimeLimit};
use crate::detection::{Formula, ValueTest};
use crate::event::pattern::{Case, Pattern};
use crate::event::{Value, network};
use crate::function::Context;

/// Each row with those of the sub-search that it meets.
pub(super) fn joined(join: &Join, rows: Vec<Row>, all: &[Row], context: &Context) -> Vec<Row> {
    let others = after_all(&join.other, all.to_vec(), all, context);
    let own: Vec<&Formula> = join.on.iter().map(|(own, _)| own).collect();
    let theirs: Vec<&Formula> = join.on.iter().map(|(_, other)| other).collect();
    let keyed: Vec<(Vec<Vec<String>>, &Row)> =
        others.iter().filter_map(|other| Some((keys(&theirs, other, context)?, other))).collect();
    let mut made = Vec::new();
    for row in rows {
        let key = keys(&own, &row, context);
        let met = keyed
            .iter()
            .filter(|(other_key, other)| {
                key.as_ref() == Some(other_key)
                    && join.limit.as_ref().is_none_or(|limit| is_within(limit, &row, other, context))
            })
            .map(|(_, other)| both(join, &row, other, context));
        let met: Vec<Row> =
            met.take(join.most.unwrap_or(usize::MAX).min(MOST_ROWS.saturating_sub(made.len()))).collect();
        if met.is_empty() && join.keeps_all {
            made.push(alone(join, row));
        } else {
            made.extend(met);
        }
    }
    made
}

/// The values of each key; nothing if one has none.
fn keys(formulas: &[&Formula], row: &Row, context: &Context) -> Option<Vec<Vec<String>>> {
    let key = |formula: &&Formula| Some(texts(formula, row, context)).filter(|texts| !texts.is_empty());
    formulas.iter().map(key).collect()
}

fn is_within(limit: &TimeLimit, row: &Row, other: &Row, context: &Context) -> bool {
    let second = |formula, row| time(formula, row, context).map(f64::floor);
    match (second(&limit.time, row), second(&limit.other, other)) {
        (Some(own), Some(other)) if limit.is_earlier => other <= own,
        (Some(own), Some(other)) => other >= own,
        _ => true,
    }
}

fn both(join: &Join, row: &Row, other: &Row, context: &Context) -> Row {
    let mut both = row.clone();
    for (name, of) in &join.fields {
        both.event.set(name, formula(of, &other.event, context).values().to_vec());
    }
    both.origins = origins([row, other]);
    both
}

fn alone(join: &Join, mut row: Row) -> Row {
    join.fields.iter().for_each(|(name, _)| row.event.set(name, Vec::new()));
    row
}

/// The rows, of which those that are like one of the sub-search have a mark.
pub(super) fn marked(mark: &Mark, mut rows: Vec<Row>, all: &[Row], context: &Context) -> Vec<Row> {
    let others = after_all(&mark.other, all.to_vec(), all, context);
    let mut wanted: Vec<Vec<Vec<ValueTest>>> = Vec::new();
    for other in &others {
        let tests: Vec<Vec<ValueTest>> = mark
            .fields
            .iter()
            .map(|(_, of)| texts(of, other, context).iter().flat_map(|text| tests(text)).collect())
            .collect();
        // A row without fields makes no condition.
        if tests.iter().any(|tests| !tests.is_empty()) && !wanted.contains(&tests) {
            wanted.push(tests);
        }
    }
    for row in &mut rows {
        let own: Vec<Vec<Value>> =
            mark.fields.iter().map(|(own, _)| formula(own, &row.event, context).values().to_vec()).collect();
        let is_found = wanted.iter().any(|tests| is_like(&own, tests));
        row.event.set(&mark.name, if is_found { vec![Value::from("1")] } else { Vec::new() });
    }
    rows
}

/// Whether each field has a value that passes; a field that the other row lacks is not asked for.
fn is_like(own: &[Vec<Value>], tests: &[Vec<ValueTest>]) -> bool {
    let has = |(values, tests): (&Vec<Value>, &Vec<ValueTest>)| {
        tests.is_empty() || values.iter().any(|value| tests.iter().any(|test| test.passes(value)))
    };
    own.iter().zip(tests).all(has)
}

/// What `=` asks of a value in the language of `search`.
fn tests(text: &str) -> Vec<ValueTest> {
    let equal = ValueTest::Matches(Pattern::wildcard(text, Case::Insensitive));
    std::iter::once(equal).chain(network::parse(text).map(ValueTest::In)).collect()
}
