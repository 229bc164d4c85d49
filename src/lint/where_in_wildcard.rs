//! `where-in-wildcard`: a star in a list of `where` or `eval`. In: `IN` and `in(…)` in expressions. Out: one
//! finding a list. A text that is only stars may be meant.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::where_wildcard::has_wildcard;
use crate::lint::{Lint, Subject, visit};
use crate::spl::eval::Eval;

static CODE: Code = Code::new(
    "where-in-wildcard",
    Severity::Warning,
    "`IN` in `where` and `eval` takes no wildcards",
    "In an expression, `IN` and `in()` compare whole texts: \"You cannot specify wildcard characters in the \
     list of values\" (Search Reference, \"Comparison and conditional functions\", in). The search command \
     does: `| search path IN (\"/mnt/*\")`.",
);

/// The check.
pub(super) struct WhereInWildcard;

impl Lint for WhereInWildcard {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web | where uri IN (\"/admin/*\", \"/login\")"
    }

    fn good(&self) -> &'static str {
        "index=web uri IN (\"/admin/*\", \"/login\")"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            let Some((_, values)) = visit::list(eval) else { return };
            let is_starred = |value: &&Eval| visit::text(value).is_some_and(has_wildcard);
            let mut starred = values.iter().filter(is_starred);
            let Some(first) = starred.next() else { return };
            let message =
                format!("`{}` is compared with its `*` as it is written", subject.shown(first.span));
            let mut finding = Diagnostic::new(&CODE, first.span, message)
                .label("no wildcard in an expression")
                .help("`| search field IN (…)` takes wildcards, and so does `like`, with `%`");
            for other in starred {
                finding = finding.also(other.span, "nor here");
            }
            findings.push(finding);
        });
    }
}
