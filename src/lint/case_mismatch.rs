//! `case-mismatch`: a text with letters compared in an expression. In: `=`, `!=` and `IN` of a field and a text.
//! Out: one finding a comparison.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};

static CODE: Code = Code::new(
    "case-mismatch",
    Severity::Note,
    "`where` and `eval` compare with case",
    "The search command ignores case, expressions do not: \"The <eval-expression> is case-sensitive\" (Search \
     Reference, where). Windows account names, paths and host names come in any case, so `where \
     user=\"Administrator\"` may miss some. `lower(user)=\"administrator\"` does not.",
).pedantic();

/// The check.
pub(super) struct CaseMismatch;

impl Lint for CaseMismatch {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth | where user=\"Administrator\""
    }

    fn good(&self) -> &'static str {
        "index=auth | where lower(user)=\"administrator\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            let Some((left, operator, right)) = visit::compared(eval) else { return };
            let has_letters = |text: &str| text.chars().any(char::is_alphabetic);
            if !visit::is_equality(operator)
                || visit::field(left).is_none()
                || !visit::text(right).is_some_and(has_letters)
            {
                return;
            }
            let (field, value) = (subject.shown(left.span), subject.shown(right.span));
            let message = format!("`{field}` is compared with `{value}` by case");
            findings.push(
                Diagnostic::new(&CODE, right.span, message)
                    .label("another case is another text")
                    .help(format!("`lower({field})` compared with the text in lower case ignores it")),
            );
        });
    }
}
