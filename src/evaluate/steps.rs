//! What a detection over several events comes to.
//!
//! In: filters and steps, and events. Out: the events that contribute to a row of the result. Invariant: written from
//! what [`Step`] says of each step and from Splunk's manual, never by way of `run` of a command, which it is held against;
//! what a single function of `stats` computes over values is the only thing that both take from one place.

use std::cmp::Ordering;
use std::net::IpAddr;

use super::transaction::transactions;
use super::{formula, origins, predicate_in, subsearch, timed};
use crate::command::{Row, Sample, computed, counts};
use crate::detection::step::{Aggregate, Comparison, Distinct, Expand, Group, Run, Sort, SortKey, Step};
use crate::detection::{Detection, Formula};
use crate::event::{Event, Value, number};
use crate::function::operand::number_of;
use crate::function::{Context, Operand};

/// More rows than a search of examples has: `stretches` of time without events are filled up to here, and joins go no
/// further.
pub(super) const MOST_ROWS: usize = 100_000;

/// The events that contribute to a row of what the detection comes to, by index, in order. Events are given in the order
/// in which the search finds them: newest first, unless it says otherwise.
///
/// ```
/// use splc::event::Event;
/// use splc::function::Context;
/// let parsed = splc::command::parse("| stats count by user | where count > 1");
/// let detection = splc::command::lower(&parsed.pipeline).unwrap();
/// let events = ["root", "ada", "root"].map(|user| Event::new().with("user", user));
/// assert_eq!(splc::evaluate::detection(&detection, &events, &Context::at(0.0)), [0, 2]);
/// ```
pub fn detection(detection: &Detection, events: &[Event], context: &Context) -> Vec<usize> {
    let row = |(index, event)| Row { event: timed(event, context.now), origins: vec![index] };
    let all: Vec<Row> = events.iter().enumerate().map(row).collect();
    let mut rows = all.clone();
    for filter in &detection.filters {
        rows.retain(|row| predicate_in(filter, &row.event, context));
    }
    origins(&after_all(&detection.steps, rows, &all, context))
}

/// The rows after some steps; `all` are those of all events, which sub-searches look at.
pub(super) fn after_all(steps: &[Step], rows: Vec<Row>, all: &[Row], context: &Context) -> Vec<Row> {
    steps.iter().fold(rows, |rows, step| after(step, rows, all, context))
}

fn after(step: &Step, mut rows: Vec<Row>, all: &[Row], context: &Context) -> Vec<Row> {
    match step {
        Step::Filter(predicate) => rows.retain(|row| predicate_in(predicate, &row.event, context)),
        Step::Group(group) => return grouped(group, &rows, context),
        Step::Annotate(group) => return annotated(group, &rows, context),
        Step::Run(run) => return running(run, &rows, context),
        Step::Expand(expand) => return rows.iter().flat_map(|row| expanded(expand, row, context)).collect(),
        Step::Distinct(distinct) => return deduplicated(distinct, rows, context),
        Step::First(count) => rows.truncate(*count),
        Step::Last(count) => {
            rows.reverse();
            rows.truncate(*count);
        }
        Step::Sort(sort) => return sorted(sort, rows, context),
        Step::Reverse => rows.reverse(),
        Step::Transaction(transaction) => return transactions(transaction, &rows, context),
        Step::Join(join) => return subsearch::joined(join, rows, all, context),
        Step::Mark(mark) => return subsearch::marked(mark, rows, all, context),
    }
    rows
}

/// The values of a formula in a row, as texts.
pub(super) fn texts(formula_: &Formula, row: &Row, context: &Context) -> Vec<String> {
    let values = formula(formula_, &row.event, context);
    values.values().iter().map(|value| value.text().into_owned()).collect()
}

/// When a row is.
pub(super) fn time(formula_: &Formula, row: &Row, context: &Context) -> Option<f64> {
    number_of(formula(formula_, &row.event, context).values().first()?)
}

/// Texts in the order of results: numbers by value, then other texts by their bytes (Search Reference, "Lexicographical
/// order").
fn by_value(left: &str, right: &str) -> Ordering {
    let by_number = match (number::parse(left), number::parse(right)) {
        (Some(left), Some(right)) => left.total_cmp(&right),
        (left, right) => left.is_none().cmp(&right.is_none()),
    };
    by_number.then_with(|| left.cmp(right))
}

/// The members of a group, by index, under its keys.
type Members = (Vec<String>, Vec<usize>);

