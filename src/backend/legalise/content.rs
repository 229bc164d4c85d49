//! Whether a rule tests something that happened.
//!
//! In: a predicate over the target's fields, and what was left out of it. Out: why it makes no rule. Invariant: a rule that
//! matches every event of its log source, or none, is refused, however wide it may be called.

use std::collections::HashSet;

use crate::backend::codes;
use crate::backend::legalise::{Legaliser, RawTerms};
use crate::detection::scope::{SCOPE_FIELDS, STORAGE_FIELDS, is_default_field};
use crate::detection::{Condition, Predicate, Test};
use crate::diagnostic::Diagnostic;

impl Legaliser<'_> {
    /// Whether nothing of the target holds the event as it was written.
    pub(super) fn has_no_raw_text(&self) -> bool {
        self.capabilities.raw_terms == RawTerms::None && !self.mapping.lists("_raw")
    }

    /// Whether a key says where Splunk keeps an event, which the log source does not. A source that is not known is tested by
    /// the names that Splunk has for it.
    pub(super) fn is_of_splunk(&self, key: &str) -> bool {
        let told_by_name = self.source.is_none() && !STORAGE_FIELDS.contains(&key);
        is_default_field(key) && key != "host" && !told_by_name && !self.mapping.lists(key)
    }

    /// Whether a field that the known log source may not have is asked for only because the search groups by it: a rule that
    /// did would be silent on every event.
    pub(super) fn is_only_tied(&self, test: &Test) -> bool {
        let may_lack = self.source.is_some() && self.mapping.assumption(&test.field).is_some();
        may_lack && test.condition == Condition::Exists && self.tied.contains(&test.field)
    }

    /// The search names the source of its events, and the rule cannot.
    pub(super) fn tell_of_other_sources(&mut self) {
        let Some(source) = self.source.filter(|_| self.mapping.mixed) else { return };
        self.adds = true;
        let message = format!("no field or index tells events of `{}` from others", source.title);
        self.notes.push(Diagnostic::without_place(&codes::SOURCE_NOT_TESTED, message));
    }
}

/// The refusal of a predicate that no event passes.
pub(super) fn never_true(predicate: &Predicate) -> Option<Diagnostic> {
    (*predicate == Predicate::Constant(false))
        .then(|| Diagnostic::without_place(&codes::NEVER_TRUE, "no event of the target can match"))
}

/// The refusal of a predicate that tests nothing that happened; `meant` is what it was made from.
///
/// Where tests were left out, a test of a value has to be left; else presence will do too.
pub(super) fn without_content(
    predicate: &Predicate,
    meant: &Predicate,
    notes: &[Diagnostic],
) -> Option<Diagnostic> {
    if let Some(never) = never_true(predicate) {
        return Some(never);
    }
    let is_dropped = |note: &Diagnostic| note.code.id == codes::DROPPED_TEST.id;
    let says_nothing = |note: &Diagnostic| note.code.id == codes::SHOWN_WHERE_ABSENT.id;
    let lost: Vec<&Diagnostic> = notes.iter().filter(|note| is_dropped(note) || says_nothing(note)).collect();
    let is_enough = |test: &Test| {
        !notes.iter().any(is_dropped) || matches!(test.condition, Condition::Some(_) | Condition::Holds(_))
    };
    if asks_something(predicate, is_enough) {
        return None;
    }
    let tests = meant.tests();
    match lost.split_first().filter(|_| asks_something(meant, |_| true)) {
        Some((first, rest)) => {
            let mut message = format!("no test of content is left: {}", first.message);
            if !rest.is_empty() {
                message.push_str(&format!("; and {} more", rest.len()));
            }
            Some(Diagnostic::new(&codes::NO_CONTENT, first.span().unwrap_or_default(), message))
        }
        None if tests.iter().all(|(test, _)| SCOPE_FIELDS.contains(&test.field.as_str())) => {
            let message = "the search tests nothing but where events come from";
            Some(Diagnostic::without_place(&codes::NO_CONTENT, message).help("add a test of what happened"))
        }
        None => {
            let span = tests.first().map(|(test, _)| test.origin.0).unwrap_or_default();
            let message = "the search only says what did not happen";
            Some(Diagnostic::new(&codes::NO_CONTENT, span, message).help("add a test of what happened"))
        }
    }
}

/// The refusal of a predicate that asks no more than that fields are there by which the search groups, which are `tied`.
/// Presence that the search asks for itself, and a value that differs, are choices of the search.
pub(crate) fn only_presence(predicate: &Predicate, tied: &HashSet<String>) -> Option<Diagnostic> {
    let tests = predicate.tests();
    let is_content = |(test, is_positive): &(&Test, bool)| {
        let says = match test.condition {
            Condition::Exists => !tied.contains(&test.field),
            Condition::SomeOther(_) | Condition::Some(_) | Condition::Holds(_) => true,
        };
        *is_positive && says && !SCOPE_FIELDS.contains(&test.field.as_str())
    };
    if tests.iter().any(is_content) || computes_content(predicate, true) {
        return None;
    }
    let (first, _) = tests.iter().find(|(test, _)| !SCOPE_FIELDS.contains(&test.field.as_str()))?;
    let is_tied = tests.iter().all(|(test, is_positive)| *is_positive && test.condition == Condition::Exists);
    let message = if is_tied {
        "the search asks no more than where events come from, and that the fields are there by which it groups them"
    } else {
        "the search only says what did not happen"
    };
    let refusal = Diagnostic::new(&codes::NO_CONTENT, first.origin.0, message);
    Some(refusal.help("add a test of what happened"))
}

/// Whether something other than where events come from has to be so, by such a test or by what is computed.
fn asks_something(predicate: &Predicate, is_enough: impl Fn(&Test) -> bool) -> bool {
    let is_content = |(test, is_positive): &(&Test, bool)| {
        *is_positive && !SCOPE_FIELDS.contains(&test.field.as_str()) && is_enough(test)
    };
    predicate.tests().iter().any(is_content) || computes_content(predicate, true)
}

/// Whether something is asked of what is computed from fields other than those of the scope.
fn computes_content(predicate: &Predicate, positive: bool) -> bool {
    match predicate {
        Predicate::Computed(_) | Predicate::OneValue(_) => {
            // Every event has a time.
            let asks_presence = matches!(predicate,
                Predicate::Computed(computed) if computed.condition == Some(Condition::Exists));
            let mut found = false;
            predicate.for_each_field(&mut |field| {
                found |= !(asks_presence && field == "_time" || SCOPE_FIELDS.contains(&field));
            });
            positive && found
        }
        Predicate::Not(child) => computes_content(child, !positive),
        other => other.children().iter().any(|child| computes_content(child, positive)),
    }
}

/// Whether it asks for some value of a field that does not say where events come from.
pub(super) fn tests_a_value(predicate: &Predicate) -> bool {
    predicate.tests().iter().any(|(test, is_positive)| {
        *is_positive
            && matches!(test.condition, Condition::Some(_) | Condition::Holds(_))
            && !SCOPE_FIELDS.contains(&test.field.as_str())
    })
}
