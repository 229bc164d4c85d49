//! Takes NOT into a group of which most parts are NOT themselves.
//!
//! Keeps the matched set: by De Morgan, `not (not a and not b)` is `a or b`, which is sound as predicates are
//! two-valued. It is done only where more than half of the parts lose their NOT: an exclusion with an exception,
//! `not (a and not b)`, stays as its author wrote it.

use crate::detection::Predicate;
use crate::optimise::{Pass, bottom_up};

pub(crate) static PASS: Pass = Pass {
    name: "negation",
    summary: "takes NOT into a group of parts under NOT",
    run: |predicate, _| bottom_up(predicate, &mut turned),
};

fn turned(predicate: Predicate) -> Predicate {
    match predicate {
        Predicate::Not(inner) => match *inner {
            Predicate::And(children) if is_mostly_negated(&children) => Predicate::or(opposites(children)),
            Predicate::Or(children) if is_mostly_negated(&children) => Predicate::and(opposites(children)),
            other => other.negated(),
        },
        other => other,
    }
}

fn is_mostly_negated(children: &[Predicate]) -> bool {
    2 * children.iter().filter(|child| matches!(child, Predicate::Not(_))).count() > children.len()
}

fn opposites(children: Vec<Predicate>) -> impl Iterator<Item = Predicate> {
    children.into_iter().map(|child| match child {
        Predicate::Not(inner) => *inner,
        other => other.negated(),
    })
}
