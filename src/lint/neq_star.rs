//! `neq-star`: `field!=*` never matches.
//!
//! In: every comparison. Out: one finding each, with a fix that asks for events without the field, the only question
//! about all values that `!=` could have meant. What the fix finds is new, so it is not a safe one.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::fix::insertion;
use crate::lint::{Lint, Subject, walk};
use crate::spl::ast::{Kind, Operator};

static CODE: Code = Code::new(
    "neq-star",
    Severity::Warning,
    "`field!=*` matches no event",
    "`!=` asks for a value that differs from the one given, and no value differs from `*`: \"`NOT fieldA=*` returns \
     events where fieldA is null or undefined, and `fieldA!=*` never returns any events\" (Search Reference, search). \
     To find events without the field, write `NOT field=*`.",
);

/// The check.
pub(super) struct NeqStar;

impl Lint for NeqStar {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth action=login user!=*"
    }

    fn good(&self) -> &'static str {
        "index=auth action=login NOT user=*"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        for (_, search) in subject.parsed.pipeline.searches() {
            search.walk(&mut |expression| {
                let Kind::Comparison(comparison) = &expression.kind else { return };
                let operator = &comparison.operator;
                if operator.value != Operator::NotEqual || !comparison.values.iter().any(walk::is_any) {
                    return;
                }
                let field = comparison.field.span.of(subject.text());
                let edits = vec![
                    insertion(comparison.field.span.start, "NOT "),
                    Edit { span: operator.span, text: "=".to_owned() },
                ];
                let title = format!("write `NOT {field}=*`");
                findings.push(
                    Diagnostic::new(&CODE, expression.span, format!("`{field}!=*` matches no event"))
                        .label("no value differs from every value")
                        .help(format!("`NOT {field}=*` finds the events without the field"))
                        .fix(Fix { title, edits, safe: false }),
                );
            });
        }
    }
}
