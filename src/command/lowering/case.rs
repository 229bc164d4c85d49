//! Conditions on a text whose letters a function has changed.
//!
//! In: `lower` or `upper`, and what is asked of the text that it gives. Out: what that asks of the text before. Invariant: a
//! text passes exactly if what the function makes of it passes the condition.

use crate::detection::{Condition, ValueTest};
use crate::event::pattern::{Case, Pattern, fold_text};
use crate::function::{self, Context, Operand};

/// Whether the function makes one case of all letters.
pub(super) fn ignores_case(name: &str) -> bool {
    matches!(name, "lower" | "upper")
}

/// Whether a text stays as it is under the function; another text is never what the function gives.
pub(super) fn is_its_own(name: &str, text: &str) -> bool {
    match name {
        "lower" => fold_text(text) == text,
        _ => function::call(name, &[Operand::text(text)], &Context::default()) == Operand::text(text),
    }
}

/// Whether the condition is the same for a text and its lower or upper case.
pub(super) fn is_caseless(condition: &Condition) -> bool {
    let all = |tests: &[ValueTest]| {
        tests
            .iter()
            .all(|test| matches!(test, ValueTest::Matches(pattern) if pattern.case() == Case::Insensitive))
    };
    match condition {
        Condition::Exists => true,
        Condition::Some(tests) | Condition::SomeOther(tests) => all(tests),
        Condition::Holds(_) => false,
    }
}

/// What a text passes where the same text in small letters passes the condition, if tests say that.
pub(super) fn before_lower(condition: &Condition) -> Option<Condition> {
    let before = |tests: &[ValueTest]| {
        let tests = tests.iter().filter_map(|test| match test {
            ValueTest::Regex(regex) => Some(regex.before_lower().map(ValueTest::Regex)),
            ValueTest::Matches(pattern) if pattern.case() == Case::Insensitive => Some(Some(test.clone())),
            // A text with a large letter is never what the function gives.
            ValueTest::Matches(pattern) if pattern.literals().all(|text| fold_text(text) == text) => {
                let pieces = pattern.pieces().iter().cloned();
                Some(Some(ValueTest::Matches(Pattern::new(pieces, Case::Insensitive))))
            }
            ValueTest::Matches(_) => None,
            _ => Some(None),
        });
        tests.collect::<Option<Vec<_>>>()
    };
    match condition {
        Condition::Some(tests) => before(tests).map(Condition::Some),
        Condition::SomeOther(tests) => before(tests).map(Condition::SomeOther),
        Condition::Exists | Condition::Holds(_) => None,
    }
}
