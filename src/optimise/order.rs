//! Puts cheap and telling tests first in an AND, exclusions last.
//!
//! Keeps the matched set: AND is commutative and tests have no side effect. Parts of equal rank stay in the order
//! of the search, and the parts of an OR keep theirs, so that a rule still reads like its search.

use crate::detection::{Condition, Predicate, Test, ValueTest};
use crate::event::pattern::Shape;
use crate::optimise::{Pass, bottom_up};

pub(crate) static PASS: Pass = Pass {
    name: "order",
    summary: "puts cheap tests first and exclusions last",
    run: |predicate, _| bottom_up(predicate, &mut ordered),
};

fn ordered(predicate: Predicate) -> Predicate {
    match predicate {
        Predicate::And(mut children) => {
            children.sort_by_key(rank);
            Predicate::And(children)
        }
        other => other,
    }
}

fn rank(predicate: &Predicate) -> u8 {
    match predicate {
        Predicate::Constant(_) => 0,
        Predicate::Test(test) => test_rank(test),
        Predicate::Or(_) | Predicate::And(_) => 6,
        Predicate::Not(_) => 8,
        Predicate::Computed(_) | Predicate::OneValue(_) => 9,
        Predicate::Hole(_) => 10,
    }
}

fn test_rank(test: &Test) -> u8 {
    match &test.condition {
        Condition::Some(tests) => tests.iter().map(value_rank).max().unwrap_or(0),
        Condition::Exists => 4,
        Condition::Holds(_) => 5,
        Condition::SomeOther(_) => 7,
    }
}

fn value_rank(test: &ValueTest) -> u8 {
    match test {
        ValueTest::Matches(pattern) => match pattern.shape() {
            Shape::Exact(_) => 0,
            Shape::Prefix(_) | Shape::Suffix(_) => 1,
            Shape::Contains(_) | Shape::Mixed | Shape::Everything => 2,
        },
        ValueTest::In(_) | ValueTest::Compares(..) | ValueTest::Equals(_) | ValueTest::Number(..) => 3,
        ValueTest::Regex(_) => 4,
    }
}
