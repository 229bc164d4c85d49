//! What a rule takes for granted of the values of its fields.
//!
//! In: a rule with its notes, and an event. Out: whether the event can be one of those that the rule is made for. Invariant:
//! nothing is assumed that no note of the rule or entry of its map says.

use std::collections::BTreeSet;

use crate::backend::legalise::{is_single_valued, is_whole_number};
use crate::backend::{Rule, codes};
use crate::detection::{Condition, Predicate, ValueTest};
use crate::event::{Event, Value, number};
use crate::target::{FieldKind, Mapped};

/// Whether the event can be one of those that the rule is made for.
///
/// The values are of the types that the mapping states, and a field of a source that holds one value holds one.
pub fn fits(rule: &Rule<'_>, predicate: &Predicate, event: &Event) -> bool {
    Assumed::new(rule, predicate).fits(event)
}

/// What a rule assumes about the values of its fields, as its notes say.
pub(super) struct Assumed<'a> {
    rule: &'a Rule<'a>,
    predicate: &'a Predicate,
    /// Fields that hold numbers.
    numbers: BTreeSet<&'a str>,
    /// Fields that hold a number in one spelling only.
    spelling: BTreeSet<&'a str>,
}

impl<'a> Assumed<'a> {
    pub(super) fn new(rule: &'a Rule<'a>, predicate: &'a Predicate) -> Self {
        let notes = |code: &str| rule.legal.notes.iter().any(|note| note.code.id == code);
        let fields = |chosen: &dyn Fn(&ValueTest) -> bool| {
            let tests = predicate.tests().into_iter().filter(|(test, _)| match &test.condition {
                Condition::Some(tests) | Condition::SomeOther(tests) => tests.iter().any(chosen),
                Condition::Exists | Condition::Holds(_) => false,
            });
            tests.map(|(test, _)| test.field.as_str()).collect::<BTreeSet<&str>>()
        };
        let numbers = if notes(codes::NUMBERS_ASSUMED.id) {
            fields(&|test| matches!(test, ValueTest::Compares(..)))
        } else {
            BTreeSet::new()
        };
        let is_number = |test: &ValueTest| match test {
            ValueTest::Matches(pattern) => is_whole_number(&pattern.to_string()),
            ValueTest::Equals(_) => true,
            _ => false,
        };
        let spelling = if notes(codes::NUMBER_SPELLING.id) { fields(&is_number) } else { BTreeSet::new() };
        Self { rule, predicate, numbers, spelling }
    }

    /// Whether the event can be one of the rule's: its values are of the types that the mapping states, and a field
    /// of a source that holds one value holds one.
    pub(super) fn fits(&self, event: &Event) -> bool {
        let mut fits_types = true;
        self.predicate.for_each_field(&mut |field| {
            let (values, single) = (event.values(field), is_single_valued(self.rule.source, field));
            fits_types = fits_types && (!single || values.len() <= 1) && self.fits_type(field, values);
        });
        fits_types
            && self.predicate.tests().iter().all(|(test, _)| {
                let field = test.field.as_str();
                let values = event.values(field);
                let all = |fits: &dyn Fn(&str) -> bool| values.iter().all(|value| fits(&value.text()));
                (!self.numbers.contains(field) || all(&|text| number::parse(text).is_some()))
                    && (!self.spelling.contains(field)
                        || all(&|text| number::parse(text).is_none() || is_whole_number(text)))
            })
    }

    fn fits_type(&self, field: &str, values: &[Value]) -> bool {
        let Mapped::Field(field) = self.rule.mapping.field(field) else { return true };
        // A field that no map names may be taken for another type.
        let field = self.rule.legal.fields.get(&field.name).unwrap_or(&field);
        let all = |fits: &dyn Fn(&str) -> bool| values.iter().all(|value| fits(&value.text()));
        (!field.empty_is_absent || all(&|text| !text.is_empty()))
            && match field.kind {
                FieldKind::Keyword | FieldKind::Wildcard => true,
                FieldKind::Long => all(&is_whole_number),
                FieldKind::Boolean => all(&|text| matches!(text, "true" | "false")),
                FieldKind::Ip => all(&|text| text.parse::<std::net::IpAddr>().is_ok()),
            }
    }
}
