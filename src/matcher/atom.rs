//! The tests of rules, each compiled once, whatever number of rules ask it.
//!
//! In: a test, or a condition that only the reference can judge. Out: whether an event passes. Invariant: the same answer
//! as `evaluate::predicate`; an atom is asked only where a rule that needs it was not decided before.

use std::cmp::Ordering;
use std::collections::HashSet;

use ipnet::IpNet;

use crate::detection::{Order, Regex, ValueTest};
use crate::event::pattern::{Case, Shape, fold_text};
use crate::event::raw::Term;
use crate::event::{network, number};
use crate::function::Context;
use crate::matcher::literals::{self, Literals, Part, Target};
use crate::matcher::pattern::Compiled;
use crate::matcher::reference::Reference;
use crate::matcher::trigger::{Needle, Needs, needs};
use crate::matcher::values::{Value, Values};

/// A test of an event.
#[derive(Debug)]
pub(crate) enum Atom {
    /// The field has a value.
    Exists(u32),
    /// Some value passes.
    Some(u32, Tests),
    /// Some value does not pass.
    SomeOther(u32, Tests),
    /// Some value of the one field equals some value of the other, as `=` of expressions has it.
    Equal([u32; 2]),
    /// The first value of the field, which is `_raw`, holds one of the terms.
    Holds(u32, Vec<Term>),
    /// What is computed, asked of one value, or of fields by a pattern: the reference says.
    Reference(Box<Reference>),
}

/// What is asked of a value: one of these.
#[derive(Debug, Default)]
pub(crate) struct Tests {
    /// Folded texts.
    insensitive: HashSet<Vec<u8>>,
    sensitive: HashSet<String>,
    /// Texts that decide, where they are many.
    literals: Option<Literals>,
    patterns: Vec<Compiled>,
    networks: Vec<IpNet>,
    orders: Vec<(Order, String)>,
    equal: Vec<f64>,
    numbers: Vec<(Order, f64)>,
    regexes: Vec<Regex>,
}

/// So many texts are looked for together: a look for one alone costs less than one for several, but not than that for
/// each of them.
const MANY: usize = 4;

/// The text that alone decides a test, other than the whole of a value.
fn deciding(test: &ValueTest) -> Option<Needle> {
    match needs(test) {
        Needs::Texts(needles) => match <[Needle; 1]>::try_from(needles) {
            Ok([needle]) if needle.decides && needle.part != Part::Whole && !needle.text.is_empty() => {
                Some(needle)
            }
            _ => None,
        },
        Needs::Order | Needs::Presence => None,
    }
}

impl Tests {
    pub(crate) fn new(tests: &[ValueTest]) -> Self {
        let mut all = Self::default();
        let mut literals = literals::Collection::default();
        let are_many = tests.iter().filter(|test| deciding(test).is_some()).count() >= MANY;
        for test in tests {
            if let Some(needle) = deciding(test).filter(|_| are_many) {
                literals.add(needle.part, &needle.text, Target { atom: 0, decides: true });
                continue;
            }
            match test {
                ValueTest::Matches(pattern) => match (pattern.shape(), pattern.case()) {
                    (Shape::Exact(text), Case::Insensitive) => {
                        all.insensitive.insert(fold_text(text).into_bytes());
                    }
                    (Shape::Exact(text), Case::Sensitive) => {
                        all.sensitive.insert(text.to_owned());
                    }
                    _ => all.patterns.push(Compiled::new(pattern)),
                },
                ValueTest::In(network) => all.networks.push(*network),
                ValueTest::Compares(order, text) => all.orders.push((*order, text.clone())),
                ValueTest::Equals(number) => all.equal.push(number.0),
                ValueTest::Number(order, number) => all.numbers.push((*order, number.0)),
                ValueTest::Regex(regex) => all.regexes.push(regex.clone()),
            }
        }
        all.literals = are_many.then(|| literals.build());
        all
    }

    fn asks_nothing_else(&self) -> bool {
        self.sensitive.is_empty()
            && self.networks.is_empty()
            && self.orders.is_empty()
            && self.equal.is_empty()
            && self.numbers.is_empty()
            && self.regexes.is_empty()
    }

