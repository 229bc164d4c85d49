//! `mixed-and-or`: AND and OR side by side without parentheses.
//!
//! In: every AND of every search. Out: one finding a query, with a fix that writes the parentheses Splunk reads. Which
//! reading was meant is not known, so the fix keeps the meaning and makes it visible.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::fix::{insertion, keeps_meaning};
use crate::lint::{Lint, Subject};
use crate::source::Span;
use crate::spl::ast::{Expression, Kind};

static CODE: Code = Code::new(
    "mixed-and-or",
    Severity::Warning,
    "AND and OR are mixed without parentheses",
    "The search command joins OR before AND, written or left out: `A=1 AND B=2 OR C=3` is `A=1 AND (B=2 OR C=3)` \
     (Search Manual, \"Boolean expressions\"). In where and eval, and in nearly every other language, AND comes first, \
     so such a search is easily read, and written, the other way round. Parentheses say which one is meant. \
     Where the alternatives are values of one field, only a note is made of it.",
);

/// The check.
pub(super) struct MixedAndOr;

impl Lint for MixedAndOr {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=wineventlog EventCode=4688 OR EventCode=1 user=root"
    }

    fn good(&self) -> &'static str {
        "index=wineventlog (EventCode=4688 OR EventCode=1) user=root"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let mut mixed: Vec<Span> = Vec::new();
        let mut is_one_field = true;
        for (_, search) in subject.parsed.pipeline.searches() {
            search.walk(&mut |expression| {
                if let Kind::And(children) = &expression.kind {
                    for child in children.iter().filter(|child| is_or(child)) {
                        mixed.push(child.span);
                        is_one_field &= tests_one_field(child);
                    }
                }
            });
        }
        findings.extend(finding(subject, &mixed).map(|finding| {
            let severity = if is_one_field { Severity::Note } else { finding.severity };
            Diagnostic { severity, ..finding }
        }));
    }
}

fn is_or(expression: &Expression) -> bool {
    matches!(expression.kind, Kind::Or(_))
}

/// Whether all alternatives are values of one field, which are hardly meant to be apart.
fn tests_one_field(or: &Expression) -> bool {
    let field = |child: &Expression| match &child.ungrouped().kind {
        Kind::Comparison(comparison) => Some(comparison.field.value.clone()),
        _ => None,
    };
    let mut fields = or.children().iter().map(field);
    let first = fields.next().flatten();
    first.is_some() && fields.all(|other| other == first)
}

/// One finding a query: the same habit all through it.
fn finding(subject: &Subject<'_>, mixed: &[Span]) -> Option<Diagnostic> {
    let (first, others) = mixed.split_first()?;
    let message = format!("`{}` is joined before the terms next to it", subject.shown(*first));
    let mut finding = Diagnostic::new(&CODE, *first, message)
        .label("OR binds before AND")
        .help("put parentheses round the terms that belong together");
    for other in others {
        finding = finding.also(*other, "so here");
    }
    let edits: Vec<Edit> =
        mixed.iter().flat_map(|span| [insertion(span.start, "("), insertion(span.end, ")")]).collect();
    // A parenthesis after a word may start a list, as after `IN`: what cannot be compared is not called safe.
    let safe = keeps_meaning(subject.parsed, subject.text(), &edits);
    if safe != Some(false) {
        let title = "write the parentheses that Splunk reads".to_owned();
        finding = finding.fix(Fix { title, edits, safe: safe == Some(true) });
    }
    Some(finding)
}
