//! `where-quoted-field`: a field in double quotes, which is a text. In: comparisons of two texts, and functions
//! that ask something of a text that is written out. Out: one finding each. What a macro supplied, and the
//! `$token$` of a dashboard, may vary and is left alone.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::eval::Eval;

static CODE: Code = Code::new(
    "where-quoted-field",
    Severity::Warning,
    "a field in double quotes is a text in `where` and `eval`",
    "Double quotes make a text, single quotes a field name (Search Reference, where, \"Usage\"): `where \
     \"user.name\"=\"x\"` compares two texts and is the same for every row, and `isnull(\"user\")` is never \
     true.",
);

/// The check.
pub(super) struct WhereQuotedField;

impl Lint for WhereQuotedField {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web | where \"user.name\"=\"root\""
    }

    fn good(&self) -> &'static str {
        "index=web | where 'user.name'=\"root\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            let Some(name) = constant(eval) else { return };
            let is_token = visit::text(name).is_some_and(|text| text.contains(['$', '<']) || text.is_empty());
            if is_token || subject.is_of_macro(eval.span) {
                return;
            }
            let shown = subject.shown(eval.span);
            findings.push(
                Diagnostic::new(&CODE, name.span, format!("`{shown}` is the same for every row"))
                    .label("a text, for it stands in double quotes")
                    .help("a field stands in single quotes, or in none"),
            );
        });
    }
}

/// The text in place of a field, where nothing else decides.
fn constant(eval: &Eval) -> Option<&Eval> {
    if let Some((left, operator, right)) = visit::compared(eval) {
        let both = visit::text(left).is_some() && visit::text(right).is_some();
        return (both && visit::is_equality(operator)).then_some(left);
    }
    if let Some((subject, pattern)) = visit::like(eval) {
        return (visit::text(subject).is_some() && visit::text(pattern).is_some()).then_some(subject);
    }
    let (name, arguments) = visit::call(eval)?;
    let first = arguments.first().filter(|first| visit::text(first).is_some())?;
    match (name.as_str(), arguments.get(1)) {
        ("isnull" | "isnotnull", None) => Some(first),
        ("match", Some(second)) => visit::text(second).map(|_| first),
        _ => None,
    }
}
