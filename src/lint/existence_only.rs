//! `existence-only`: `field=*` asks that the field is there and nothing else.
//!
//! In: positive tests among others. Out: a note for each whose purpose shows nowhere else in the query. There is no
//! fix: the value that was meant is not known.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, walk};
use crate::spl::Pipeline;
use crate::spl::ast::{Arguments, Comparison, Expression, Operator};

static CODE: Code = Code::new(
    "existence-only",
    Severity::Note,
    "`field=*` asks only that the field is there",
    "`*` matches every value, so `field=*` holds for every event that has the field (Search Reference, search). That \
     is right where it is meant; among tests of values it may be a place where a value was to be filled in. Not \
     reported: `index=*`, which widens the search; a field of which other terms leave out values, as in \
     `field=* field!=value`; a field that a later command names; a test that is a whole alternative of an OR; and \
     searches behind a command that may have made the field.",
);

/// The check.
pub(super) struct ExistenceOnly;

impl Lint for ExistenceOnly {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=containers action=create container_name=\"*\""
    }

    fn good(&self) -> &'static str {
        "index=containers action=create container_name=\"prod-*\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let searches = walk::searches_of_events(&subject.parsed.pipeline);
        let excluded = excluded(&searches);
        let named = named_later(&subject.parsed.pipeline, subject.text());
        walk::conjunctions(&searches, &mut |conjunction, _| {
            // A term that stands alone is what an alternative is about: `mem=* OR swap=*`.
            let among_others = !conjunction.negated && conjunction.terms.len() > 1;
            for (comparison, term) in conjunction.comparisons().filter(|_| among_others) {
                let field = &comparison.field.value;
                let is_presence = comparison.operator.value == Operator::Equal
                    && comparison.values.iter().any(walk::is_any);
                if is_presence
                    && field != "index"
                    && !excluded.contains(field.as_str())
                    && !named.contains(field.as_str())
                {
                    findings.push(finding(subject, comparison, term));
                }
            }
        });
    }
}

fn finding(subject: &Subject<'_>, comparison: &Comparison, term: &Expression) -> Diagnostic {
    let field = comparison.field.span.of(subject.text());
    let message = format!("`{}` asks only that `{field}` is there", subject.shown(term.span));
    Diagnostic::new(&CODE, term.span, message)
        .label("every value matches")
        .help("write the value that was meant, or leave the test out where every event has the field")
}

/// Words of other commands: a search that works on a field asks for it first.
fn named_later<'a>(pipeline: &Pipeline, text: &'a str) -> BTreeSet<&'a str> {
    let is_part = |c: char| c.is_alphanumeric() || "_.:-{}/@#".contains(c);
    let texts = pipeline.stages.iter().filter_map(|stage| match &stage.arguments {
        Arguments::Search(_) => None,
        _ => Some(stage.span.of(text)),
    });
    texts.flat_map(|text| text.split(|c| !is_part(c))).collect()
}

/// Fields of which some term leaves out values: presence is asked for on purpose.
fn excluded<'a>(searches: &[&'a Expression]) -> BTreeSet<&'a str> {
    let mut excluded = BTreeSet::new();
    walk::conjunctions(searches, &mut |conjunction, _| {
        let left_out = conjunction.comparisons().map(|(comparison, _)| comparison);
        let left_out = left_out.filter(|it| conjunction.negated || it.operator.value == Operator::NotEqual);
        excluded.extend(left_out.map(|comparison| comparison.field.value.as_str()));
    });
    excluded
}
