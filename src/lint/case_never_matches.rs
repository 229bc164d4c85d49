//! `case-never-matches`: a text in one case compared with one in the other. In: `lower(…)` and `upper(…)`, and fields
//! that `eval` sets by them, beside a text or a pattern of `like`. Out: one finding a text.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::ast::{Arguments, Stage};
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
        findings.extend(found(subject));
    }
}

/// What the check finds.
pub(super) fn found(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    visit::pipelines(&subject.parsed.pipeline, &mut |pipeline| {
        let mut made: BTreeMap<&str, &Eval> = BTreeMap::new();
        for stage in &pipeline.stages {
            visit::pieces(stage, &mut |piece| {
                let visit::Piece::Eval(eval) = piece else { return };
                eval.walk(&mut |eval| {
                    let pairs = compared(eval).into_iter();
                    findings.extend(pairs.filter_map(|(left, value)| finding(subject, left, value, &made)));
                });
            });
            follow(stage, &mut made);
        }
    });
    findings
}

/// Keeps which fields have the result of `lower` or `upper` behind a stage.
fn follow<'a>(stage: &'a Stage, made: &mut BTreeMap<&'a str, &'a Eval>) {
    const KEEP: &[&str] = &["dedup", "fields", "head", "reverse", "search", "sort", "table", "tail", "where"];
    match &stage.arguments {
        Arguments::Assignments(assignments) if stage.name.value == "eval" => {
            for assignment in assignments {
                made.remove(assignment.field.value.as_str());
                let is_case = |(name, _): (String, _)| ["lower", "upper"].contains(&name.as_str());
                if visit::call(&assignment.value).is_some_and(is_case) {
                    made.insert(&assignment.field.value, &assignment.value);
                }
            }
        }
        _ if !KEEP.contains(&stage.name.value.as_str()) => made.clear(),
        _ => {}
    }
}

/// What an expression compares, each with the value beside it.
fn compared(eval: &Eval) -> Vec<(&Eval, &Eval)> {
    if let Some((left, operator, right)) = visit::compared(eval) {
        return if visit::is_equality(operator) { vec![(left, right), (right, left)] } else { Vec::new() };
    }
    if let Some((operand, values)) = visit::list(eval) {
        return values.iter().map(|value| (operand, value)).collect();
    }
    visit::like(eval).into_iter().collect()
}

fn finding(
    subject: &Subject<'_>,
    left: &Eval,
    value: &Eval,
    made: &BTreeMap<&str, &Eval>,
) -> Option<Diagnostic> {
    let set = visit::field(left).and_then(|(field, _)| made.get(field).copied());
    let (name, _) = visit::call(set.unwrap_or(left))?;
    let text = visit::text(value)?;
    let (is_other, other, want): (fn(&char) -> bool, _, _) = match name.as_str() {
        "lower" => (char::is_ascii_uppercase, "upper", text.to_lowercase()),
        "upper" => (char::is_ascii_lowercase, "lower", text.to_uppercase()),
        _ => return None,
    };
    if !text.chars().any(|letter| is_other(&letter)) {
        return None;
    }
    let message = format!("`{}` is never `{}`", subject.shown(left.span), subject.shown(value.span));
    let finding = Diagnostic::new(&CODE, value.span, message)
        .label(format!("has letters in {other} case"))
        .help(format!("write it as `{name}` gives it: `\"{want}\"`"));
    Some(match set {
        Some(set) => finding.also(set.span, "the field is set here"),
        None => finding,
    })
}
