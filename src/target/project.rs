//! An event as a target sees it.
//!
//! In: an event with Splunk's field names. Out: the same with the target's, and what every event of that kind has.
//! Invariant: a field that the mapping does not know is not there. Nothing is translated but names. Where a mapping
//! knows two names for one field, as add-ons spell it, an event shows it under the name that the search uses.

use crate::event::{Event, Value};
use crate::target::{Mapped, Mapping, View};

/// The event under the names of a mapping, as far as the search `tests` its fields; nothing if two of these would be
/// one and differ.
///
/// ```
/// use splc::{event::Event, target::{Targets, project}};
/// let targets = Targets::embedded().unwrap();
/// let map = targets.map("falco").unwrap();
/// let mapping = map.mappings_of(targets.source("kubernetes.audit"))[0];
/// let event = Event::new().with("verb", "create").with("sourcetype", "kubernetes:api");
/// let seen = project(&event, mapping, map.view(mapping).unwrap(), &|field| field == "verb").unwrap();
/// assert!(seen.has("ka.verb") && !seen.has("sourcetype"));
/// ```
pub fn project(event: &Event, mapping: &Mapping, view: &View, tests: &dyn Fn(&str) -> bool) -> Option<Event> {
    let mut seen = Event::new();
    let shown = |name: &str| tests(name) || (mapping.keep_other_fields && !mapping.lists(name));
    let is_default = |name: &str, values: &[Value]| {
        mapping.defaults_of(name).iter().any(|default| values == [Value::from(default.as_str())])
    };
    // An event without a field that always has a value is none of the source's.
    if mapping.defaults().any(|name| tests(name) && !event.has(name)) {
        return None;
    }
    let fields = event.fields().filter(|(name, values)| shown(name) && !is_default(name, values));
    for (name, values) in fields {
        if let Mapped::Field(field) = mapping.field(name) {
            if seen.has(&field.name) && seen.values(&field.name) != values {
                return None;
            }
            seen.set(field.name, values.to_vec());
        }
    }
    for (name, value) in &view.constants {
        seen = seen.with(name, value);
    }
    match event.raw() {
        Some(raw) if mapping.keep_other_fields => Some(seen.with_raw(raw)),
        _ => Some(seen),
    }
}
