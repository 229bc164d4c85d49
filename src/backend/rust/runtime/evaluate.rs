//! What a search comes to over several events.
//!
//! In: filters and steps, and events. Out: the events that contribute to a row of the result.

use std::collections::BTreeSet;

use crate::command::Row;
use crate::detection::{Formula, Predicate};
use crate::event::{Event, Value};
use crate::function::operand::number_of;
use crate::function::{Context, Operand};

pub use steps::detection;

/// What a formula gives for an event.
pub fn formula(formula: &Formula, event: &Event, context: &Context) -> Operand {
    (formula.0)(event, context)
}

/// Whether an event passes.
pub fn predicate_in(predicate: &Predicate, event: &Event, context: &Context) -> bool {
    (predicate.0)(event, context)
}
