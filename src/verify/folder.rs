//! Folders for events of which the search knows only the last part of a path.
//!
//! In: a rule, and what the search asks. Out: texts that stand before the last part in the target's field. Invariant: none,
//! a folder for each separator, and in it what the search asks of the last part, which a rule must not find there. Where the
//! search knows the path too, the last part of that is what it knows under the other name.

use std::collections::BTreeSet;

use crate::backend::Rule;
use crate::detection::{Condition, Predicate, ValueTest};
use crate::event::{Event, Value};
use crate::target::{Mapped, TargetField};

/// Texts of the search that a folder is made of, at most.
const TEXTS: usize = 8;

/// The folders, the last one long; only the empty one for a rule whose fields hold no path.
pub(super) fn all(rule: &Rule<'_>, predicate: &Predicate, asked: &BTreeSet<String>) -> Vec<String> {
    let separators_of = |name: &str| match rule.mapping.field(name) {
        Mapped::Field(field) => field.separators,
        Mapped::Missing(_) | Mapped::Unknown => None,
    };
    let all: BTreeSet<char> = asked
        .iter()
        .filter_map(|name| separators_of(name))
        .flat_map(|all| all.chars().collect::<Vec<_>>())
        .collect();
    let mut texts: Vec<String> = Vec::new();
    for (test, _) in predicate.tests() {
        let Some(separators) = separators_of(&test.field) else { continue };
        let (Condition::Some(values) | Condition::SomeOther(values)) = &test.condition else { continue };
        let is_plain = |text: &String| !text.is_empty() && !text.contains(|c| separators.contains(c));
        texts.extend(values.iter().flat_map(literals).filter(is_plain));
    }
    texts.truncate(TEXTS);
    let folder = |separator: char| {
        let parts = std::iter::once("C:").chain(texts.iter().map(String::as_str)).chain([""]);
        parts.collect::<Vec<_>>().join(&separator.to_string())
    };
    std::iter::once(String::new()).chain(all.into_iter().map(folder)).collect()
}

/// The values of a target's field that stand in the event under several names, the whole ones first: the first that has
/// some, and as the last part of a path what stands under a name for that.
pub(super) fn joined(names: &[(&str, TargetField)], event: &Event) -> Vec<Value> {
    let first = |is_part: bool| {
        let of_kind = names.iter().filter(|(_, field)| field.separators.is_some() == is_part);
        let mut all = of_kind.map(|(name, field)| (event.values(name), field));
        all.find(|(values, _)| !values.is_empty())
    };
    match (first(false), first(true)) {
        (Some(([path], _)), Some(([part], field))) => {
            let path = path.text();
            let folder = path.strip_suffix(field.part_of(&path)).unwrap_or_default();
            vec![Value::from(format!("{folder}{}", part.text()).as_str())]
        }
        (Some((values, _)), _) | (None, Some((values, _))) => values.to_vec(),
        (None, None) => Vec::new(),
    }
}

/// What a name shows of a value of the target's field.
pub(super) fn part(field: &TargetField, value: &Value) -> Value {
    match field.separators {
        Some(_) => Value::from(field.part_of(&value.text())),
        None => value.clone(),
    }
}

fn literals(value: &ValueTest) -> Vec<String> {
    match value {
        ValueTest::Matches(pattern) => pattern.literals().map(str::to_owned).collect(),
        ValueTest::Regex(regex) => regex.examples(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_in_what_is_known_of_its_last_part() {
        let field = |separators: Option<&str>| TargetField {
            name: "Image".to_owned(),
            kind: crate::target::FieldKind::Keyword,
            empty_is_absent: false,
            separators: separators.map(str::to_owned),
        };
        let names = [("path", field(None)), ("name", field(Some("/")))];
        let event = |path: &str, name: &str| {
            let given = [("path", path), ("name", name)].into_iter().filter(|(_, value)| !value.is_empty());
            given.fold(Event::new(), |event, (field, value)| event.with(field, value))
        };
        for (path, name, expected) in [
            ("/a/b", "", "/a/b"),
            ("", "c", "c"),
            ("/a/b", "c", "/a/c"),
            ("b", "c", "c"),
            ("/a/", "c", "/a/c"),
        ] {
            let found = joined(&names, &event(path, name));
            assert_eq!(found, [Value::from(expected)], "{path} {name}");
        }
        assert_eq!(joined(&names, &event("", "")), []);
        assert_eq!(part(&names[1].1, &Value::from("/a/b")), Value::from("b"));
    }
}
