//! Writes a regular expression as the patterns that say the same.
//!
//! Keeps the matched set: an expression is replaced only by patterns that match the same texts, which
//! [`Regex::as_patterns`] knows: a text, its beginning, end or middle, and a bounded choice of them. Targets have
//! operators for these, and readers need not know the dialect of an expression.

use crate::detection::{Condition, Predicate, Regex, ValueTest};
use crate::event::pattern::Pattern;
use crate::optimise::literal::condition_mut;
use crate::optimise::{Pass, bottom_up};

pub(crate) static PASS: Pass = Pass {
    name: "patterns",
    summary: "writes regular expressions as patterns that say the same",
    run: |predicate, _| bottom_up(predicate, &mut written),
};

fn written(mut predicate: Predicate) -> Predicate {
    if let Predicate::Test(_) | Predicate::Computed(_) = predicate
        && let Some(Condition::Some(tests) | Condition::SomeOther(tests)) = condition_mut(&mut predicate)
        && tests.iter().any(|test| matches!(test, ValueTest::Regex(_)))
    {
        *tests = replaced(std::mem::take(tests), Regex::as_patterns);
    }
    predicate
}

fn replaced(tests: Vec<ValueTest>, patterns: fn(&Regex) -> Option<Vec<Pattern>>) -> Vec<ValueTest> {
    let replaced = |test: ValueTest| match &test {
        ValueTest::Regex(regex) => match patterns(regex) {
            Some(patterns) => patterns.into_iter().map(ValueTest::Matches).collect(),
            None => vec![test],
        },
        _ => vec![test],
    };
    tests.into_iter().flat_map(replaced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::pattern::Case;

    fn known(regex: &Regex) -> Option<Vec<Pattern>> {
        let pattern = |text| Pattern::wildcard(text, Case::Sensitive);
        (regex.text() == "a|b").then(|| vec![pattern("*a*"), pattern("*b*")])
    }

    #[test]
    fn patterns_stand_where_their_expression_stood() {
        let text = |text| ValueTest::Matches(Pattern::wildcard(text, Case::Sensitive));
        let regex = |text| ValueTest::Regex(Regex::parse(text).unwrap());
        let tests = replaced(vec![text("x"), regex("a|b"), regex("[ab]"), text("y")], known);
        assert_eq!(tests, [text("x"), text("*a*"), text("*b*"), regex("[ab]"), text("y")]);
    }
}
