//! Lifts AND out of AND and OR out of OR.
//!
//! Keeps the matched set: both are associative.

use crate::detection::Predicate;
use crate::optimise::{Pass, bottom_up};

pub(crate) static PASS: Pass = Pass {
    name: "flatten",
    summary: "lifts AND out of AND and OR out of OR",
    run: |predicate, _| bottom_up(predicate, &mut flattened),
};

fn flattened(predicate: Predicate) -> Predicate {
    match predicate {
        Predicate::And(children) => Predicate::And(lifted(children, |child| match child {
            Predicate::And(inner) => Ok(inner),
            other => Err(other),
        })),
        Predicate::Or(children) => Predicate::Or(lifted(children, |child| match child {
            Predicate::Or(inner) => Ok(inner),
            other => Err(other),
        })),
        other => other,
    }
}

fn lifted(
    children: Vec<Predicate>,
    open: fn(Predicate) -> Result<Vec<Predicate>, Predicate>,
) -> Vec<Predicate> {
    children.into_iter().flat_map(|child| open(child).unwrap_or_else(|other| vec![other])).collect()
}
