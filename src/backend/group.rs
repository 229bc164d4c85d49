//! Values of one test, grouped by the operator that a target has for them.
//!
//! In: the tests of a value. Out: groups in the order in which their first value stands. Invariant: every test is in
//! one group, and a group's values keep their order.

use ipnet::IpNet;

use crate::detection::{Order, ValueTest};
use crate::event::pattern::{Case, Pattern, Shape};

/// What an operator asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equals,
    StartsWith,
    EndsWith,
    Contains,
    /// Wildcards in other places.
    Glob,
    Network,
    Order(Order),
}

/// Values of one operator, compared with or without case.
#[derive(Clone, Debug)]
pub(crate) struct Group<'a> {
    pub(crate) operator: Operator,
    pub(crate) case: Case,
    pub(crate) values: Vec<Operand<'a>>,
}

/// What a value is compared with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operand<'a> {
    /// The text without the wildcards that the operator stands for.
    Text(&'a str),
    Pattern(&'a Pattern),
    Network(IpNet),
}

/// Groups the tests of a value.
pub(crate) fn grouped(tests: &[ValueTest]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (operator, case, value) in tests.iter().filter_map(split) {
        // An order has one bound; several are several tests.
        let same = |group: &&mut Group<'_>| {
            group.operator == operator && group.case == case && !matches!(operator, Operator::Order(_))
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.values.push(value),
            None => groups.push(Group { operator, case, values: vec![value] }),
        }
    }
    groups
}

fn split(test: &ValueTest) -> Option<(Operator, Case, Operand<'_>)> {
    Some(match test {
        ValueTest::Matches(pattern) => {
            let (operator, value) = match pattern.shape() {
                Shape::Exact(text) => (Operator::Equals, Operand::Text(text)),
                Shape::Prefix(text) => (Operator::StartsWith, Operand::Text(text)),
                Shape::Suffix(text) => (Operator::EndsWith, Operand::Text(text)),
                Shape::Contains(text) => (Operator::Contains, Operand::Text(text)),
                Shape::Everything | Shape::Mixed => (Operator::Glob, Operand::Pattern(pattern)),
            };
            (operator, pattern.case(), value)
        }
        ValueTest::In(network) => (Operator::Network, Case::Insensitive, Operand::Network(*network)),
        ValueTest::Compares(order, text) => (Operator::Order(*order), Case::Insensitive, Operand::Text(text)),
        // Not declared as capabilities, so legalising has removed them.
        ValueTest::Equals(_) | ValueTest::Number(..) | ValueTest::Regex(_) => return None,
    })
}
