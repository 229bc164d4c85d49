//! The reference: slow, obvious, and what everything else is held to.
//!
//! In: a tree, a predicate or a detection, and events. Out: rows or a verdict. Invariant: [`pipeline`] runs the tree and never
//! calls `lower`; [`predicate`](fn@predicate) and [`detection`](fn@detection) run the intermediate form. Nothing here
//! is made fast.

mod formula;
pub mod open;
mod predicate;
mod rows;
mod steps;
mod subsearch;
mod transaction;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::command::{self, Row, Unsupported};
use crate::event::{Event, Value};
use crate::function::Context;
use crate::function::operand::number_of;
use crate::spl::Pipeline;

pub use formula::formula;
pub use predicate::{predicate, predicate_given, predicate_in};
pub use rows::{row, rows};
pub use steps::detection;

/// The rows that a pipeline makes of the events, which are given in the order in which the search finds them: newest
/// first, unless it says otherwise.
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
    let context = Context::at(latest(events));
    pipeline_in(pipeline, events, &context)
}

/// The same with what is known beside the events.
///
/// # Errors
/// A stage that cannot be run.
pub fn pipeline_in(
    pipeline: &Pipeline,
    events: &[Event],
    context: &Context,
) -> Result<Vec<Row>, Unsupported> {
    let context = Context { events: Arc::new(events.to_vec()), ..context.clone() };
    command::run(pipeline, command::all_events(&context), &context)
}

/// The event with a time: every event has one (Knowledge Manager Manual, "Use default fields"), and one that says none
/// has the time of the run.
fn timed(event: &Event, now: f64) -> Event {
    let mut event = event.clone();
    if !event.has("_time") {
        event.set("_time", vec![Value::Number(now)]);
    }
    event
}

/// The time of the latest event, which is what `now()` gives where nobody states another; 0 if no event has a time.
pub fn latest(events: &[Event]) -> f64 {
    let times = events.iter().filter_map(|event| number_of(event.values("_time").first()?));
    times.fold(0.0, f64::max)
}

/// The events that contribute to a row of the pipeline's result, by index, in order.
///
/// ```
/// use splc::event::Event;
/// let parsed = splc::command::parse("| stats count by user | where count > 1");
/// let events = ["root", "ada", "root"].map(|user| Event::new().with("user", user));
/// assert_eq!(splc::evaluate::matches_all(&parsed.pipeline, &events).unwrap(), [0, 2]);
/// ```
///
/// # Errors
/// A stage that cannot be run.
pub fn matches_all(pipeline_: &Pipeline, events: &[Event]) -> Result<Vec<usize>, Unsupported> {
    pipeline(pipeline_, events).map(|rows| origins(&rows))
}

/// The events that any of the rows was made of.
fn origins<'r>(rows: impl IntoIterator<Item = &'r Row>) -> Vec<usize> {
    let all: BTreeSet<usize> = rows.into_iter().flat_map(|row| row.origins.iter().copied()).collect();
    all.into_iter().collect()
}

/// Whether an event contributes to a row of the pipeline's result.
///
/// # Errors
/// A stage that cannot be run.
pub fn matches(pipeline: &Pipeline, event: &Event) -> Result<bool, Unsupported> {
    matches_given(pipeline, event, Context::nothing())
}

/// The same with the tables and the time that the user gives.
///
/// # Errors
/// A stage that cannot be run.
pub fn matches_given(pipeline: &Pipeline, event: &Event, given: &Context) -> Result<bool, Unsupported> {
    let context = given.seen(latest(std::slice::from_ref(event)));
    let event = timed(event, context.now);
    pipeline_in(pipeline, std::slice::from_ref(&event), &context)
        .map(|rows| rows.iter().any(|row| row.origins.contains(&0)))
}
