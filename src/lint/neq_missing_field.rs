//! `neq-missing-field`: `field!=value` drops events that lack the field.
//!
//! In: positive `!=` tests of fields of events. Out: one finding a field, with a fix for all its tests. Fields that are
//! always there, or that other terms need, are left alone.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::fix::insertion;
use crate::lint::{Lint, Subject, neq_or_chain, walk};
use crate::spl::ast::{Comparison, Expression};

static CODE: Code = Code::new(
    "neq-missing-field",
    Severity::Warning,
    "`field!=value` drops events that lack the field",
    "`!=` needs the field: \"Events that do not have a value in the field are not included in the results\" (Search \
     Manual, \"Difference between NOT and !=\"). A collector that renames or omits the field then silences the \
     detection without a word. `NOT field=value` keeps such events; where only events with the field count, \
     `field=* field!=value` says so. Not reported: fields that Splunk gives to every event, fields that another term \
     needs, `field!=\"\"` and its kind, tests that `neq-or-chain` reports, and searches behind a \
     command that may have made the field.",
);

/// Fields that Splunk adds to every event (Knowledge Manager Manual, "Use default fields").
const ALWAYS_THERE: &[&str] = &[
    "_raw",
    "_time",
    "_indextime",
    "_cd",
    "_bkt",
    "host",
    "index",
    "linecount",
    "punct",
    "source",
    "sourcetype",
    "splunk_server",
    "timestamp",
];

/// The check.
pub(super) struct NeqMissingField;

impl Lint for NeqMissingField {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=containers action=create user!=root"
    }

    fn good(&self) -> &'static str {
        "index=containers action=create NOT user=root"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let searches = walk::searches_of_events(&subject.parsed.pipeline);
        let in_chains = neq_or_chain::places(&searches);
        let mut by_field: BTreeMap<&str, Vec<(&Comparison, &Expression)>> = BTreeMap::new();
        walk::conjunctions(&searches, &mut |conjunction, present| {
            for (comparison, term) in conjunction.comparisons().filter(|_| !conjunction.negated) {
                let field = comparison.field.value.as_str();
                let any = comparison.values.iter().any(walk::is_any);
                if walk::leaves_out(comparison)
                    && !any
                    && !ALWAYS_THERE.contains(&field)
                    && !present.holds(field)
                    && !in_chains.contains(&comparison.field.span)
                {
                    by_field.entry(field).or_default().push((comparison, term));
                }
            }
        });
        findings.extend(by_field.values().filter_map(|places| finding(subject, places)));
    }
}

/// One finding a field: while one `!=` of it is left, the events stay lost.
fn finding(subject: &Subject<'_>, places: &[(&Comparison, &Expression)]) -> Option<Diagnostic> {
    let ((comparison, term), others) = places.split_first()?;
    let field = comparison.field.span.of(subject.text());
    let value = comparison.values.first().map_or_else(String::new, |value| subject.shown(value.span));
    let message = format!("`{}` drops events that have no `{field}`", subject.shown(term.span));
    let mut finding = Diagnostic::new(&CODE, term.span, message).label("needs the field").help(format!(
        "`NOT {field}={value}` keeps them; `{field}=* {field}!={value}` says that they are left out"
    ));
    for (_, other) in others {
        finding = finding.also(other.span, "needs it too");
    }
    let edits = places.iter().flat_map(|(comparison, _)| {
        let equals = Edit { span: comparison.operator.span, text: "=".to_owned() };
        [insertion(comparison.field.span.start, "NOT "), equals]
    });
    let title = match others.len() {
        0 => format!("write `NOT {field}={value}`"),
        count => format!("write `NOT {field}={value}`, and {count} more"),
    };
    Some(finding.fix(Fix { title, edits: edits.collect(), safe: false }))
}
