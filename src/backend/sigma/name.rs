//! Names of selections.
//!
//! In: what a selection tests. Out: a word or two for its name, as rules of `SigmaHQ/sigma` have them. Invariant: names
//! are letters, digits and `_`, and no two of a rule are equal.

use std::collections::{HashMap, HashSet};

use crate::backend::name::slug;
use crate::detection::Predicate;

/// How `SigmaHQ` calls selections of common fields.
const HINTS: &[(&str, &str)] = &[
    ("Image", "img"),
    ("OriginalFileName", "img"),
    ("CommandLine", "cli"),
    ("ParentImage", "parent"),
    ("ParentCommandLine", "parent_cli"),
    ("TargetFilename", "file"),
    ("TargetObject", "target"),
    ("Details", "details"),
    ("ImageLoaded", "module"),
    ("EventID", "eventid"),
    ("EventCode", "eventid"),
    ("ScriptBlockText", "script"),
    ("DestinationHostname", "host"),
    ("DestinationIp", "ip"),
    ("DestinationPort", "port"),
];

/// What the predicate tests first, as a part of a name.
pub(crate) fn hint(predicate: &Predicate) -> String {
    let mut first = None;
    predicate.for_each_field(&mut |field| {
        first.get_or_insert(field);
    });
    let field = first.unwrap_or("other");
    match HINTS.iter().find(|(name, _)| *name == field) {
        Some((_, hint)) => (*hint).to_owned(),
        None => slug(field),
    }
}

/// The names with a number where one is taken.
pub(crate) fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::new();
    // Numbers below are taken: they stay so.
    let mut next: HashMap<String, usize> = HashMap::new();
    let free = |name: String| {
        if taken.insert(name.clone()) {
            return name;
        }
        let count = next.entry(name.clone()).or_insert(2);
        loop {
            let numbered = format!("{name}_{count}");
            *count += 1;
            if taken.insert(numbered.clone()) {
                return numbered;
            }
        }
    };
    names.map(free).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_a_field_ends_in_is_not_taken_twice() {
        let names = ["a", "a", "a_2", "b"].map(str::to_owned);
        assert_eq!(unique(names.into_iter()), ["a", "a_2", "a_2_2", "b"]);
    }
}
