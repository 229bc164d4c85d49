//! Removes what follows from something else that is asked of the same subject.
//!
//! Keeps the matched set. In a list of values, one that another covers goes: `*a*` covers `ab`, a network the networks
//! in it, `> 5` the number 6. In an AND, the weaker of two conditions on one subject goes, in an OR the stronger. That
//! "some value is x" and "some value is y" can both hold, so neither goes for the other.

use crate::detection::{Condition, Predicate, ValueTest};
use crate::event::raw::Term;
use crate::optimise::cover::Cover;
use crate::optimise::literal::{Judge, PAIRS, condition_mut, groups, literal};
use crate::optimise::{Pass, bottom_up};

pub(crate) static PASS: Pass = Pass {
    name: "subsume",
    summary: "removes values and tests that others cover",
    run: |predicate, _| bottom_up(predicate, &mut subsumed),
};

fn subsumed(mut predicate: Predicate) -> Predicate {
    match predicate {
        Predicate::And(children) => Predicate::and(without_implied(children, true)),
        Predicate::Or(children) => Predicate::or(without_implied(children, false)),
        Predicate::Test(_) | Predicate::Computed(_) => {
            match condition_mut(&mut predicate) {
                Some(Condition::Some(tests) | Condition::SomeOther(tests)) => reduce(tests),
                Some(Condition::Holds(terms)) => reduce_terms(terms),
                Some(Condition::Exists) | None => {}
            }
            predicate
        }
        other => other,
    }
}

/// Removes values that others cover; of two that say the same the first stays.
fn reduce(tests: &mut Vec<ValueTest>) {
    if tests.len() < 2 {
        return;
    }
    let cover = Cover::new(tests);
    let mut stays = vec![true; tests.len()];
    for (at, test) in tests.iter().enumerate().rev() {
        // What covers it must itself stay, or the last of two equal ones would take the first with it.
        let covered = cover.has(test, |other| other != at && stays.get(other) == Some(&true));
        stays.iter_mut().skip(at).take(1).for_each(|stays| *stays = !covered);
    }
    keep(tests, &stays);
}

fn reduce_terms(terms: &mut Vec<Term>) {
    if terms.len().saturating_mul(terms.len()) > PAIRS {
        return;
    }
    let mut stays = vec![true; terms.len()];
    for (at, term) in terms.iter().enumerate().rev() {
        let mut others =
            terms.iter().zip(&stays).enumerate().filter(|(other, (_, stays))| *other != at && **stays);
        let covered = others.any(|(_, (other, _))| term.implies(other));
        stays.iter_mut().skip(at).take(1).for_each(|stays| *stays = !covered);
    }
    keep(terms, &stays);
}

fn keep<T>(items: &mut Vec<T>, stays: &[bool]) {
    let mut stays = stays.iter();
    items.retain(|_| stays.next().copied().unwrap_or(true));
}

/// The parts without those that follow from others (AND), or from which others follow (OR).
fn without_implied(mut children: Vec<Predicate>, all: bool) -> Vec<Predicate> {
    let groups = groups(&children);
    if groups.is_empty() {
        return children;
    }
    let mut judge = Judge::new();
    let mut stays = vec![true; children.len()];
    for group in groups {
        for at in group.iter().rev() {
            if judge.is_spent() {
                break;
            }
            let mut others = group.iter().filter(|other| *other != at && stays.get(**other) == Some(&true));
            let is_redundant = others.any(|other| {
                let pair = children.get(*at).zip(children.get(*other));
                pair.is_some_and(|(one, other)| {
                    let (narrow, wide) = if all { (other, one) } else { (one, other) };
                    follows(&mut judge, narrow, wide)
                })
            });
            stays.iter_mut().skip(*at).take(1).for_each(|stays| *stays = !is_redundant);
        }
    }
    keep(&mut children, &stays);
    children
}

/// Whether the second holds wherever the first does; a condition never follows from the absence of another.
fn follows(judge: &mut Judge, narrow: &Predicate, wide: &Predicate) -> bool {
    let Some((narrow, wide)) = literal(narrow).zip(literal(wide)) else { return false };
    match (narrow.positive, wide.positive) {
        (true, true) => judge.implies(narrow.condition, wide.condition),
        (false, false) => judge.implies(wide.condition, narrow.condition),
        _ => false,
    }
}