    fn passes_as_number(&self, number: Option<f64>, text: &str) -> bool {
        if self.equal.is_empty() && self.numbers.is_empty() {
            return false;
        }
        let Some(number) = number.or_else(|| number::parse(text)) else { return false };
        let order = |than: &f64| number.partial_cmp(than);
        self.equal.iter().any(|than| order(than) == Some(Ordering::Equal))
            || self.numbers.iter().any(|(wanted, than)| order(than).is_some_and(|it| wanted.admits(it)))
    }

    /// Whether a value passes one of them.
    pub(crate) fn pass(&self, value: &Value, values: &Values, line: &[u8]) -> bool {
        let folded = values.folded(value);
        if !self.insensitive.is_empty() && self.insensitive.contains(folded) {
            return true;
        }
        if let Some(literals) = &self.literals {
            let mut has_one = false;
            literals.find(folded, &mut |_| has_one = true);
            if has_one {
                return true;
            }
        }
        let text = || values.text(value, line);
        if self.patterns.iter().any(|pattern| pattern.matches(text, folded)) {
            return true;
        }
        if self.asks_nothing_else() {
            return false;
        }
        let text = text();
        self.sensitive.contains(text)
            || self.networks.iter().any(|network| network::holds(*network, text))
            || self.orders.iter().any(|(order, than)| order.admits(number::compare(text, than)))
            || self.passes_as_number(value.number, text)
            || self.regexes.iter().any(|regex| regex.is_match(text))
    }
}

/// Whether two values are equal: two texts if they are the same, others as numbers (`function::operator`).
fn are_equal(left: &Value, right: &Value, values: &Values, line: &[u8]) -> bool {
    if (left.number, right.number) == (None, None) {
        return values.bytes(left, line) == values.bytes(right, line);
    }
    let number = |value: &Value| value.number.or_else(|| number::parse(values.text(value, line)));
    number(left)
        .zip(number(right))
        .is_some_and(|(left, right)| left.partial_cmp(&right) == Some(Ordering::Equal))
}

impl Atom {
    /// Whether the values pass; nothing where only the whole event can say.
    pub(crate) fn passes(&self, values: &Values, line: &[u8], given: &Context) -> Option<bool> {
        Some(match self {
            Self::Exists(field) => values.of(*field).next().is_some(),
            Self::Some(field, tests) => values.of(*field).any(|value| tests.pass(value, values, line)),
            Self::SomeOther(field, tests) => values.of(*field).any(|value| !tests.pass(value, values, line)),
            Self::Equal([left, right]) => values
                .of(*left)
                .any(|left| values.of(*right).any(|right| are_equal(left, right, values, line))),
            Self::Holds(field, terms) => values.of(*field).next().is_some_and(|raw| {
                let raw = values.text(raw, line);
                terms.iter().any(|term| term.is_in(raw))
            }),
            Self::Reference(reference) => return reference.passes(values, line, given),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::event;
    use crate::event::pattern::Pattern;

    proptest! {
        #[test]
        fn many_texts_are_asked_as_each_is(
            texts in vec("[*]?[aAb.1]{0,3}[*]?", 1..9),
            sensitive in vec(any::<bool>(), 9),
            others in vec(select(&["^ab", "[0-9]$"][..]), 0..2),
            value in "[aAb.1]{0,9}",
        ) {
            let case = |is: &bool| if *is { Case::Sensitive } else { Case::Insensitive };
            let pattern = |(text, is): (&String, &bool)| ValueTest::Matches(Pattern::wildcard(text, case(is)));
            let mut tests: Vec<ValueTest> = texts.iter().zip(&sensitive).map(pattern).collect();
            tests.extend(others.iter().map(|text| ValueTest::Regex(Regex::parse(text).unwrap())));
            tests.push(ValueTest::Compares(Order::Greater, "5".to_owned()));
            let mut values = Values::default();
            values.clear(1);
            values.add(0, 0, None, |own| own.extend_from_slice(value.as_bytes())).unwrap();
            let passes = values.of(0).all(|it| Tests::new(&tests).pass(it, &values, &[]));
            let expected = tests.iter().any(|test| test.passes(&event::Value::from(value.as_str())));
            prop_assert_eq!(passes, expected, "{:?} in {:?}", value, tests);
        }
    }
}
