//! What is asked of the rows of a group, asked of the events where that is the same.
//!
//! In: a group, and what is asked of its rows. Out: tests that stand before it, and what is left behind it. Invariant: the
//! same events contribute to the rows that pass. A test of keys alone stays behind the group as well, since an event with
//! several values of a key is in other groups too.

use std::collections::BTreeSet;

use crate::command::lowering::finish::grouped;
use crate::detection::formula::{Decimal, Formula};
use crate::detection::step::{Aggregate, Group, Step};
use crate::detection::{Condition, Order, Predicate, Test, ValueTest};
use crate::event::number;
use crate::event::pattern::Shape;

/// Adds before each group what is asked behind it of fields by which it groups alone: rows of other values vanish, so their
/// events need not be grouped (Search Reference, `stats`: a row has one value of each field behind BY).
pub(super) fn before_groups(steps: &mut Vec<Step>) {
    for at in (0..steps.len()).rev() {
        let Some((Step::Group(group), after)) = steps.get(at..).and_then(<[Step]>::split_first) else {
            continue;
        };
        if group.stretches.is_some() {
            // Rows for stretches of time without events lie between the events that are grouped.
            continue;
        }
        let asked: Vec<Predicate> = rows_of(after).filter(|part| is_of_keys(part, group)).cloned().collect();
        let is_asked = |name: &str| asked.iter().any(|part| mentions(part, name));
        let by = group.by.iter().filter(|(name, _)| is_asked(name)).cloned().collect();
        let before = Predicate::and(grouped(&Group { by, ..group.clone() }, asked));
        if before != Predicate::Constant(true) {
            steps.insert(at, Step::Filter(before));
        }
    }
}

/// The fields of events that have to be there only because events are grouped by them: those that nothing else is asked of.
pub(super) fn tied(steps: &[Step]) -> BTreeSet<String> {
    let of_events =
        steps.iter().position(|step| matches!(step, Step::Group(_))).map_or(steps.len(), |at| at + 1);
    let mut tied = BTreeSet::new();
    for step in steps.iter().take(of_events) {
        let keys: Vec<&Formula> = match step {
            Step::Group(group) => group.by.iter().map(|(_, of)| of).collect(),
            Step::Transaction(transaction) => transaction.by.iter().map(|(_, of)| of).collect(),
            Step::Distinct(distinct) => distinct.by.iter().collect(),
            _ => Vec::new(),
        };
        for key in keys {
            key.for_each_field(&mut |field| _ = tied.insert(field.to_owned()));
        }
    }
    for step in steps {
        let Step::Filter(predicate) = step else { continue };
        for (test, _) in predicate.tests().into_iter().filter(|(_, is_positive)| *is_positive) {
            tied.remove(&test.field);
        }
    }
    tied
}

/// The conditions that rows have to pass before anything but their order is made of them.
fn rows_of(after: &[Step]) -> impl Iterator<Item = &Predicate> {
    let keeps_rows = |step: &&Step| match step {
        Step::Filter(_) | Step::Reverse => true,
        Step::Sort(sort) => sort.most.is_none(),
        _ => false,
    };
    let conditions = after.iter().take_while(keeps_rows).filter_map(|step| match step {
        Step::Filter(predicate) => Some(predicate),
        _ => None,
    });
    conditions.flat_map(|predicate| match predicate {
        Predicate::And(parts) => parts.as_slice(),
        part => std::slice::from_ref(part),
    })
}

/// Whether a predicate asks for keys that are fields of the events, and for nothing else.
fn is_of_keys(predicate: &Predicate, group: &Group) -> bool {
    let is_key = |field: &str| {
        let is_field = |of: &Formula| matches!(of, Formula::Field(field) if field != "_time");
        group.by.iter().any(|(name, of)| name == field && is_field(of))
    };
    let (mut some, mut all) = (false, true);
    predicate.for_each_field(&mut |field| {
        some = true;
        all &= is_key(field);
    });
    some && all && !has_hole(predicate)
}

/// Predicates are as deep as they are written, which the parser bounds.
fn has_hole(predicate: &Predicate) -> bool {
    matches!(predicate, Predicate::Hole(_)) || predicate.children().iter().any(has_hole)
}

