//! `formatted-time`: a time as text, put in order to a number. In: fields that `convert ctime` or `strftime` made,
//! and later comparisons of them in `where`. Out: one finding a comparison.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::ast::{Arguments, Stage};
use crate::spl::clause::ItemKind;
use crate::spl::eval::{BinaryOperator, Eval, EvalKind};

static CODE: Code = Code::new(
    "formatted-time",
    Severity::Warning,
    "a time that was made a text is compared with a number",
    "`strftime` and `convert ctime(…)` give texts such as `11/26/2026 10:00:00` (Search Reference, \"Date and \
     time functions\"; convert). In an expression such a text is in no order to a number, so `where` drops \
     every row. Compare first, format last. One number alone, such as the hour of `%H`, is compared as that.",
);

/// The check.
pub(super) struct FormattedTime;

impl Lint for FormattedTime {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth | stats max(_time) as last by user | convert ctime(last) | where last > relative_time(now(), \"-1d\")"
    }

    fn good(&self) -> &'static str {
        "index=auth | stats max(_time) as last by user | where last > relative_time(now(), \"-1d\") | convert ctime(last)"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let mut texts: BTreeSet<String> = BTreeSet::new();
        for stage in &subject.parsed.pipeline.stages {
            match &stage.arguments {
                Arguments::Boolean(eval) => eval.walk(&mut |eval| {
                    if let Some(field) = misused(eval, &texts) {
                        let message = format!("`{field}` was made a text, and is compared with a number");
                        findings.push(
                            Diagnostic::new(&CODE, eval.span, message)
                                .label("true for no row")
                                .help("compare before the time is formatted"),
                        );
                    }
                }),
                Arguments::Assignments(assignments) => {
                    for assignment in assignments {
                        texts.remove(&assignment.field.value);
                        if is_formatted(&assignment.value) {
                            texts.insert(assignment.field.value.clone());
                        }
                    }
                }
                Arguments::Clauses(_) if stage.name.value == "convert" => texts.extend(formatted(stage)),
                Arguments::Clauses(_) if !KEEP.contains(&stage.name.value.as_str()) => texts.clear(),
                _ => {}
            }
        }
    }
}

/// Whether it is a time as a text. Digits alone are a number: Splunk's page of date and time functions compares an hour
/// of `%H` and a difference of minutes of `%M`. What a format that is computed gives is not known.
fn is_formatted(value: &Eval) -> bool {
    let Some((name, [_, format])) = visit::call(value) else { return false };
    let Some(format) = visit::text(format).filter(|_| name == "strftime") else { return false };
    let mut rest = format.chars();
    while let Some(character) = rest.next() {
        if character != '%' || !rest.next().is_some_and(|directive| NUMBERS.contains(directive)) {
            return true;
        }
    }
    false
}

/// Directives that give digits (Search Reference, "Date and time format variables").
const NUMBERS: &str = "CdeGgHIjklmMNQsSuUVwyY";

/// Commands that leave every field as it is.
const KEEP: &[&str] = &["table", "fields", "sort", "dedup", "head", "tail", "reverse", "regex"];

/// The fields that `convert ctime(…)` writes.
fn formatted(stage: &Stage) -> Vec<String> {
    let mut fields = Vec::new();
    for item in visit::own_items(stage) {
        let ItemKind::Call(name, arguments) = &item.kind else { continue };
        if !name.value.eq_ignore_ascii_case("ctime") {
            continue;
        }
        if let Some(alias) = &item.alias {
            fields.push(alias.text.clone());
        } else if let Some(ItemKind::Word(word)) = arguments.first().map(|argument| &argument.kind) {
            fields.push(word.text.clone());
        }
    }
    fields
}

/// A field that holds a formatted time and is put in order to a number.
fn misused<'a>(eval: &'a Eval, texts: &BTreeSet<String>) -> Option<&'a str> {
    let (left, operator, right) = visit::compared(eval)?;
    let of = |value: &'a Eval, other: &Eval| {
        let (field, _) = visit::field(value)?;
        (texts.contains(field) && is_number(other)).then_some(field)
    };
    visit::is_order(operator).then(|| of(left, right).or_else(|| of(right, left)))?
}

fn is_number(eval: &Eval) -> bool {
    let eval = visit::bare(eval);
    match &eval.kind {
        EvalKind::Number(_) => true,
        EvalKind::Call(name, _) => {
            matches!(
                name.value.to_ascii_lowercase().as_str(),
                "now" | "time" | "relative_time" | "strptime" | "tonumber"
            )
        }
        EvalKind::Chain(first, rest) => {
            rest.iter().any(|(it, _)| it.value == BinaryOperator::Subtract) && is_number(first)
        }
        _ => false,
    }
}
