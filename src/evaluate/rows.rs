//! Steps of a detection over rows that somebody else gathered.
//!
//! In: events and steps. Out: rows. Invariant: the rows are those of [`detection`](fn@super::detection), which gives only
//! the events that contribute to them.

use super::{steps, timed};
use crate::command::Row;
use crate::detection::Step;
use crate::event::Event;
use crate::function::Context;

/// The row of an event, which has a place in a list; one without a time has that of the run.
///
/// ```
/// use splc::{evaluate, event::Event};
/// assert!(evaluate::row(&Event::new(), 0, 7.0).event.has("_time"));
/// ```
pub fn row(event: &Event, place: usize, now: f64) -> Row {
    Row { event: timed(event, now), origins: vec![place] }
}

/// What steps make of rows, which are in the order in which the search finds them; `all` are those of all events, which
/// sub-searches look at.
///
/// ```
/// use splc::{evaluate, event::Event, function::Context};
/// let parsed = splc::command::parse("| stats count by user | where count > 1");
/// let detection = splc::command::lower(&parsed.pipeline).unwrap();
/// let row = |at| evaluate::row(&Event::new().with("user", "root"), at, 0.0);
/// let made = evaluate::rows(&detection.steps, vec![row(0), row(1)], &[], &Context::at(0.0));
/// assert_eq!(made[0].event.values("count")[0].text(), "2");
/// ```
pub fn rows(steps: &[Step], rows: Vec<Row>, all: &[Row], context: &Context) -> Vec<Row> {
    steps::after_all(steps, rows, all, context)
}
