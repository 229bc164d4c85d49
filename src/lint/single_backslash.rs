//! `single-backslash`: a backslash that is left as it is. In: quoted values of the `search` language. Out: one
//! finding a query.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};

static CODE: Code = Code::new(
    "single-backslash",
    Severity::Note,
    "a backslash in quotes stands alone",
    "`\\\\` is one backslash; a backslash before another character stays as it is: \"Unrecognized backslash \
     sequences are not altered\" (Search Reference, search). `\"C:\\Windows\\*\"` works by that rule, and fails \
     where the next character is a quote, a pipe or a backslash. `\"C:\\\\Windows\\\\*\"` is right everywhere.",
).pedantic();

/// The check.
pub(super) struct SingleBackslash;

impl Lint for SingleBackslash {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=endpoint file=\"C:\\Windows\\*\""
    }

    fn good(&self) -> &'static str {
        "index=endpoint file=\"C:\\\\Windows\\\\*\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let mut first = None;
        visit::literals(&subject.parsed.pipeline, &mut |_, value| {
            if value.quoted && first.is_none() && has_single(value.span.of(subject.text())) {
                first = Some(value.span);
            }
        });
        findings.extend(first.map(|span| {
            Diagnostic::new(
                &CODE,
                span,
                format!("`{}` has a backslash that stands alone", subject.shown(span)),
            )
            .label("kept as it is, as long as nothing that it escapes follows")
            .help("write two backslashes for one")
        }));
    }
}

fn has_single(written: &str) -> bool {
    let mut characters = written.chars();
    while let Some(character) = characters.next() {
        if character == '\\' && !matches!(characters.next(), Some('\\' | '"' | '|')) {
            return true;
        }
    }
    false
}
