//! `empty-search`: a search that no event passes. In: the intermediate form. Out: one finding a query. What an
//! unknown macro or lookup decides is not counted, and `NOT *` alone is written to match nothing.

use crate::detection::{Detection, Predicate};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, asked, case_never_matches, later, lost_field, visit, where_quoted_field};
use crate::optimise::codes;
use crate::source::Span;
use crate::spl::ast::{Arguments, Kind, Pipeline, Stage};

static CODE: Code = Code::new(
    "empty-search",
    Severity::Error,
    "the search matches no event at all",
    "The tests of the search, all stages together, exclude each other in every branch (Search Manual, \"Boolean \
     expressions\" and \"NOT expressions\"). Whatever is logged, the search finds nothing. \
     `impossible-condition`, `contradiction`, `case-never-matches`, `lost-field` or `neq-star` tell of the tests.",
);

/// The check.
pub(super) struct EmptySearch;

impl Lint for EmptySearch {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth user!=*"
    }

    fn good(&self) -> &'static str {
        "index=auth NOT user=*"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let Some(detection) = subject.detection else { return };
        let adds_rows = |stage: &Stage| ADD_ROWS.contains(&stage.name.value.as_str());
        if !may_be_empty(detection)
            || is_written(&subject.parsed.pipeline)
            || subject.parsed.pipeline.stages.iter().any(adds_rows)
            || subject.optimised != Some(&Predicate::Constant(false))
        {
            return;
        }
        // A test of a field that is not there, or rows by one.
        let mut lost = None;
        let is_decided = detection.notes.iter().any(|note| note.code.id == codes::ALWAYS_FALSE.id);
        lost_field::for_each(subject, &mut |stage, fields| {
            let tests = ["search", "where"].contains(&stage.name.value.as_str());
            let needed = later::needed_by(stage);
            if lost.is_none() && !is_decided {
                lost = fields.into_iter().find(|(field, _)| tests || needed.contains(&field.as_str()));
            }
        });
        findings.push(if let Some((field, span)) = lost {
            let message = format!("the search matches no event: no row has `{field}` here");
            Diagnostic::new(&CODE, span, message)
                .label("the stages before it leave no such field, and no row passes without it")
                .help("test a field by the name that the stage before it gives")
        } else if let Some(place) = other_case(subject) {
            let message = format!("the search matches no event: nothing is `{}` here", subject.shown(place));
            Diagnostic::new(&CODE, place, message)
                .label("no row passes this test")
                .help("mend the test, or leave it out")
        } else if let Some((test, text)) = quoted(subject) {
            let message = format!("the search matches no event: `{}` is true for none", subject.shown(test));
            Diagnostic::new(&CODE, test, message)
                .label(format!("`{}` is a text, for it stands in double quotes", subject.shown(text)))
                .help("a field stands in single quotes, or in none")
        } else {
            let message = format!("no event passes `{}` and what follows", subject.shown(subject.start()));
            Diagnostic::new(&CODE, subject.start(), message)
                .label("together the stages ask for what no event has")
                .help("mend the tests that exclude each other, or the stage that needs a field which is never there")
        });
    }
}

/// The text that an equality never meets for its case.
fn other_case(subject: &Subject<'_>) -> Option<Span> {
    let is_equality = |place: &Span| {
        let before = subject.text().get(..place.start as usize).unwrap_or("");
        !before.trim_end().ends_with("!=")
    };
    case_never_matches::found(subject).iter().filter_map(Diagnostic::span).find(is_equality)
}

/// A comparison of what `where` keeps that looks at a text in place of a field, and that text.
fn quoted(subject: &Subject<'_>) -> Option<(Span, Span)> {
    let mut all = Vec::new();
    where_quoted_field::for_each(subject, &mut |test, text| {
        if visit::compared(test).is_some() {
            all.push((test.span, text.span));
        }
    });
    let is_kept = |place: &&(Span, Span)| asked::are_asked(&subject.parsed.pipeline, &[place.0]);
    all.iter().find(is_kept).copied()
}

/// Commands that bring rows of their own, whatever the search before them finds.
const ADD_ROWS: &[&str] = &[
    "append",
    "appendcols",
    "appendpipe",
    "inputlookup",
    "join",
    "makeresults",
    "multisearch",
    "set",
    "union",
];

/// Whether the query is `NOT *` and no more, which event types hold that are there to be filled in.
fn is_written(pipeline: &Pipeline) -> bool {
    let [stage] = pipeline.stages.as_slice() else { return false };
    let Arguments::Search(search) = &stage.arguments else { return false };
    match &search.ungrouped().kind {
        Kind::Not(inner) => match &inner.ungrouped().kind {
            Kind::Term(term) => term.text == "*",
            kind => matches!(kind, Kind::Everything),
        },
        _ => false,
    }
}

/// Whether something in it is false: a look that costs less than the passes.
fn may_be_empty(detection: &Detection) -> bool {
    fn has_false(predicate: &Predicate) -> bool {
        matches!(predicate, Predicate::Constant(_)) || predicate.children().iter().any(has_false)
    }
    detection.notes.iter().any(|note| note.code.id == codes::ALWAYS_FALSE.id)
        || detection.filters.iter().any(has_false)
}