fn mentions(predicate: &Predicate, name: &str) -> bool {
    let mut found = false;
    predicate.for_each_field(&mut |field| found |= field == name);
    found
}

/// What is asked of the rows of a group without what is true of each: that a number of events or values is at least one,
/// where every row has some (Search Reference, "Aggregate functions"). `before` are the steps before the group.
pub(super) fn beyond_one(group: &Group, after: Vec<Predicate>, before: &[Step]) -> Vec<Predicate> {
    if group.stretches.is_some() {
        return after;
    }
    let counts = |name: &str| {
        let own = group.aggregates.iter().find(|one| one.name == name);
        own.is_some_and(|one| is_at_least_one(one, group, before))
    };
    let left = after.into_iter().map(|predicate| told(predicate, &counts));
    left.filter(|predicate| *predicate != Predicate::Constant(true)).collect()
}

/// Whether the number is at least one in each row.
fn is_at_least_one(one: &Aggregate, group: &Group, before: &[Step]) -> bool {
    let is_there = |field: &str| {
        let is_key = group.by.iter().any(|(_, of)| matches!(of, Formula::Field(own) if own == field));
        let filters = before.iter().rev().map_while(|step| match step {
            Step::Filter(predicate) => Some(predicate),
            _ => None,
        });
        let is_tested = |predicate: &Predicate| {
            let parts =
                if let Predicate::And(parts) = predicate { parts } else { std::slice::from_ref(predicate) };
            parts.iter().any(|part| matches!(part, Predicate::Test(test) if test.field == field))
        };
        is_key || filters.into_iter().any(is_tested)
    };
    match (one.function.as_str(), &one.argument) {
        ("count" | "c", None) => true,
        ("count" | "c" | "dc" | "distinct_count" | "estdc", Some(Formula::Field(field))) => is_there(field),
        _ => false,
    }
}

/// The predicate with the tests decided that a number of at least one decides.
fn told(predicate: Predicate, counts: &dyn Fn(&str) -> bool) -> Predicate {
    match predicate {
        Predicate::Test(test) if counts(&test.field) && holds(&test) => Predicate::Constant(true),
        Predicate::Not(child) => match *child {
            Predicate::Test(test) if counts(&test.field) && fails(&test) => Predicate::Constant(true),
            child => Predicate::Not(Box::new(told(child, counts))),
        },
        other => other.map_children(&mut |child| told(child, counts)),
    }
}

/// Whether every whole number of at least one passes.
fn holds(test: &Test) -> bool {
    match &test.condition {
        Condition::Exists => true,
        Condition::Some(tests) => tests.iter().any(|test| match test {
            ValueTest::Number(order, Decimal(number)) => is_passed(*order, *number),
            ValueTest::Compares(order, text) => {
                number::parse(text).is_some_and(|number| is_passed(*order, number))
            }
            _ => false,
        }),
        Condition::SomeOther(tests) => tests.iter().all(is_none),
        Condition::Holds(_) => false,
    }
}

/// Whether no whole number of at least one passes.
fn fails(test: &Test) -> bool {
    matches!(&test.condition, Condition::Some(tests) if tests.iter().all(is_none))
}

fn is_passed(order: Order, number: f64) -> bool {
    match order {
        Order::Greater => number < 1.0,
        Order::GreaterEqual => number <= 1.0,
        Order::Less | Order::LessEqual => false,
    }
}

/// Whether a value test asks for a number below one.
fn is_none(test: &ValueTest) -> bool {
    let is_below = |order: Order, number: f64| match order {
        Order::Less => number <= 1.0,
        Order::LessEqual => number < 1.0,
        Order::Greater | Order::GreaterEqual => false,
    };
    match test {
        ValueTest::Equals(Decimal(number)) => *number < 1.0,
        ValueTest::Number(order, Decimal(number)) => is_below(*order, *number),
        ValueTest::Compares(order, text) => {
            number::parse(text).is_some_and(|number| is_below(*order, number))
        }
        ValueTest::Matches(pattern) => match pattern.shape() {
            Shape::Exact(text) => number::parse(text).is_some_and(|number| number < 1.0),
            _ => false,
        },
        ValueTest::In(_) | ValueTest::Regex(_) => false,
    }
}
