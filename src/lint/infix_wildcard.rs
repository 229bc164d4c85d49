//! `infix-wildcard`: a star among other characters of a term. In: raw terms and values without a leading star, with
//! a star beside a mark that breaks words. Out: one finding a query.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, visit};

static CODE: Code = Code::new(
    "infix-wildcard",
    Severity::Note,
    "a `*` inside of a value may miss events",
    "A wildcard in the middle of a value \"might cause inconsistent results if the characters that the wildcard \
     represents include punctuation\" (messages.conf; Search Manual, \"Wildcards\"), for words are cut at \
     punctuation when events are indexed.",
).pedantic();

/// The check.
pub(super) struct InfixWildcard;

impl Lint for InfixWildcard {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=net host=\"SC*01\" action=up"
    }

    fn good(&self) -> &'static str {
        "index=net host=\"SC-MG-G01\" action=up"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let mut first = None;
        visit::literals(&subject.parsed.pipeline, &mut |_, value| {
            let inner = value.text.trim_end_matches('*');
            if !inner.starts_with('*') && inner.contains('*') {
                first = first.or(Some(value.span));
            }
        });
        findings.extend(first.map(|span| {
            Diagnostic::new(&CODE, span, format!("`{}` has a wildcard inside", subject.shown(span)))
                .label("may miss what has punctuation there")
                .help("write the punctuation out, or begin the value with a wildcard")
        }));
    }
}
