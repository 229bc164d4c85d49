//! `escaped-star`: a backslash before a star where no path goes on. In: values of the `search` language as they are
//! written. Out: one finding a value in which the backslash can hardly be the end of a folder.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};

static CODE: Code = Code::new(
    "escaped-star",
    Severity::Note,
    "a backslash does not escape a `*`",
    "\"The backslash symbol can't be used to escape the asterisk\" (Search Manual, \"Backslashes\"): `\\*` is a \
     backslash and then any text. `where like(field, \"*%\")` and `regex` ask for a star itself. A backslash \
     behind a letter, as in a path, is not reported.",
);

/// The check.
pub(super) struct EscapedStar;

impl Lint for EscapedStar {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=endpoint file=\"\\*.exe\""
    }

    fn good(&self) -> &'static str {
        "index=endpoint file=\"*.exe\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::literals(&subject.parsed.pipeline, &mut |_, value| {
            let written = value.span.of(subject.text());
            let Some(at) = lone_escape(written) else { return };
            let start = value.span.start as usize + at;
            let message = format!("`\\*` in `{}` is a backslash and any text", subject.shown(value.span));
            findings.push(
                Diagnostic::new(&CODE, crate::source::Span::new(start, start + 2), message)
                    .label("not a literal star")
                    .help("write `*` for any text; `regex` and `like` ask for a star itself"),
            );
        });
    }
}

/// Where one backslash stands before a star and behind no name.
fn lone_escape(written: &str) -> Option<usize> {
    written.match_indices("\\*").map(|(at, _)| at).find(|at| {
        let before = written.get(..*at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || "\\)]}_-%$ *:.".contains(c))
    })
}
