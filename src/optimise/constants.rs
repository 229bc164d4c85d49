//! Removes true and false, double negation, groups of one, and conditions that the event does not decide.
//!
//! Keeps the matched set: `p and true` is p, `p or false` is p, `p and false` is false, `p or true` is true,
//! `not not p` is p. That some value is one of an empty list is false; that some value is none of an empty list, and
//! that some value matches `*`, is that there is a value. A condition on a constant is true or false, where only true
//! is true: neither null nor a text passes for it. A condition on a plain field is a test of that field.

use crate::detection::{Computed, Condition, Formula, Predicate, Test, ValueTest};
use crate::evaluate;
use crate::event::Event;
use crate::event::pattern::Shape;
use crate::optimise::{Pass, bottom_up};

pub(crate) static PASS: Pass = Pass {
    name: "constants",
    summary: "removes true, false, double negation and conditions that no event decides",
    run: |predicate, _| bottom_up(predicate, &mut simplified),
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
        Predicate::Test(mut test) => match decided(&mut test.condition) {
            Some(verdict) => Predicate::Constant(verdict),
            None => Predicate::Test(test),
        },
        Predicate::Computed(computed) => simplified_computed(*computed),
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

/// Whether the condition is false for every event; one that asks only for some value becomes that.
fn decided(condition: &mut Condition) -> Option<bool> {
    let is_any = |tests: &[ValueTest]| {
        tests
            .iter()
            .any(|test| matches!(test, ValueTest::Matches(pattern) if pattern.shape() == Shape::Everything))
    };
    match condition {
        Condition::Some(tests) if tests.is_empty() => Some(false),
        Condition::Holds(terms) if terms.is_empty() => Some(false),
        Condition::SomeOther(tests) if is_any(tests) => Some(false),
        Condition::Some(tests) if is_any(tests) => {
            *condition = Condition::Exists;
            None
        }
        Condition::SomeOther(tests) if tests.is_empty() => {
            *condition = Condition::Exists;
            None
        }
        _ => None,
    }
}

fn simplified_computed(mut computed: Computed) -> Predicate {
    if let Some(verdict) = computed.condition.as_mut().and_then(decided) {
        return Predicate::Constant(verdict);
    }
    let Computed { formula, condition, origin } = computed;
    match (formula, condition) {
        // `_raw` of a condition is its values, of a test also the line that the event was read from.
        (Formula::Field(field), Some(condition))
            if !field.contains('*') && !matches!(condition, Condition::Holds(_)) =>
        {
            Predicate::Test(Test { field, condition, origin })
        }
        (Formula::Holds(predicate), None) => *predicate,
        // A truth value is no value of a field.
        (Formula::Holds(_), Some(_)) => Predicate::Constant(false),
        (formula, condition) => {
            let is_constant = formula.is_constant();
            let computed = Predicate::Computed(Box::new(Computed { formula, condition, origin }));
            if is_constant {
                Predicate::Constant(evaluate::predicate(&computed, &Event::new()))
            } else {
                computed
            }
        }
    }
}
