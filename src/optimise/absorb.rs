//! Removes what another part already says.
//!
//! Keeps the matched set: `a or (a and b)` is a, `a and (a or b)` is a, `a and a` is a. Parts are looked up by
//! hash, so a list of n parts costs n look-ups, not n² comparisons.

use std::collections::HashSet;

use crate::detection::Predicate;
use crate::optimise::{Pass, bottom_up};

pub(crate) static PASS: Pass = Pass {
    name: "absorb",
    summary: "removes what another part already says",
    run: |p| bottom_up(p, absorbed),
};

fn absorbed(predicate: Predicate) -> Predicate {
    match predicate {
        Predicate::And(children) => {
            Predicate::and(remaining(
                children,
                |child| if let Predicate::Or(parts) = child { parts } else { &[] },
            ))
        }
        Predicate::Or(children) => {
            Predicate::or(remaining(
                children,
                |child| if let Predicate::And(parts) = child { parts } else { &[] },
            ))
        }
        other => other,
    }
}

/// The children that are not repeated and of whose `parts` none is a child itself.
fn remaining(children: Vec<Predicate>, parts: fn(&Predicate) -> &[Predicate]) -> Vec<Predicate> {
    if children.len() < 2 {
        return children;
    }
    let present: HashSet<Predicate> = children.iter().cloned().collect();
    let mut seen = HashSet::new();
    children
        .into_iter()
        .filter(|child| !parts(child).iter().any(|part| present.contains(part)))
        .filter(|child| seen.insert(child.clone()))
        .collect()
}
