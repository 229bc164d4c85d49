//! `like-without-wildcard`: a pattern of `like` that is a plain text. In: patterns that are written out. Out: one
//! finding each.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};

static CODE: Code = Code::new(
    "like-without-wildcard",
    Severity::Note,
    "`like` without a wildcard compares the whole text",
    "`like` matches the whole value, and without `%` or `_` only a value that is the pattern itself (Search \
     Reference, \"Comparison and conditional functions\", like). Either `=` says so more plainly, or a `%` is \
     missing.",
);

/// The check.
pub(super) struct LikeWithoutWildcard;

impl Lint for LikeWithoutWildcard {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web | where like(uri, \"admin\")"
    }

    fn good(&self) -> &'static str {
        "index=web | where like(uri, \"%admin%\")"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            let Some((value, pattern)) = visit::like(eval) else { return };
            if visit::text(pattern).is_none_or(|text| text.contains(['%', '_', '*', '$', '<'])) {
                return;
            }
            let message = format!("`{}` has no wildcard", subject.shown(pattern.span));
            findings.push(
                Diagnostic::new(&CODE, pattern.span, message)
                    .label("matches this text and no other")
                    .help(format!("`%` matches any text; `{}=…` compares", subject.shown(value.span))),
            );
        });
    }
}
