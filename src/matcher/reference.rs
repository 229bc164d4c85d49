//! What only the reference can judge: something computed, one value of several, fields by a pattern.
//!
//! In: such a predicate; the values of an event that were read for it, or the whole event. Out: whether the event passes.
//! Invariant: the same answer as `evaluate::predicate_given` on the event. A predicate that names its fields sees no more
//! of an event than these and its time, so an event of these fields alone is as good, and the rest is not read for it.

use crate::detection::Predicate;
use crate::evaluate;
use crate::event::{Event, Value, time};
use crate::function::Context;
use crate::matcher::names::Names;
use crate::matcher::values::Values;

/// A predicate that the reference judges.
#[derive(Debug)]
pub(crate) struct Reference {
    predicate: Predicate,
    /// The fields that it names and the time, with their numbers; nothing if it looks at the whole event.
    fields: Option<Vec<(String, u32)>>,
    /// Whether it names the time.
    is_timed: bool,
}

impl Reference {
    /// `number` gives fields their numbers.
    pub(crate) fn new(predicate: &Predicate, number: &mut dyn FnMut(&str) -> u32) -> Self {
        let mut names = Vec::new();
        predicate.for_each_field(&mut |field| names.push(field));
        let is_timed = names.contains(&time::FIELD);
        // What the time now is depends on the time of the event, if none is stated.
        names.push(time::FIELD);
        names.sort_unstable();
        names.dedup();
        let are_found = names.iter().all(|name| !name.contains('*') && Names::fits(name));
        let fields = are_found
            .then(|| names.iter().map(|name| ((*name).to_owned(), number(name))).collect::<Vec<_>>());
        Self { predicate: predicate.clone(), fields, is_timed }
    }

    /// Whether an event passes of which these values were read; nothing if the values do not say so.
    pub(crate) fn passes(&self, values: &Values, line: &[u8], given: &Context) -> Option<bool> {
        let mut event = Event::new();
        for (name, number) in self.fields.as_ref()? {
            let of_field = values.of(*number).map(|value| match value.number {
                Some(number) => Value::Number(number),
                None => Value::from(values.text(value, line)),
            });
            let mut of_field: Vec<Value> = of_field.collect();
            if name == time::FIELD {
                time::read(&mut of_field);
            }
            if !of_field.is_empty() {
                event.set(name.as_str(), of_field);
            }
        }
        let context = given.seen(evaluate::latest(std::slice::from_ref(&event)));
        // An event that does not say its time has that of the run.
        if self.is_timed && !event.has(time::FIELD) {
            event.set(time::FIELD, vec![Value::Number(context.now)]);
        }
        Some(evaluate::predicate_in(&self.predicate, &event, &context))
    }

    /// Whether a whole event passes.
    pub(crate) fn passes_event(&self, event: &Event, given: &Context) -> bool {
        evaluate::predicate_given(&self.predicate, event, given)
    }
}
