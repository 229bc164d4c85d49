//! What is computed, said as tests of fields where that is the same.
//!
//! In: a predicate. Out: one that every event passes which passes the first, and no other. Invariant: the same verdict for
//! every event. Tests are found by the index and shared among rules, what is computed is neither, so it is said as a test,
//! or beside tests that it cannot do without, where that can be. Rules that are written for other targets gain nothing from
//! this, so it stands here and not among the passes of `optimise`.

use crate::detection::{Computed, Condition, Formula, Predicate, Test, ValueTest};
use crate::source::Origin;
use crate::spl::eval::BinaryOperator;

/// The predicate with tests in place of what is computed.
pub(crate) fn plain(predicate: Predicate) -> Predicate {
    match predicate {
        Predicate::Computed(computed) => of_computed(*computed),
        other => other.map_children(&mut plain),
    }
}

fn of_computed(computed: Computed) -> Predicate {
    let Computed { formula, condition, origin } = computed;
    match (&formula, &condition) {
        (_, Some(Condition::Exists)) => exists(formula, origin),
        // What is missing equals nothing.
        (Formula::Binary(BinaryOperator::Equal, left, right), None) => {
            let fields = [left, right].into_iter().filter_map(|side| match side.as_ref() {
                Formula::Field(field) if is_literal(field) => Some(field.clone()),
                _ => None,
            });
            let are_there = fields.map(|field| test(field, Condition::Exists, origin)).collect::<Vec<_>>();
            let equal = Predicate::Computed(Box::new(Computed { formula, condition, origin }));
            Predicate::and(are_there.into_iter().chain([equal]))
        }
        _ => Predicate::Computed(Box::new(Computed { formula, condition, origin })),
    }
}

/// The fields that a formula asks to be equal, if it asks nothing else.
pub(crate) fn equal_fields(computed: &Computed) -> Option<[&str; 2]> {
    match (&computed.formula, &computed.condition) {
        (Formula::Binary(BinaryOperator::Equal, left, right), None) => {
            match (left.as_ref(), right.as_ref()) {
                (Formula::Field(left), Formula::Field(right)) => Some([left, right]),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a formula has a value. A field that `rex` sets has one where the expression matches, since the group takes part
/// in every match, or where it had one before.
fn exists(formula: Formula, origin: Origin) -> Predicate {
    match formula {
        Formula::Null => Predicate::Constant(false),
        Formula::Field(field) if is_literal(&field) => test(field, Condition::Exists, origin),
        Formula::Extract(extract) => {
            let searched = match &extract.from {
                // A search that backtracks too far finds nothing, and may do so in another way without groups.
                Formula::Field(field)
                    if is_literal(field)
                        && extract.most != Some(0)
                        && extract.regex.always_takes(&extract.group)
                        && extract.regex.program().is_ok_and(|program| !program.backtracks) =>
                {
                    field.clone()
                }
                _ => return computed_exists(Formula::Extract(extract), origin),
            };
            let matches = Condition::Some(vec![ValueTest::Regex(extract.regex.clone())]);
            Predicate::or([test(searched, matches, origin), exists(extract.otherwise, origin)])
        }
        other => computed_exists(other, origin),
    }
}

fn computed_exists(formula: Formula, origin: Origin) -> Predicate {
    Predicate::Computed(Box::new(Computed { formula, condition: Some(Condition::Exists), origin }))
}

fn test(field: String, condition: Condition, origin: Origin) -> Predicate {
    Predicate::Test(Test { field, condition, origin })
}

/// Whether a name is that of one field in formulas and in tests.
fn is_literal(field: &str) -> bool {
    !field.contains('*')
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::detection::Regex;
    use crate::detection::formula::Extract;
    use crate::evaluate;
    use crate::event::{Event, Value};
    use crate::matcher::Matcher;

    fn extract(from: &str, pattern: &str, otherwise: Formula) -> Formula {
        Formula::Extract(Box::new(Extract {
            from: Formula::Field(from.to_owned()),
            regex: Regex::parse(pattern).unwrap(),
            group: "g".to_owned(),
            most: Some(1),
            otherwise,
        }))
    }

    fn computed(formula: Formula, condition: Option<Condition>) -> Predicate {
        Predicate::Computed(Box::new(Computed { formula, condition, origin: Origin::default() }))
    }

    /// Predicates of which some can be said as tests and some cannot.
    fn predicates() -> Vec<Predicate> {
        let field = |name: &str| Formula::Field(name.to_owned());
        let equal = |left, right| Formula::Binary(BinaryOperator::Equal, Box::new(left), Box::new(right));
        let formulas = [
            extract("a", "(?<g>x)", Formula::Null),
            extract("a", "(?<g>x)?y", field("b")),
            extract("a", "^(?<g>x*)$", field("b")),
            extract("b", r"(?<g>(x|y)\2)", extract("a", "(?<g>1)", field("c*"))),
            extract("_time", "(?<g>1)", field("_raw")),
            field("_time"),
        ];
        let exist = formulas.map(|formula| computed(formula, Some(Condition::Exists)));
        let equal = [
            equal(field("a"), field("b")),
            equal(field("a"), field("_time")),
            equal(field("a"), Formula::Text("x".to_owned())),
            equal(field("a*"), field("b")),
        ];
        exist.into_iter().chain(equal.map(|formula| computed(formula, None))).collect()
    }

    #[test]
    fn what_can_be_a_test_is_one() {
        let texts: Vec<bool> = predicates()
            .into_iter()
            .map(|predicate| {
                matches!(plain(predicate), Predicate::Test(_) | Predicate::Or(_) | Predicate::And(_))
            })
            .collect();
        assert_eq!(texts, [true, false, false, false, true, true, true, true, true, true]);
    }

    proptest! {
        #[test]
        fn plain_predicates_say_the_same(
            fields in vec((select(&["a", "b", "c", "_time"][..]), vec(0_usize..9, 1..3)), 0..4),
            negated: bool,
        ) {
            let texts = ["x", "xx", "y", "yy", "", "1", "1.0", "x1"].map(Value::from);
            let values = |at: &usize| texts.get(*at).cloned().unwrap_or(Value::Number(1.0));
            let mut event = Event::new();
            for (field, places) in &fields {
                event.set(*field, places.iter().map(values).collect());
            }
            let rules: Vec<Predicate> = predicates()
                .into_iter()
                .map(|predicate| if negated { predicate.negated() } else { predicate })
                .collect();
            for rule in &rules {
                let expected = evaluate::predicate(rule, &event);
                prop_assert_eq!(evaluate::predicate(&plain(rule.clone()), &event), expected, "{:?}", rule);
            }
            let expected: Vec<usize> =
                (0..rules.len()).filter(|at| evaluate::predicate(&rules[*at], &event)).collect();
            let found: Vec<usize> = Matcher::of_predicates(&rules).matches(&event).collect();
            prop_assert_eq!(found, expected, "{:?}", event);
        }
    }
}
