//! `neq-missing-field`: `field!=value` drops events that lack the field.
//!
//! In: positive `!=` tests of fields of events. Out: one finding a field, with a fix for all its tests. Fields that are
//! always there, or that other terms or later stages need, are left alone. It is a warning in detections.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::fix::insertion;
use crate::lint::{Lint, Subject, later, neq_or_chain, walk};
use crate::spl::ast::{Comparison, Expression};

static CODE: Code = Code::new(
    "neq-missing-field",
    Severity::Warning,
    "`field!=value` drops events that lack the field",
    "`!=` needs the field: \"Events that do not have a value in the field are not included in the results\" (Search \
     Manual, \"Difference between NOT and !=\"). A collector that renames or omits the field then silences the \
     detection without a word. `NOT field=value` keeps such events; where only events with the field count, \
     `field=* field!=value` says so. Not reported: fields that Splunk gives to every event, fields that another term \
     or a later stage needs, as `stats … by field` does, `field!=\"\"` and its kind, tests that `neq-or-chain` \
     reports, and searches behind a command that may have made the field. Only a note is made in event types and in \
     searches that are neither described nor scheduled and have no technique, of a test that is an alternative by \
     itself, of events of one kind (`EventCode=1`), whose fields are known, and of a process's parent, for who asks for \
     another parent means that there is one. `eventtype` and `tag` are always worth \
     a warning, for events of no type have none.",
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
        let later = later::needed(&subject.parsed.pipeline);
        let mut by_field: BTreeMap<&str, Vec<Place<'_>>> = BTreeMap::new();
        walk::conjunctions(&searches, &mut |conjunction, present| {
            for (comparison, term) in conjunction.comparisons().filter(|_| !conjunction.negated) {
                let field = comparison.field.value.as_str();
                let any = comparison.values.iter().any(walk::is_any);
                if walk::leaves_out(comparison)
                    && !any
                    && !ALWAYS_THERE.contains(&field)
                    && !present.holds(field)
                    && !later.contains(field)
                    && !in_chains.contains(&comparison.field.span)
                {
                    let is_alone =
                        !conjunction.is_lone_alternative() && !present.is_of_kind() && !is_of_parent(field);
                    by_field.entry(field).or_default().push((comparison, term, is_alone));
                }
            }
        });
        findings.extend(by_field.values().filter_map(|places| finding(subject, places)));
    }
}

/// A test, its term, and whether an event that fails it is lost whatever else is asked.
type Place<'a> = (&'a Comparison, &'a Expression, bool);

/// Whether it is a field of the process that started another: `ParentImage`, `process_parent_name`.
fn is_of_parent(field: &str) -> bool {
    field.to_ascii_lowercase().contains("parent")
}

/// Fields that only some events of any source have.
const OF_SOME: &[&str] = &["eventtype", "tag"];

/// One finding a field: while one `!=` of it is left, the events stay lost.
fn finding(subject: &Subject<'_>, places: &[Place<'_>]) -> Option<Diagnostic> {
    let ((comparison, term, _), others) = places.split_first()?;
    let field = comparison.field.span.of(subject.text());
    let value = comparison.values.first().map_or_else(String::new, |value| subject.shown(value.span));
    let message = format!("`{}` drops events that have no `{field}`", subject.shown(term.span));
    let mut finding = Diagnostic::new(&CODE, term.span, message).label("needs the field").help(format!(
        "`NOT {field}={value}` keeps them; `{field}=* {field}!={value}` says that they are left out"
    ));
    let is_detection = subject.is_detection() && !subject.is_event_type();
    let is_lost = is_detection && places.iter().any(|(.., is_alone)| *is_alone);
    if !is_lost && !OF_SOME.contains(&comparison.field.value.as_str()) {
        finding.severity = Severity::Note;
    }
    for (_, other, _) in others {
        finding = finding.also(other.span, "needs it too");
    }
    let edits = places.iter().flat_map(|(comparison, ..)| {
        let equals = Edit { span: comparison.operator.span, text: "=".to_owned() };
        [insertion(comparison.field.span.start, "NOT "), equals]
    });
    let title = match others.len() {
        0 => format!("write `NOT {field}={value}`"),
        count => format!("write `NOT {field}={value}`, and {count} more"),
    };
    Some(finding.fix(Fix { title, edits: edits.collect(), safe: false }))
}
