//! `not-scope`: NOT before an OR without parentheses. In: every OR of the `search` language whose first term is a
//! NOT. Out: one finding an OR.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit, walk};
use crate::spl::ast::{Expression, Kind, Operator};

static CODE: Code = Code::new(
    "not-scope",
    Severity::Warning,
    "NOT takes the next term only, not the OR behind it",
    "NOT is read before OR and takes one term: `NOT a=1 OR b=2` is `(NOT a=1) OR b=2` (Search Manual, \"Boolean \
     expressions\"), which nearly every event passes. To leave out both, write `NOT (a=1 OR b=2)`. Reported where the two test one \
     field: the second then adds nothing to the first.",
);

/// The check.
pub(super) struct NotScope;

impl Lint for NotScope {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth (NOT user=root OR user=admin)"
    }

    fn good(&self) -> &'static str {
        "index=auth NOT (user=root OR user=admin)"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::searches(&subject.parsed.pipeline, &mut |_, search| {
            search.walk(&mut |expression| {
                let Kind::Or(operands) = &expression.kind else { return };
                let [first, second, ..] = operands.as_slice() else { return };
                if is_same_field(first, second) {
                    let message = format!("`{}` takes the first term only", subject.shown(expression.span));
                    findings.push(
                        Diagnostic::new(&CODE, first.span, message)
                            .label("NOT ends here")
                            .also(second.span, "not left out")
                            .help("put parentheses round what NOT takes"),
                    );
                }
            });
        });
    }
}

/// Whether it is NOT before a value of a field, and then another value of that field. `NOT field=*` asks for events without
/// the field, which is another matter.
fn is_same_field(first: &Expression, second: &Expression) -> bool {
    let Kind::Not(inner) = &first.kind else { return false };
    match (&inner.kind, &second.kind) {
        (Kind::Comparison(left_out), Kind::Comparison(asked)) => {
            left_out.field.value == asked.field.value
                && left_out.operator.value == Operator::Equal
                && asked.operator.value == Operator::Equal
                && !left_out.values.iter().chain(&asked.values).any(walk::is_any)
        }
        _ => false,
    }
}
