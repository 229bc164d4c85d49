//! Files of targets/ that state only what differs from another one.
//!
//! In: the values of both files. Out: one value. Invariant: what the new file does not name stays as it is. A key's value
//! takes the place of the one before and `null` removes it; maps are joined key by key. `recognise` adds to the names
//! there are, since each is one more way to tell a source, and `mappings` are joined by `view`, the new ones last. New keys
//! come first, so that a source of the user is asked before those that are there.

use serde_yaml::{Mapping, Value};

/// The key that names the file that another one changes.
pub(super) const EXTENDS: &str = "extends";

/// The list whose items are added.
const ADDED: &str = "recognise";

/// The list whose items are joined, and the key that tells which with which.
pub(super) const JOINED: (&str, &str) = ("mappings", "view");

/// The value `base` with the changes.
pub(super) fn joined(base: Value, changes: Value) -> Value {
    at_key("", base, changes)
}

fn at_key(key: &str, base: Value, changes: Value) -> Value {
    match (base, changes) {
        (Value::Mapping(base), Value::Mapping(changes)) => Value::Mapping(maps(base, changes)),
        (Value::Sequence(mut base), Value::Sequence(changes)) if key == ADDED => {
            base.extend(changes);
            Value::Sequence(base)
        }
        (Value::Sequence(base), Value::Sequence(changes)) if key == JOINED.0 => {
            Value::Sequence(mappings(base, changes))
        }
        (_, changes) => changes,
    }
}

fn maps(base: Mapping, mut changes: Mapping) -> Mapping {
    let mut kept = Mapping::new();
    for (key, value) in base {
        match changes.remove(&key) {
            None => {
                kept.insert(key, value);
            }
            Some(Value::Null) => {}
            Some(change) => {
                let change = at_key(key.as_str().unwrap_or_default(), value, change);
                kept.insert(key, change);
            }
        }
    }
    let mut all: Mapping = changes.into_iter().filter(|(_, value)| !value.is_null()).collect();
    all.extend(kept);
    all
}

fn mappings(base: Vec<Value>, mut changes: Vec<Value>) -> Vec<Value> {
    let view = |value: &Value| value.get(JOINED.1).cloned();
    let mut all = Vec::new();
    for value in base {
        let change = changes.iter().position(|change| view(change).is_some() && view(change) == view(&value));
        all.push(match change {
            Some(at) => at_key("", value, changes.remove(at)),
            None => value,
        });
    }
    all.extend(changes);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Value {
        serde_yaml::from_str(text).unwrap()
    }

    #[test]
    fn only_what_is_named_changes() {
        let base =
            "a: {b: 1, c: [1, 2], d: x}\nrecognise: [p]\nmappings: [{view: v, fields: {k: 1}}, {view: w}]";
        let changes =
            "z: 9\na: {c: [3], d: null}\nrecognise: [q]\nmappings: [{view: u}, {view: v, fields: {l: 2}}]";
        let expected = "z: 9\na: {b: 1, c: [3]}\nrecognise: [p, q]\n\
                        mappings: [{view: v, fields: {l: 2, k: 1}}, {view: w}, {view: u}]";
        assert_eq!(joined(read(base), read(changes)), read(expected));
        let order = joined(read("b: 1"), read("a: 2"));
        assert_eq!(serde_yaml::to_string(&order).unwrap(), "a: 2\nb: 1\n", "new keys come first");
    }
}
