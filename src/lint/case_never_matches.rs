//! `case-never-matches`: a text in one case compared with one in the other. In: `lower(…)` and `upper(…)` beside a
//! text or a pattern of `like`. Out: one finding a text.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::eval::Eval;

static CODE: Code = Code::new(
    "case-never-matches",
    Severity::Warning,
    "what `lower` or `upper` gives is compared with the other case",
    "Expressions compare with case (Search Reference, where: \"The <eval-expression> is case-sensitive\"), and \
     `lower` leaves no upper-case letter (Search Reference, \"Text functions\"), so `lower(user)=\"Root\"` is \
     never true and `!=` always.",
);

/// The check.
pub(super) struct CaseNeverMatches;

impl Lint for CaseNeverMatches {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth | where lower(user)=\"Administrator\""
    }

    fn good(&self) -> &'static str {
        "index=auth | where lower(user)=\"administrator\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            let mut pairs: Vec<(&Eval, &Eval)> = Vec::new();
            if let Some((left, operator, right)) = visit::compared(eval) {
                if visit::is_equality(operator) {
                    pairs.extend([(left, right), (right, left)]);
                }
            } else if let Some((operand, values)) = visit::list(eval) {
                pairs.extend(values.iter().map(|value| (operand, value)));
            } else if let Some(pair) = visit::like(eval) {
                pairs.push(pair);
            }
            findings.extend(pairs.into_iter().filter_map(|(made, value)| finding(subject, made, value)));
        });
    }
}

fn finding(subject: &Subject<'_>, made: &Eval, value: &Eval) -> Option<Diagnostic> {
    let (name, _) = visit::call(made)?;
    let text = visit::text(value)?;
    let (is_other, other, want): (fn(&char) -> bool, _, _) = match name.as_str() {
        "lower" => (char::is_ascii_uppercase, "upper", text.to_lowercase()),
        "upper" => (char::is_ascii_lowercase, "lower", text.to_uppercase()),
        _ => return None,
    };
    if !text.chars().any(|letter| is_other(&letter)) {
        return None;
    }
    let message = format!("`{}` is never `{}`", subject.shown(made.span), subject.shown(value.span));
    Some(
        Diagnostic::new(&CODE, value.span, message)
            .label(format!("has letters in {other} case"))
            .help(format!("write it as `{name}` gives it: `\"{want}\"`")),
    )
}
