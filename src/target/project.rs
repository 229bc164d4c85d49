//! An event as a target sees it.
//!
//! In: an event with Splunk's field names. Out: the same with the target's, and what every event of that kind has.
//! Invariant: a field that the mapping does not know is not there. Nothing is translated but names. Where a mapping
//! knows two names for one field, as add-ons spell it, an event shows it under the name that the search uses. Where the
//! search's field holds the last part of a path, no value of it has a separator.

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
    project_in("", event, mapping, view, tests)
}

/// The same, where a path of which the search knows the last part alone has this folder before it.
pub(crate) fn project_in(
    folder: &str,
    event: &Event,
    mapping: &Mapping,
    view: &View,
    tests: &dyn Fn(&str) -> bool,
) -> Option<Event> {
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
    let mut last_parts = Vec::new();
    for (name, values) in fields {
        if let Mapped::Field(field) = mapping.field(name) {
            if field.separators.is_some() {
                last_parts.push((field, values));
                continue;
            }
            if seen.has(&field.name) && seen.values(&field.name) != values {
                return None;
            }
            seen.set(field.name, values.to_vec());
        }
    }
    for (field, values) in last_parts {
        let whole: Vec<String> = values.iter().map(|value| value.text().into_owned()).collect();
        let of_paths = |paths: &[Value]| -> Vec<String> {
            paths.iter().map(|path| field.part_of(&path.text()).to_owned()).collect()
        };
        let has_path = seen.has(&field.name);
        if of_paths(values) != whole || (has_path && of_paths(seen.values(&field.name)) != whole) {
            return None;
        }
        if !has_path {
            let path = |value: &Value| Value::from(format!("{folder}{}", value.text()).as_str());
            seen.set(field.name, values.iter().map(path).collect());
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
