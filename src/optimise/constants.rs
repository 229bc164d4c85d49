//! Removes true and false, double negation and groups of one.
//!
//! Keeps the matched set: `p and true` is p, `p or false` is p, `p and false` is false, `p or true` is true,
//! `not not p` is p.

use crate::detection::Predicate;
use crate::optimise::{Pass, bottom_up};

pub(crate) static PASS: Pass = Pass {
    name: "constants",
    summary: "removes true, false and double negation",
    run: |p| bottom_up(p, simplified),
};

fn simplified(predicate: Predicate) -> Predicate {
    match predicate {
        Predicate::And(children) => joined(children, true),
        Predicate::Or(children) => joined(children, false),
        Predicate::Not(child) => match *child {
            Predicate::Constant(value) => Predicate::Constant(!value),
            Predicate::Not(inner) => *inner,
            other => other.negated(),
        },
        leaf => leaf,
    }
}

/// `neutral` is true for AND and false for OR; its opposite decides the whole.
fn joined(children: Vec<Predicate>, neutral: bool) -> Predicate {
    if children.contains(&Predicate::Constant(!neutral)) {
        return Predicate::Constant(!neutral);
    }
    let rest = children.into_iter().filter(|child| *child != Predicate::Constant(neutral));
    if neutral { Predicate::and(rest) } else { Predicate::or(rest) }
}
