//! The tests of rules, each compiled once, whatever number of rules ask it.
//!
//! In: a test, or a condition that only the reference can judge. Out: whether an event passes. Invariant: the same answer
//! as `evaluate::predicate`; an atom is asked only where a rule that needs it was not decided before.

use std::cmp::Ordering;
use std::collections::HashSet;

use ipnet::IpNet;

use crate::detection::{Order, Predicate, Regex, ValueTest};
use crate::event::pattern::{Case, Shape, fold_text};
use crate::event::raw::Term;
use crate::event::{network, number};
use crate::matcher::pattern::Compiled;
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
    /// The first value of the field, which is `_raw`, holds one of the terms.
    Holds(u32, Vec<Term>),
    /// What is computed, asked of one value, or of fields by a pattern: the reference says.
    Reference(Box<Predicate>),
}

/// What is asked of a value: one of these.
#[derive(Debug, Default)]
pub(crate) struct Tests {
    /// Folded texts.
    insensitive: HashSet<Vec<u8>>,
    sensitive: HashSet<String>,
    patterns: Vec<Compiled>,
    networks: Vec<IpNet>,
    orders: Vec<(Order, String)>,
    equal: Vec<f64>,
    numbers: Vec<(Order, f64)>,
    regexes: Vec<Regex>,
}

impl Tests {
    pub(crate) fn new(tests: &[ValueTest]) -> Self {
        let mut all = Self::default();
        for test in tests {
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
        all
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
        let text = values.text(value, line);
        (!self.sensitive.is_empty() && self.sensitive.contains(text))
            || self.patterns.iter().any(|pattern| pattern.matches(text, folded))
            || self.networks.iter().any(|network| network::holds(*network, text))
            || self.orders.iter().any(|(order, than)| order.admits(number::compare(text, than)))
            || self.passes_as_number(value.number, text)
            || self.regexes.iter().any(|regex| regex.is_match(text))
    }
}

impl Atom {
    /// Whether the values pass; nothing where only the reference can say.
    pub(crate) fn passes(&self, values: &Values, line: &[u8]) -> Option<bool> {
        Some(match self {
            Self::Exists(field) => values.of(*field).next().is_some(),
            Self::Some(field, tests) => values.of(*field).any(|value| tests.pass(value, values, line)),
            Self::SomeOther(field, tests) => values.of(*field).any(|value| !tests.pass(value, values, line)),
            Self::Holds(field, terms) => values.of(*field).next().is_some_and(|raw| {
                let raw = values.text(raw, line);
                terms.iter().any(|term| term.is_in(raw))
            }),
            Self::Reference(_) => return None,
        })
    }
}
