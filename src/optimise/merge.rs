//! Merges conditions on one field or formula into one with several values.
//!
//! Keeps the matched set: "some value is x" or "some value is y" is "some value is x or y", and by De Morgan
//! "no value is x" and "no value is y" is "no value is x or y". `a!=x` and `a!=y` do not merge: two different
//! values of `a` may satisfy them.

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};
use std::hash::Hash;

use crate::detection::{Condition, Predicate};
use crate::optimise::literal::{condition_mut, literal};
use crate::optimise::{Pass, bottom_up};
use crate::source::Origin;

pub(crate) static PASS: Pass = Pass {
    name: "merge",
    summary: "merges tests of one field into a list of values",
    run: |predicate, _| bottom_up(predicate, &mut merged),
};

fn merged(predicate: Predicate) -> Predicate {
    match predicate {
        Predicate::Or(children) => Predicate::or(merged_tests(children)),
        Predicate::And(children) => Predicate::and(merged_negations(children)),
        test @ (Predicate::Test(_) | Predicate::Computed(_)) => without_repeats(test),
        other => other,
    }
}

/// Merges positive tests; each merged test stands where the first of its field stood.
fn merged_tests(children: Vec<Predicate>) -> Vec<Predicate> {
    let mut first_of: HashMap<_, usize> = HashMap::new();
    let mut into: Vec<usize> = Vec::new();
    for (at, child) in children.iter().enumerate() {
        let key =
            literal(child).filter(|literal| literal.positive).and_then(|literal| match literal.condition {
                Condition::Some(_) => Some((literal.subject, false)),
                Condition::Holds(_) => Some((literal.subject, true)),
                Condition::Exists | Condition::SomeOther(_) => None,
            });
        into.push(key.map_or(at, |key| *first_of.entry(key).or_insert(at)));
    }
    if into.iter().enumerate().all(|(at, into)| at == *into) {
        return children;
    }
    let mut kept: Vec<Option<Predicate>> = Vec::new();
    for (at, (child, into)) in children.into_iter().zip(into).enumerate() {
        match kept.get_mut(into).filter(|_| into != at) {
            Some(Some(first)) => {
                join(first, child);
                kept.push(None);
            }
            _ => kept.push(Some(child)),
        }
    }
    kept.into_iter().flatten().map(without_repeats).collect()
}

fn merged_negations(children: Vec<Predicate>) -> Vec<Predicate> {
    let is_negation = |child: &Predicate| matches!(child, Predicate::Not(inner) if matches!(**inner, Predicate::Test(_) | Predicate::Computed(_)));
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

/// Adds what the second asks for to the first, which asks the same of the same subject.
pub(super) fn join(first: &mut Predicate, mut second: Predicate) {
    let places = [first.origin(), second.origin()];
    match (condition_mut(first), condition_mut(&mut second)) {
        (Some(Condition::Some(values)), Some(Condition::Some(more))) => values.append(more),
        (Some(Condition::Holds(terms)), Some(Condition::Holds(more))) => terms.append(more),
        _ => return,
    }
    let [one, two] = places;
    let joined = Origin(one.0.join(two.0));
    match first {
        Predicate::Test(test) => test.origin = joined,
        Predicate::Computed(computed) => computed.origin = joined,
        _ => {}
    }
}

fn without_repeats(mut predicate: Predicate) -> Predicate {
    match condition_mut(&mut predicate) {
        Some(Condition::Some(values) | Condition::SomeOther(values)) => distinct(values),
        Some(Condition::Holds(terms)) => distinct(terms),
        Some(Condition::Exists) | None => {}
    }
    predicate
}

fn distinct<T: Clone + Eq + Hash>(values: &mut Vec<T>) {
    if values.len() < 2 {
        return;
    }
    let mut seen = HashSet::new();
    values.retain(|value| seen.insert(value.clone()));
}
