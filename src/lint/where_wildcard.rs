//! `where-wildcard`: a star compared literally in an expression. In: `=` and `!=` with a text in `where`, `eval`
//! and the like. Out: one finding a text, with a fix that writes `like`. A text that is only stars may be meant.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::eval::BinaryOperator;
use crate::spl::eval::Eval;

static CODE: Code = Code::new(
    "where-wildcard",
    Severity::Warning,
    "a `*` in `where` or `eval` is an ordinary character",
    "Only the search command reads `*` as a wildcard (Search Manual, \"Wildcards\"). In `where` and `eval`, `=` \
     and `!=` compare the text as it is written, so `where file=\"*tmp*\"` holds for a file of that very name. \
     `like(file, \"%tmp%\")` matches a part (Search Reference, \"Comparison and conditional functions\"). A \
     text that looks like a schedule of cron or is made of stars alone is not reported.",
);

/// The check.
pub(super) struct WhereWildcard;

impl Lint for WhereWildcard {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web | where uri!=\"*admin*\""
    }

    fn good(&self) -> &'static str {
        "index=web | where NOT like(uri, \"%admin%\")"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            let Some((left, operator, right)) = visit::compared(eval) else { return };
            if !visit::is_equality(operator) {
                return;
            }
            let sides = [(left, right), (right, left)];
            for (value, other) in sides {
                if let Some(text) = visit::text(value).filter(|text| has_wildcard(text)) {
                    findings.push(finding(subject, (eval, operator), (value, text), other));
                }
            }
        });
    }
}

/// Whether a text has a star that is meant to stand for other characters.
pub(super) fn has_wildcard(text: &str) -> bool {
    let is_schedule = text.contains(" * ") || text.starts_with("* ") || text.ends_with(" *");
    // `*$` is how machine accounts end; other marks alone, such as `*/*`, are values.
    let says_something = |c: char| c.is_alphanumeric() || "$@\\".contains(c);
    text.contains('*') && text.chars().any(says_something) && !is_schedule
}

fn finding(
    subject: &Subject<'_>,
    (whole, operator): (&Eval, BinaryOperator),
    (value, text): (&Eval, &str),
    other: &Eval,
) -> Diagnostic {
    let message = format!("`{}` is compared with its `*` as it is written", subject.shown(value.span));
    let finding = Diagnostic::new(&CODE, value.span, message).label("no wildcard in an expression");
    let source = other.span.of(subject.text());
    let negation = if operator == BinaryOperator::NotEqual { "NOT " } else { "" };
    let written = format!("{negation}like({source}, \"{}\")", text.replace('*', "%"));
    // `%` and `_` are wildcards of `like`, and a backslash would need another one.
    if text.contains(['%', '_', '\\', '"']) {
        return finding.help(format!("`{negation}like({source}, …)` with `%` for any text matches a part"));
    }
    let edits = vec![Edit { span: whole.span, text: written.clone() }];
    finding.help(format!("`{written}` matches a part")).fix(Fix {
        title: format!("write `{written}`"),
        edits,
        safe: false,
    })
}
