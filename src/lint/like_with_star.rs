//! `like-with-star`: a star in a pattern of `like`. In: patterns that are written out. Out: one finding a pattern
//! with a star and no `%`, with a fix.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::{Lint, Subject, visit};

static CODE: Code = Code::new(
    "like-with-star",
    Severity::Warning,
    "`*` is an ordinary character for `like`",
    "The wildcards of `like` are `%` for any text and `_` for one character (Search Reference, \"Comparison and \
     conditional functions\", like). `like(user, \"adm*\")` holds for a user named `adm*`.",
);

/// The check.
pub(super) struct LikeWithStar;

impl Lint for LikeWithStar {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth | where like(user, \"adm*\")"
    }

    fn good(&self) -> &'static str {
        "index=auth | where like(user, \"adm%\")"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            let Some((_, pattern)) = visit::like(eval) else { return };
            let is_glob = |text: &str| text.contains('*') && !text.contains('%');
            if !visit::text(pattern).is_some_and(is_glob) {
                return;
            }
            let written = pattern.span.of(subject.text()).replace('*', "%");
            let message =
                format!("`{}` is matched with its `*` as it is written", subject.shown(pattern.span));
            findings.push(
                Diagnostic::new(&CODE, pattern.span, message)
                    .label("no wildcard of `like`")
                    .help("`%` stands for any text")
                    .fix(Fix {
                        title: format!("write `{written}`"),
                        edits: vec![Edit { span: pattern.span, text: written }],
                        safe: false,
                    }),
            );
        });
    }
}
