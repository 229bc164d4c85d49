//! How events are joined to transactions.
//!
//! In: rows, newest first, and what ties them together. Out: one row for each transaction. Invariant: a transaction is
//! closed only by what the page `transaction` of the Search Reference names: its span, its pause, its number of events, the
//! event that it starts with. Where the page is open: an event that ends a transaction leaves another one that did not
//! start yet unclosed; when the events end those are closed that ask for no event to start with.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::steps::{texts, time};
use super::{origins, predicate_in};
use crate::command::Row;
use crate::detection::Predicate;
use crate::detection::step::Transaction;
use crate::event::{Event, Value, number};
use crate::function::Context;

/// A transaction.
struct Joined {
    /// Its events by index, newest first.
    members: Vec<usize>,
    /// The values that its events have, for each of the fields.
    values: Vec<BTreeSet<String>>,
    /// Whether its newest event is one that ends transactions.
    ends: bool,
    closed: bool,
}

/// The transactions, in the order of their newest events.
pub(super) fn transactions(rule: &Transaction, rows: &[Row], context: &Context) -> Vec<Row> {
    let mut open: Vec<Joined> = Vec::new();
    let mut done: Vec<Joined> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let values: Vec<BTreeSet<String>> =
            rule.by.iter().map(|(_, formula)| texts(formula, row, context).into_iter().collect()).collect();
        if !rule.by.is_empty() && values.iter().all(BTreeSet::is_empty) {
            continue;
        }
        let passes = |condition: &Option<Predicate>| {
            condition.as_ref().is_some_and(|condition| predicate_in(condition, &row.event, context))
        };
        let (starts, ends) = (passes(&rule.starts), passes(&rule.ends));
        let new =
            Joined { members: Vec::new(), values: vec![BTreeSet::new(); values.len()], ends, closed: false };
        let fitting = open.iter().enumerate().filter(|(_, other)| fits(rule, other, &values));
        let mut own = match fitting.max_by_key(|(_, other)| other.members.first()).map(|(at, _)| at) {
            None => new,
            Some(at) => {
                let other = open.swap_remove(at);
                let closed = is_too_far(rule, &other, row, rows, context);
                if closed || ends {
                    done.push(Joined { closed, ..other });
                    new
                } else {
                    other
                }
            }
        };
        own.members.push(index);
        own.values.iter_mut().zip(values).for_each(|(all, values)| all.extend(values));
        if starts {
            let closed = rule.ends.is_none() || own.ends;
            done.push(Joined { closed, ..own });
        } else if own.members.len() >= rule.most_events {
            done.push(Joined { closed: true, ..own });
        } else {
            open.push(own);
        }
    }
    let closed = rule.is_bounded && rule.starts.is_none();
    done.extend(open.into_iter().map(|one| Joined { closed, ..one }));
    done.sort_by_key(|one| one.members.first().copied());
    done.retain(|one| one.closed || rule.keeps_open || !rule.is_bounded);
    done.iter().map(|one| joined(rule, one, rows, context)).collect()
}

/// Whether an event with these values can join: of no field it has only others, and of some field it shares one. So
/// events that share no field may be joined by one between them.
fn fits(rule: &Transaction, transaction: &Joined, values: &[BTreeSet<String>]) -> bool {
    let pairs =
        || transaction.values.iter().zip(values).filter(|(all, own)| !all.is_empty() && !own.is_empty());
    let contradicts = pairs().any(|(all, own)| all.is_disjoint(own));
    !contradicts && (pairs().next().is_some() || rule.by.is_empty() || !rule.connected)
}

/// Whether the transaction would be as long as its span with the event, or its pause too long.
fn is_too_far(rule: &Transaction, transaction: &Joined, row: &Row, rows: &[Row], context: &Context) -> bool {
    let members = transaction.members.iter().filter_map(|index| rows.get(*index));
    let times: Vec<f64> = members.filter_map(|row| time(&rule.time, row, context)).collect();
    let (Some(newest), Some(last), Some(own)) = (times.first(), times.last(), time(&rule.time, row, context))
    else {
        return false;
    };
    rule.longest_span.is_some_and(|most| (newest - own).abs() >= most.0)
        || rule.longest_pause.is_some_and(|most| (last - own).abs() > most.0)
}

/// The row of a transaction: every field with the values of all events, each once, in the order of their bytes.
fn joined(rule: &Transaction, transaction: &Joined, rows: &[Row], context: &Context) -> Row {
    let members: Vec<&Row> = transaction.members.iter().filter_map(|index| rows.get(*index)).collect();
    let names: BTreeSet<&str> =
        members.iter().flat_map(|row| row.event.fields().map(|(name, _)| name)).collect();
    let mut event = Event::new();
    for name in names {
        let values = members.iter().flat_map(|row| row.event.values(name));
        let texts: BTreeSet<String> = values.map(|value| value.text().into_owned()).collect();
        event.set(name, texts.into_iter().map(Value::Text).collect());
    }
    let times: Vec<f64> = members.iter().filter_map(|row| time(&rule.time, row, context)).collect();
    let earliest = times.iter().copied().reduce(f64::min);
    let latest = times.iter().copied().reduce(f64::max);
    if let (Some(earliest), Some(latest)) = (earliest, latest) {
        event.set("_time", vec![Value::Number(earliest)]);
        event.set("duration", vec![Value::Number(latest - earliest)]);
    }
    let raw: Vec<String> =
        members.iter().rev().filter_map(|row| row.event.raw().map(Cow::into_owned)).collect();
    if !raw.is_empty() {
        event.set("_raw", vec![Value::Text(raw.join("\n"))]);
    }
    event.set("eventcount", vec![Value::Number(number::of_count(members.len()))]);
    event.set("closed_txn", vec![Value::Number(f64::from(u8::from(transaction.closed)))]);
    Row { event, origins: origins(members) }
}
