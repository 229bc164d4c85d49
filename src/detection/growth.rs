//! Whether more events can only lead to more results.
//!
//! In: steps. Out: yes, or perhaps not. Invariant: where it says yes, an event that contributes to a result still does
//! when others are added, so a wider filter before the steps makes the whole wider and never loses an alert.

use crate::detection::step::{Group, Step};
use crate::detection::{Condition, Order, Predicate, ValueTest};

/// Whether every event that contributes to a result of the steps still does where others are added.
///
/// ```
/// use splc::detection::growth::only_grows;
/// let steps = |spl: &str| splc::command::lower(&splc::command::parse(spl).pipeline).unwrap().steps;
/// assert!(only_grows(&steps("a=1 | stats dc(host) as hosts by user | where hosts > 3")));
/// assert!(!only_grows(&steps("a=1 | stats count by user | where count < 3")));
/// ```
pub fn only_grows(steps: &[Step]) -> bool {
    let mut counted: Vec<&str> = Vec::new();
    for step in steps {
        match step {
            Step::Filter(predicate) if asks_for_more(predicate, &counted) => {}
            Step::Group(group) | Step::Annotate(group) if is_count(group) => counted.extend(names(group)),
            Step::Run(run) if is_count(&run.group) && run.window.is_none() => {
                counted.extend(names(&run.group));
            }
            Step::Expand(_) | Step::Reverse => {}
            Step::Sort(sort) if sort.most.is_none() => {}
            _ => return false,
        }
    }
    true
}

fn names(group: &Group) -> impl Iterator<Item = &str> {
    group.aggregates.iter().map(|one| one.name.as_str())
}

/// Whether what is computed can only become greater.
fn is_count(group: &Group) -> bool {
    let counts = ["count", "c", "dc", "distinct_count", "estdc"];
    group.stretches.is_none() && group.aggregates.iter().all(|one| counts.contains(&one.function.as_str()))
}

/// Whether a predicate asks of counts only that they are great.
fn asks_for_more(predicate: &Predicate, counted: &[&str]) -> bool {
    let is_more = |value: &ValueTest| {
        matches!(
            value,
            ValueTest::Number(Order::Greater | Order::GreaterEqual, _)
                | ValueTest::Compares(Order::Greater | Order::GreaterEqual, _)
        )
    };
    let mut asked: usize = 0;
    predicate.for_each_field(&mut |field| asked += usize::from(counted.contains(&field)));
    let for_more = predicate.tests().into_iter().filter(|(test, positive)| {
        counted.contains(&test.field.as_str())
            && *positive
            && match &test.condition {
                Condition::Exists => true,
                Condition::Some(values) => values.iter().all(is_more),
                Condition::SomeOther(_) | Condition::Holds(_) => false,
            }
    });
    for_more.count() == asked
}
