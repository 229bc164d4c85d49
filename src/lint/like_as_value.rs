//! `like-as-value`: a pattern of `like` compared as a text. In: values of comparisons in the `search` language that
//! begin and end with `%`. Out: one finding a value. Names of environment variables look the same and are left
//! alone.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::{Lint, Subject, visit};

static CODE: Code = Code::new(
    "like-as-value",
    Severity::Warning,
    "`%` is no wildcard of `search`",
    "In the search command `*` stands for any text and `%` for itself (Search Manual, \"Wildcards\"); `%` is \
     the wildcard of `like` in expressions (Search Reference, \"Comparison and conditional functions\"). A \
     single word between two `%` is the name of an environment variable and not reported.",
);

/// The check.
pub(super) struct LikeAsValue;

impl Lint for LikeAsValue {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web uri=\"%/admin/%\""
    }

    fn good(&self) -> &'static str {
        "index=web uri=\"*/admin/*\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::literals(&subject.parsed.pipeline, &mut |comparison, value| {
            let inner = value.text.strip_prefix('%').and_then(|rest| rest.strip_suffix('%'));
            let is_variable = |inner: &str| inner.chars().all(|c| c.is_alphanumeric() || "_()*".contains(c));
            if comparison.is_none() || !inner.is_some_and(|inner| !is_variable(inner) && !inner.contains('%'))
            {
                return;
            }
            let written = value.span.of(subject.text()).replace('%', "*");
            let message = format!("`%` in `{}` stands for itself", subject.shown(value.span));
            findings.push(
                Diagnostic::new(&CODE, value.span, message)
                    .label("no wildcard in `search`")
                    .help("`*` stands for any text")
                    .fix(Fix {
                        title: format!("write `{written}`"),
                        edits: vec![Edit { span: value.span, text: written }],
                        safe: false,
                    }),
            );
        });
    }
}