/// The groups in the order of their keys; `once` leaves out that a row has a value twice.
fn groups(by: &[(String, Formula)], rows: &[Row], once: bool, context: &Context) -> Vec<Members> {
    let mut groups: Vec<Members> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        for keys in combinations(by, row, context) {
            match groups.iter_mut().find(|(known, _)| *known == keys) {
                Some((_, members)) if once && members.last() == Some(&index) => {}
                Some((_, members)) => members.push(index),
                None => groups.push((keys, vec![index])),
            }
        }
    }
    let compare = |(left, _): &Members, (right, _): &Members| {
        let pairs = left.iter().zip(right);
        pairs.map(|(left, right)| by_value(left, right)).find(|it| it.is_ne()).unwrap_or(Ordering::Equal)
    };
    groups.sort_by(compare);
    groups
}

/// Each choice of one value for each key.
fn combinations(by: &[(String, Formula)], row: &Row, context: &Context) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    for (_, formula) in by {
        let values = texts(formula, row, context);
        all = all
            .iter()
            .flat_map(|chosen| {
                values.iter().map(|value| [chosen.as_slice(), std::slice::from_ref(value)].concat())
            })
            .collect();
    }
    all
}

/// The results of the functions over some rows, by name.
fn results(group: &Group, rows: &[&Row], context: &Context) -> Vec<(String, Vec<Value>)> {
    let one = |aggregate: &Aggregate| (aggregate.name.clone(), result(aggregate, group, rows, context));
    group.aggregates.iter().map(one).collect()
}

fn result(aggregate: &Aggregate, group: &Group, rows: &[&Row], context: &Context) -> Vec<Value> {
    let Some(argument) = &aggregate.argument else {
        return vec![Value::Number(number::of_count(rows.len()))];
    };
    let mut samples = Vec::new();
    for row in rows {
        let time = time(&group.time, row, context);
        let values = match formula(argument, &row.event, context) {
            Operand::Values(values) => values,
            // A condition counts where it is true: `count(eval(status=404))`.
            Operand::Boolean(true) if counts(&aggregate.function) => vec![Value::Number(1.0)],
            Operand::Boolean(_) | Operand::Null => Vec::new(),
        };
        samples.extend(values.into_iter().map(|value| Sample { value, time }));
    }
    computed(&aggregate.function, &samples).unwrap_or_default()
}

fn grouped(group: &Group, rows: &[Row], context: &Context) -> Vec<Row> {
    let mut groups = groups(&group.by, rows, false, context);
    if group.by.is_empty() && groups.is_empty() {
        groups.push((Vec::new(), Vec::new()));
    }
    let mut made = Vec::new();
    for (keys, members) in groups {
        let members: Vec<&Row> = members.into_iter().filter_map(|index| rows.get(index)).collect();
        let mut event = Event::new();
        for (name, values) in results(group, &members, context) {
            event.set(name, values);
        }
        for ((name, _), key) in group.by.iter().zip(keys) {
            event = event.with(name, key);
        }
        made.push(Row { event, origins: origins(members) });
    }
    match group.stretches {
        Some(length) => with_stretches(group, made, length.0),
        None => made,
    }
}

/// The rows with one for each stretch of time between them that has none.
fn with_stretches(group: &Group, rows: Vec<Row>, length: f64) -> Vec<Row> {
    let start = |row: &Row| number_of(row.event.values("_time").first()?);
    let mut filled: Vec<Row> = Vec::new();
    for row in rows {
        let mut next = filled.last().and_then(start).map(|last| last + length);
        while let (Some(time), Some(end)) = (next, start(&row)) {
            // Half a stretch is a difference of rounding.
            if time + length / 2.0 > end || filled.len() > MOST_ROWS {
                break;
            }
            let mut event = Event::new();
            event.set("_time", vec![Value::Number(time)]);
            for one in group.aggregates.iter().filter(|one| counts(&one.function)) {
                event.set(&one.name, vec![Value::Number(0.0)]);
            }
            filled.push(Row { event, origins: Vec::new() });
            next = Some(time + length);
        }
        filled.push(row);
    }
    filled
}

fn annotated(group: &Group, rows: &[Row], context: &Context) -> Vec<Row> {
    let mut annotated = rows.to_vec();
    for (_, members) in groups(&group.by, rows, true, context) {
        let of_group: Vec<&Row> = members.iter().filter_map(|index| rows.get(*index)).collect();
        for (name, values) in results(group, &of_group, context) {
            for index in &members {
                if let Some(row) = annotated.get_mut(*index) {
                    row.event.set(&name, values.clone());
                }
            }
        }
    }
    annotated
}

