//! `null-comparison`: a comparison with null. In: `=`, `!=` and orders in expressions. Out: one finding each. The
//! field `null` is no field where none is made of that name.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::eval::{BinaryOperator, Eval};

static CODE: Code = Code::new(
    "null-comparison",
    Severity::Warning,
    "a comparison with null is never true",
    "A comparison with a missing value is neither true nor false, and `where` keeps what is true (Search \
     Reference, where; head: conditions \"evaluate to false or NULL\"). That holds for `null()` and for the \
     word `null`, which is a field that no event has. `isnull(field)` and `isnotnull(field)` ask whether there \
     is a value.",
);

/// The check.
pub(super) struct NullComparison;

impl Lint for NullComparison {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth | where user!=null"
    }

    fn good(&self) -> &'static str {
        "index=auth | where isnotnull(user)"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            let Some((left, operator, right)) = visit::compared(eval) else { return };
            let (null, other) = match (is_null(left), is_null(right)) {
                (_, true) => (right, left),
                (true, false) => (left, right),
                (false, false) => return,
            };
            let field = subject.shown(other.span);
            let message = format!("`{}` is true for no row", subject.shown(eval.span));
            let function = if operator == BinaryOperator::Equal { "isnull" } else { "isnotnull" };
            findings.push(
                Diagnostic::new(&CODE, null.span, message)
                    .label("nothing is equal to a missing value, and nothing differs from it")
                    .help(format!("`{function}({field})` asks whether there is a value")),
            );
        });
    }
}

fn is_null(eval: &Eval) -> bool {
    let is_function =
        visit::call(eval).is_some_and(|(name, arguments)| name == "null" && arguments.is_empty());
    let is_word =
        visit::field(eval).is_some_and(|(name, is_quoted)| !is_quoted && name.eq_ignore_ascii_case("null"));
    is_function || is_word
}
