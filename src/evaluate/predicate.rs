//! Whether an event passes a predicate.
//!
//! In: a predicate and an event. Out: a verdict. Invariant: nothing here is made fast; a hole, which nothing is known
//! of, is false.

use crate::detection::{Computed, Condition, Predicate, Test};
use crate::event::pattern::{Case, Pattern};
use crate::event::{Event, Value, is_reached};
use crate::function::Context;

/// Whether an event passes a predicate.
///
/// ```
/// use splc::event::Event;
/// let parsed = splc::command::parse("NOT user=root");
/// let predicate = splc::command::lower(&parsed.pipeline).unwrap().predicate();
/// assert!(splc::evaluate::predicate(&predicate, &Event::new()));
/// ```
pub fn predicate(predicate: &Predicate, event: &Event) -> bool {
    predicate_given(predicate, event, Context::nothing())
}

/// The same with the time that the user states, if one is.
pub fn predicate_given(predicate: &Predicate, event: &Event, given: &Context) -> bool {
    let context = given.seen(super::latest(std::slice::from_ref(event)));
    predicate_in(predicate, &super::timed(event, context.now), &context)
}

/// The same at the time of the context, for an event that has a time.
pub fn predicate_in(predicate: &Predicate, event: &Event, context: &Context) -> bool {
    let passes_child = |child: &Predicate| predicate_in(child, event, context);
    match predicate {
        Predicate::Constant(value) => *value,
        Predicate::And(children) => children.iter().all(passes_child),
        Predicate::Or(children) => children.iter().any(passes_child),
        Predicate::Not(child) => !passes_child(child),
        Predicate::Test(test) => passes(test, event),
        Predicate::Computed(computed) => passes_computed(computed, event, context),
        Predicate::OneValue(one) => {
            let values = super::formula(&one.of, event, context);
            values.values().iter().any(|value| {
                let mut alone = event.clone();
                alone.set(one.field.clone(), vec![value.clone()]);
                predicate_in(&one.holds, &alone, context)
            })
        }
        Predicate::Hole(_) => false,
    }
}

fn passes_computed(computed: &Computed, event: &Event, context: &Context) -> bool {
    let result = super::formula(&computed.formula, event, context);
    match &computed.condition {
        None => result.truth() == Some(true),
        Some(condition) => condition.holds_for(result.values()),
    }
}

fn passes(test: &Test, event: &Event) -> bool {
    match &test.condition {
        Condition::Holds(terms) => event.raw().is_some_and(|raw| terms.iter().any(|term| term.is_in(&raw))),
        condition => condition.holds_for(&values(&test.field, event)),
    }
}

fn values(field: &str, event: &Event) -> Vec<Value> {
    if !field.contains('*') {
        return event.values(field).to_vec();
    }
    let name = Pattern::wildcard(field, Case::Sensitive);
    let found = event.fields().filter(|(of_event, _)| is_reached(field, of_event) && name.matches(of_event));
    found.flat_map(|(_, values)| values.iter().cloned()).collect()
}
