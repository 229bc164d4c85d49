//! The reference: slow, obvious, and what everything else is held to.
//!
//! In: a tree or a predicate, and events. Out: rows or a verdict. Invariant: [`pipeline`] runs the tree and never
//! calls `lower`; [`predicate`](fn@predicate) runs the intermediate form. Nothing here is made fast.

use crate::command::{self, Row, Unsupported};
use crate::detection::{Condition, Predicate, Test, ValueTest};
use crate::event::pattern::{Case, Pattern};
use crate::event::{Event, Value, network, number};
use crate::spl::Pipeline;

/// The rows that a pipeline makes of the events.
///
/// ```
/// use splc::event::Event;
/// let parsed = splc::command::parse("user=root | search action=start");
/// let events = [Event::new().with("user", "ROOT").with("action", "start"), Event::new().with("user", "root")];
/// assert_eq!(splc::evaluate::pipeline(&parsed.pipeline, &events).unwrap().len(), 1);
/// ```
///
/// # Errors
/// A stage that cannot be run.
pub fn pipeline(pipeline: &Pipeline, events: &[Event]) -> Result<Vec<Row>, Unsupported> {
    let row = |(index, event): (usize, &Event)| Row { event: event.clone(), origins: vec![index] };
    let mut rows: Vec<Row> = events.iter().enumerate().map(row).collect();
    for stage in &pipeline.stages {
        let command = command::find(&stage.name.value).ok_or_else(|| Unsupported {
            message: format!("the command `{}` cannot be run", stage.name.value),
            span: stage.span,
        })?;
        rows = command.run(stage, rows)?;
    }
    Ok(rows)
}

/// Whether an event contributes to a row of the pipeline's result.
///
/// # Errors
/// A stage that cannot be run.
pub fn matches(pipeline_: &Pipeline, event: &Event) -> Result<bool, Unsupported> {
    pipeline(pipeline_, std::slice::from_ref(event))
        .map(|rows| rows.iter().any(|row| row.origins.contains(&0)))
}

/// Whether an event passes a predicate.
///
/// ```
/// use splc::event::Event;
/// let parsed = splc::command::parse("NOT user=root");
/// let predicate = splc::command::lower(&parsed.pipeline).unwrap().predicate();
/// assert!(splc::evaluate::predicate(&predicate, &Event::new()));
/// ```
pub fn predicate(predicate_: &Predicate, event: &Event) -> bool {
    match predicate_ {
        Predicate::Constant(value) => *value,
        Predicate::And(children) => children.iter().all(|child| predicate(child, event)),
        Predicate::Or(children) => children.iter().any(|child| predicate(child, event)),
        Predicate::Not(child) => !predicate(child, event),
        Predicate::Test(test) => passes(test, event),
    }
}

fn passes(test: &Test, event: &Event) -> bool {
    let values = values(&test.field, event);
    match &test.condition {
        Condition::Exists => !values.is_empty(),
        Condition::Some(tests) => {
            values.iter().any(|value| tests.iter().any(|test| value_passes(test, value)))
        }
        Condition::SomeOther(tests) => {
            values.iter().any(|value| !tests.iter().any(|test| value_passes(test, value)))
        }
        Condition::Holds(terms) => event.raw().is_some_and(|raw| terms.iter().any(|term| term.is_in(&raw))),
    }
}

fn values<'a>(field: &str, event: &'a Event) -> Vec<&'a Value> {
    if !field.contains('*') {
        return event.values(field).iter().collect();
    }
    let name = Pattern::wildcard(field, Case::Sensitive);
    event.fields().filter(|(field, _)| name.matches(field)).flat_map(|(_, values)| values).collect()
}

/// Whether one value passes a test of a value.
fn value_passes(test: &ValueTest, value: &Value) -> bool {
    let text = value.text();
    match test {
        ValueTest::Matches(pattern) => pattern.matches(&text),
        ValueTest::In(network) => network::holds(*network, &text),
        ValueTest::Compares(order, than) => order.admits(number::compare(&text, than)),
    }
}
