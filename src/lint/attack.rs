//! The techniques of MITRE ATT&CK for Enterprise and their tactics.
//!
//! In: the id of a technique or a tactic. Out: whether there is one, and which tactics a technique belongs to. Invariant:
//! the table is that of one release, named in [`VERSION`]; nothing is said of numbers above its highest, which a later
//! release may have given away.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::document::TACTICS;

/// The release that the table is of.
pub(super) const VERSION: &str = "17.0";

/// Techniques with the ids of their tactics.
static TECHNIQUES: LazyLock<BTreeMap<String, Vec<&'static str>>> = LazyLock::new(|| {
    let mut table = BTreeMap::new();
    for line in include_str!("attack.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let Some(technique) = words.next() else { continue };
        let (parts, tactics): (Vec<&str>, Vec<&str>) = words.partition(|word| word.starts_with('.'));
        for part in std::iter::once("").chain(parts) {
            table.insert(format!("{technique}{part}"), tactics.clone());
        }
    }
    table
});

/// The tactics of a technique, as ids; none if there is no such technique.
pub(super) fn tactics_of(technique: &str) -> Option<&'static [&'static str]> {
    TECHNIQUES.get(technique).map(Vec::as_slice)
}

/// The id of a tactic that is given by its id or its name.
pub(super) fn tactic(name: &str) -> Option<&'static str> {
    let is_it = |(id, word): &&(&str, &str)| id.eq_ignore_ascii_case(name) || *word == name;
    TACTICS.iter().find(is_it).map(|(id, _)| *id)
}

/// The name of a tactic.
pub(super) fn tactic_name(id: &str) -> &'static str {
    TACTICS.iter().find(|(other, _)| *other == id).map_or("", |(_, name)| name)
}

/// Whether the id is of the enterprise matrix and not above the highest number of this release; ids of the matrix for
/// industrial control systems begin with `T0`.
pub(super) fn is_of_this_release(technique: &str) -> bool {
    let highest = TECHNIQUES.last_key_value().map_or("", |(id, _)| id.as_str());
    let main = technique.split('.').next().unwrap_or(technique);
    !technique.starts_with("T0") && main <= highest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn techniques_and_their_parts_have_tactics() {
        assert_eq!(TECHNIQUES.len(), 665);
        assert_eq!(tactics_of("T1552.007"), Some(&["TA0006"][..]));
        assert_eq!(tactics_of("T1086"), None);
        let known: Vec<&str> = TACTICS.iter().map(|(id, _)| *id).collect();
        assert!(
            TECHNIQUES.values().all(|tactics| {
                !tactics.is_empty() && tactics.iter().all(|tactic| known.contains(tactic))
            })
        );
        assert_eq!(tactic("credential-access"), Some("TA0006"));
        assert_eq!(tactic_name("TA0006"), "credential-access");
        assert!(is_of_this_release("T1086") && !is_of_this_release("T0800") && !is_of_this_release("T9999"));
    }
}