fn running(run: &Run, rows: &[Row], context: &Context) -> Vec<Row> {
    let keys = |row: &Row| -> Option<Vec<Vec<String>>> {
        let one =
            |(_, formula): &(String, Formula)| Some(texts(formula, row, context)).filter(|it| !it.is_empty());
        run.group.by.iter().map(one).collect()
    };
    let mut made = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let mut row = row.clone();
        if let Some(own) = keys(&row) {
            let end = if run.current { index + 1 } else { index };
            let mut seen: Vec<&Row> = rows.iter().take(end).collect();
            if run.global {
                keep_last(&mut seen, run.window);
            }
            seen.retain(|other| keys(other).as_ref() == Some(&own));
            if !run.global {
                keep_last(&mut seen, run.window);
            }
            if let Some(seconds) = run.seconds {
                let now = time(&run.group.time, &row, context);
                let is_near = |other: &&Row| {
                    let distance = Some((time(&run.group.time, other, context)? - now?).abs());
                    distance.map(|distance| distance < seconds.0)
                };
                seen.retain(|other| is_near(other) == Some(true));
            }
            for (name, values) in results(&run.group, &seen, context) {
                row.event.set(name, values);
            }
        }
        made.push(row);
    }
    made
}

fn keep_last(rows: &mut Vec<&Row>, most: Option<usize>) {
    if let Some(most) = most {
        rows.drain(..rows.len().saturating_sub(most));
    }
}

/// A row without values stays one row.
fn expanded(expand: &Expand, row: &Row, context: &Context) -> Vec<Row> {
    let values = formula(&expand.of, &row.event, context);
    if values.values().is_empty() {
        let mut row = row.clone();
        row.event.set(&expand.field, Vec::new());
        return vec![row];
    }
    let one = |value: &Value| {
        let mut row = row.clone();
        row.event.set(&expand.field, vec![value.clone()]);
        row
    };
    values.values().iter().map(one).collect()
}

fn deduplicated(distinct: &Distinct, rows: Vec<Row>, context: &Context) -> Vec<Row> {
    let mut seen: Vec<Vec<Vec<String>>> = Vec::new();
    let mut kept = Vec::new();
    for row in rows {
        let key: Vec<Vec<String>> = distinct.by.iter().map(|formula| texts(formula, &row, context)).collect();
        if key.iter().any(Vec::is_empty) {
            kept.extend(distinct.keeps_empty.then_some(row));
            continue;
        }
        if distinct.consecutive {
            seen.retain(|other| *other == key);
        }
        if seen.iter().filter(|other| **other == key).count() < distinct.keep {
            kept.push(row);
        }
        seen.push(key);
    }
    kept
}

fn sorted(sort: &Sort, mut rows: Vec<Row>, context: &Context) -> Vec<Row> {
    let first = |key: &SortKey, row: &Row| texts(&key.formula, row, context).into_iter().next();
    let comparisons: Vec<Comparison> = sort
        .keys
        .iter()
        .map(|key| {
            let is_address = |row: &Row| first(key, row).is_none_or(|text| text.parse::<IpAddr>().is_ok());
            match key.comparison {
                Comparison::Automatic if rows.iter().all(is_address) => Comparison::Address,
                comparison => comparison,
            }
        })
        .collect();
    rows.sort_by(|left, right| {
        let of_key = |(key, comparison): (&SortKey, &Comparison)| match (first(key, left), first(key, right))
        {
            (Some(left), Some(right)) if key.descending => compare(*comparison, &right, &left),
            (Some(left), Some(right)) => compare(*comparison, &left, &right),
            (left, right) => left.is_none().cmp(&right.is_none()),
        };
        sort.keys.iter().zip(&comparisons).map(of_key).find(|it| it.is_ne()).unwrap_or(Ordering::Equal)
    });
    if sort.reversed {
        rows.reverse();
    }
    rows.truncate(sort.most.unwrap_or(usize::MAX));
    rows
}

fn compare(comparison: Comparison, left: &str, right: &str) -> Ordering {
    match comparison {
        Comparison::Automatic => by_value(left, right),
        Comparison::Text => left.cmp(right),
        Comparison::Number => match (number::parse(left), number::parse(right)) {
            (Some(left), Some(right)) => left.total_cmp(&right),
            (left, right) => left.is_none().cmp(&right.is_none()),
        },
        Comparison::Address => match (left.parse::<IpAddr>(), right.parse::<IpAddr>()) {
            (Ok(left), Ok(right)) => left.cmp(&right),
            (left, right) => left.is_err().cmp(&right.is_err()),
        },
    }
}
