//! What fields hold that no map names.
//!
//! In: a predicate, and a mapping under which fields keep their names. Out: numbers and addresses, where a target orders
//! numbers or knows networks in fields of that type only. Invariant: every test of such a field can be made of a value of
//! the type, so nothing that the search asks is lost by it; what is assumed is noted where the field is tested. A field
//! that the search computes with, and asks for nothing but numbers, holds numbers.

use std::collections::BTreeMap;

use crate::detection::{Condition, Formula, Predicate, ValueTest};
use crate::event::number;
use crate::event::pattern::Shape;
use crate::spl::eval::BinaryOperator;
use crate::target::{FieldKind, Mapping};

use super::typed::is_canonical_address;
use super::{Capabilities, Fields, is_whole_number};

/// The types of fields that keep their names and are compared with numbers by order, or with networks.
pub(super) fn of_kept(
    predicate: &Predicate,
    mapping: &Mapping,
    capabilities: &Capabilities,
) -> BTreeMap<String, FieldKind> {
    let mut kinds = BTreeMap::new();
    if !mapping.keep_other_fields {
        return kinds;
    }
    let mut tests: BTreeMap<&str, Vec<&ValueTest>> = BTreeMap::new();
    for (test, _) in predicate.tests() {
        if let Condition::Some(values) | Condition::SomeOther(values) = &test.condition {
            tests.entry(&test.field).or_default().extend(values);
        }
    }
    let mut computed = Vec::new();
    if capabilities.computes_each {
        computed_with(predicate, &mut computed);
    }
    for (field, _) in &computed {
        tests.entry(field).or_default();
    }
    for (field, tests) in tests {
        if mapping.lists(field) {
            continue;
        }
        let uses = || computed.iter().filter(|(used, _)| *used == field).map(|(_, fit)| *fit);
        let is = |kind: fn(&ValueTest) -> Fit| {
            tests.iter().all(|test| kind(test) != Fit::No) && tests.iter().any(|test| kind(test) == Fit::Told)
        };
        let is_number = || {
            let fits = || tests.iter().map(|test| number_test(test)).chain(uses());
            fits().all(|fit| fit != Fit::No) && fits().any(|fit| fit == Fit::Told)
        };
        if capabilities.number_order == Fields::Typed && is_number() {
            kinds.insert(field.to_owned(), FieldKind::Long);
        } else if capabilities.networks == Fields::Typed && uses().next().is_none() && is(address_test) {
            kinds.insert(field.to_owned(), FieldKind::Ip);
        }
    }
    kinds
}

/// Whether a test is one of values of a type.
#[derive(Clone, Copy, PartialEq)]
enum Fit {
    No,
    /// It can be.
    May,
    /// It is no other.
    Told,
}

/// The fields that something is computed with; told are those that stand in arithmetic, as numbers do alone.
fn computed_with<'a>(predicate: &'a Predicate, into: &mut Vec<(&'a str, Fit)>) {
    match predicate {
        Predicate::Computed(computed) => operands(&computed.formula, into),
        other => other.children().iter().for_each(|child| computed_with(child, into)),
    }
}

/// As deep as the formula, which is bounded.
fn operands<'a>(formula: &'a Formula, into: &mut Vec<(&'a str, Fit)>) {
    use BinaryOperator as Op;
    let is_text = |operand: &Formula| matches!(operand, Formula::Text(_));
    let is_arithmetic = match formula {
        // `+` joins texts too.
        Formula::Binary(Op::Add, left, right) => !is_text(left) && !is_text(right),
        Formula::Binary(Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder, ..) | Formula::Minus(_) => {
            true
        }
        Formula::Call(name, _) => name == "tonumber",
        _ => false,
    };
    formula.for_each_child(&mut |child| match child {
        Formula::Field(field) => into.push((field, if is_arithmetic { Fit::Told } else { Fit::No })),
        other => operands(other, into),
    });
}

fn number_test(test: &ValueTest) -> Fit {
    match test {
        ValueTest::Number(..) => Fit::Told,
        ValueTest::Compares(_, than) if number::parse(than).is_some() => Fit::Told,
        ValueTest::Equals(_) => Fit::May,
        ValueTest::Matches(pattern) => match pattern.shape() {
            Shape::Exact(text) if is_whole_number(text) => Fit::May,
            _ => Fit::No,
        },
        _ => Fit::No,
    }
}

fn address_test(test: &ValueTest) -> Fit {
    match test {
        ValueTest::In(_) => Fit::Told,
        ValueTest::Matches(pattern) => match pattern.shape() {
            Shape::Exact(text) if is_canonical_address(text) => Fit::May,
            _ => Fit::No,
        },
        _ => Fit::No,
    }
}
