//! Merges tests of one field into one test with several values.
//!
//! Keeps the matched set: "some value is x" or "some value is y" is "some value is x or y", and by De Morgan
//! "no value is x" and "no value is y" is "no value is x or y". `a!=x` and `a!=y` do not merge: two different
//! values of `a` may satisfy them.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::detection::{Condition, Predicate, Test};
use crate::optimise::{Pass, bottom_up};
use crate::source::Origin;

pub(crate) static PASS: Pass = Pass {
    name: "merge",
    summary: "merges tests of one field into a list of values",
    run: |p| bottom_up(p, merged),
};

fn merged(predicate: Predicate) -> Predicate {
    match predicate {
        Predicate::Or(children) => Predicate::or(merged_tests(children)),
        Predicate::And(children) => Predicate::and(merged_negations(children)),
        Predicate::Test(test) => Predicate::Test(without_repeats(test)),
        other => other,
    }
}

/// Merges positive tests; each merged test stands where the first of its field stood.
fn merged_tests(children: Vec<Predicate>) -> Vec<Predicate> {
    let mut kept: Vec<Predicate> = Vec::new();
    let mut places: HashMap<(String, bool), usize> = HashMap::new();
    for child in children {
        let Predicate::Test(test) = child else {
            kept.push(child);
            continue;
        };
        let mergeable = matches!(test.condition, Condition::Some(_) | Condition::Holds(_));
        let key = (test.field.clone(), matches!(test.condition, Condition::Holds(_)));
        match places.get(&key).and_then(|place| kept.get_mut(*place)) {
            Some(Predicate::Test(first)) if mergeable => join(first, test),
            _ => {
                if mergeable {
                    places.insert(key, kept.len());
                }
                kept.push(Predicate::Test(test));
            }
        }
    }
    let finish = |child| match child {
        Predicate::Test(test) => Predicate::Test(without_repeats(test)),
        other => other,
    };
    kept.into_iter().map(finish).collect()
}

fn merged_negations(children: Vec<Predicate>) -> Vec<Predicate> {
    let is_negation =
        |child: &Predicate| matches!(child, Predicate::Not(inner) if matches!(**inner, Predicate::Test(_)));
    if children.iter().filter(|child| is_negation(child)).count() < 2 {
        return children;
    }
    let (negations, mut kept): (Vec<_>, Vec<_>) = children.into_iter().partition(is_negation);
    let inner = negations.into_iter().filter_map(|child| match child {
        Predicate::Not(inner) => Some(*inner),
        _ => None,
    });
    kept.extend(merged_tests(inner.collect()).into_iter().map(Predicate::negated));
    kept
}

fn join(first: &mut Test, second: Test) {
    first.origin = Origin(first.origin.0.join(second.origin.0));
    match (&mut first.condition, second.condition) {
        (Condition::Some(values), Condition::Some(more)) => values.extend(more),
        (Condition::Holds(terms), Condition::Holds(more)) => terms.extend(more),
        _ => {}
    }
}

fn without_repeats(mut test: Test) -> Test {
    match &mut test.condition {
        Condition::Some(values) | Condition::SomeOther(values) => distinct(values),
        Condition::Holds(terms) => distinct(terms),
        Condition::Exists => {}
    }
    test
}

fn distinct<T: Clone + Eq + Hash>(values: &mut Vec<T>) {
    if values.len() < 2 {
        return;
    }
    let mut seen = HashSet::new();
    values.retain(|value| seen.insert(value.clone()));
}
