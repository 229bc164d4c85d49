//! An event as a target sees it.
//!
//! In: an event with Splunk's field names. Out: the same with the target's, and what every event of that kind has.
//! Invariant: a field that the mapping does not know is not there. Nothing is translated but names.

use crate::event::Event;
use crate::target::{Mapped, Mapping, View};

/// The event under the names of a mapping; nothing if two of its fields would be one and differ.
///
/// ```
/// use splc::{event::Event, target::{Targets, project}};
/// let targets = Targets::embedded().unwrap();
/// let map = targets.map("falco").unwrap();
/// let mapping = map.mappings_of(targets.source("kubernetes.audit"))[0];
/// let event = Event::new().with("verb", "create").with("sourcetype", "kubernetes:api");
/// let seen = project(&event, mapping, map.view(mapping).unwrap()).unwrap();
/// assert!(seen.has("ka.verb") && !seen.has("sourcetype"));
/// ```
pub fn project(event: &Event, mapping: &Mapping, view: &View) -> Option<Event> {
    let mut seen = Event::new();
    for (name, values) in event.fields() {
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
