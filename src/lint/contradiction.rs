//! `contradiction`: one field with one value, asked to be two values at once.
//!
//! In: terms joined by AND, over all searches that see events. Out: one finding a term that excludes the first one of
//! its field. Fields that may have several values are left alone, for there both tests can hold; so are fields of
//! which that is not known.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, walk};
use crate::spl::ast::{Comparison, Expression, Kind, Operator};

static CODE: Code = Code::new(
    "contradiction",
    Severity::Warning,
    "terms joined by AND exclude each other",
    "Terms that stand next to each other are joined by AND (Search Manual, \"Boolean expressions\"), and an event has \
     one index, one host, one source and one sourcetype (Knowledge Manager Manual, \"Use default fields\"), and in \
     Windows logs one event code. Two different values of such a field hold for no event; OR or IN was meant. Fields \
     that may have several values are not reported: there, `f=a f=b` asks for both. So is an OR of which each \
     alternative is excluded by a term beside it.",
);

/// Fields with one value an event.
const SINGLE: &[&str] = &["host", "index", "source", "sourcetype", "splunk_server", "EventCode", "EventID"];

/// Pairs of values that are compared at most for two terms.
const PAIRS: usize = 4096;

/// The check.
pub(super) struct Contradiction;

impl Lint for Contradiction {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=wineventlog EventCode=4624 EventCode=4625"
    }

    fn good(&self) -> &'static str {
        "index=wineventlog EventCode IN (4624, 4625)"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let searches = walk::searches_of_events(&subject.parsed.pipeline);
        walk::conjunctions(&searches, &mut |conjunction, _| {
            let mut first: BTreeMap<&str, (&Comparison, &Expression)> = BTreeMap::new();
            let tests = conjunction.comparisons().filter(|(comparison, _)| {
                // A list that a macro leaves empty is told of as such.
                comparison.operator.value == Operator::Equal
                    && !comparison.values.is_empty()
                    && SINGLE.contains(&comparison.field.value.as_str())
            });
            for (comparison, term) in tests {
                let field = comparison.field.value.as_str();
                match first.get(field) {
                    None => _ = first.insert(field, (comparison, term)),
                    Some((before, place)) if exclude_each_other(before, comparison) => {
                        findings.push(finding(subject, place, term, field));
                    }
                    Some(_) => {}
                }
            }
            for term in &conjunction.terms {
                findings.extend(excluded(&first, term).map(|beside| of_or(subject, term, beside)));
            }
        });
    }
}

/// The term that excludes the first alternative of an OR, if each alternative is excluded by one.
fn excluded<'a>(
    first: &BTreeMap<&str, (&Comparison, &'a Expression)>,
    term: &Expression,
) -> Option<&'a Expression> {
    let Kind::Or(children) = &term.kind else { return None };
    let by = |child: &Expression| match &child.ungrouped().kind {
        Kind::Comparison(test) if test.operator.value == Operator::Equal && !test.values.is_empty() => {
            let (other, place) = first.get(test.field.value.as_str())?;
            exclude_each_other(other, test).then_some(*place)
        }
        _ => None,
    };
    let by: Option<Vec<&Expression>> = children.iter().map(by).collect();
    by?.first().copied()
}

fn of_or(subject: &Subject<'_>, or: &Expression, beside: &Expression) -> Diagnostic {
    let message = format!("no event passes `{}` beside the terms next to it", subject.shown(or.span));
    Diagnostic::new(&CODE, or.span, message)
        .label("each alternative excludes a term beside it")
        .also(beside.span, "as this one")
        .help("OR binds before AND: put parentheses round each side that belongs together")
}

/// Whether no value of one comparison is one of the other.
pub(super) fn exclude_each_other(a: &Comparison, b: &Comparison) -> bool {
    a.values.len().saturating_mul(b.values.len()) <= PAIRS
        && a.values.iter().all(|left| b.values.iter().all(|right| walk::are_disjoint(left, right)))
}

fn finding(subject: &Subject<'_>, first: &Expression, second: &Expression, field: &str) -> Diagnostic {
    let shown = |term: &Expression| subject.shown(term.span);
    let message = format!("no event has both `{}` and `{}`", shown(first), shown(second));
    Diagnostic::new(&CODE, second.span, message)
        .label("excludes the one before")
        .also(first.span, "joined to it by AND")
        .help(format!("write `{field} IN (…)` where either value will do"))
}
