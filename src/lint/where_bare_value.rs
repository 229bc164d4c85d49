//! `where-bare-value`: a word without quotes where a value is meant. In: comparisons in expressions. Out: one
//! finding a word that names no field: `true`, `null` and their like, or a field that no row has at this stage.

use crate::command;
use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::function::Context;
use crate::lint::{Lint, Subject, boolean_assignment, visit};
use crate::spl::Pipeline;
use crate::spl::eval::{BinaryOperator, Eval};

static CODE: Code = Code::new(
    "where-bare-value",
    Severity::Warning,
    "a word without quotes in `where` or `eval` is a field",
    "A word without quotes, or in single quotes, is the name of a field; a text stands in double quotes (Search \
     Reference, where, \"Usage\"). `where user=root` compares the fields `user` and `root`, and keeps nothing \
     where there is no field `root`. Reported are words that hardly name a field (`true`, `null`), and fields \
     that earlier stages have surely dropped.",
);

/// The check.
pub(super) struct WhereBareValue;

impl Lint for WhereBareValue {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web | stats count by user | where user=root"
    }

    fn good(&self) -> &'static str {
        "index=web | stats count by user | where user=\"root\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        if !may_find(&subject.parsed.pipeline) {
            return;
        }
        command::with_fields(&subject.parsed.pipeline, Context::nothing(), &mut |stage, is_missing| {
            visit::pieces(stage, &mut |piece| {
                let visit::Piece::Eval(eval) = piece else { return };
                eval.walk(&mut |eval| {
                    if let Some((value, word)) = bare_value(eval, is_missing) {
                        let of_condition = condition(subject, eval, word);
                        findings.push(of_condition.unwrap_or_else(|| finding(subject, value, word)));
                    }
                });
            });
        });
    }
}

/// Whether some comparison is with a word: which fields rows have takes longer to say.
fn may_find(pipeline: &Pipeline) -> bool {
    let mut found = false;
    visit::evals(pipeline, &mut |eval| found |= bare_word(eval).is_some());
    found
}

/// Words that name no field where they stand alone.
const VALUES: &[&str] = &["true", "false", "none", "yes", "no", "inf"];

/// The right side of an equality that names no field.
pub(super) fn bare_value<'a>(
    eval: &'a Eval,
    is_missing: &dyn Fn(&str) -> bool,
) -> Option<(&'a Eval, &'a str)> {
    let (left, right, word) = bare_word(eval)?;
    let is_value = VALUES.iter().any(|value| value.eq_ignore_ascii_case(word));
    let left_is_there = visit::field(left).is_some_and(|(field, _)| !is_missing(field));
    (is_value || left_is_there && is_missing(word)).then_some((right, word))
}

/// The sides of an equality whose right one is a word without quotes, and the word.
fn bare_word(eval: &Eval) -> Option<(&Eval, &Eval, &str)> {
    let (left, operator, right) = visit::compared(eval)?;
    let (word, is_quoted) = visit::field(right)?;
    let is_word = word.chars().all(|c| c.is_alphanumeric() || c == '_') && !word.starts_with('_');
    (visit::is_equality(operator) && !is_quoted && is_word).then_some((left, right, word))
}

/// `isnull(user)=true`: a condition needs no comparison, and in one with a text it is an error.
fn condition(subject: &Subject<'_>, eval: &Eval, word: &str) -> Option<Diagnostic> {
    let (left, operator, right) = visit::compared(eval)?;
    let is_true = word.eq_ignore_ascii_case("true");
    if !boolean_assignment::is_condition(left) || !is_true && !word.eq_ignore_ascii_case("false") {
        return None;
    }
    let source = left.span.of(subject.text());
    let negation = if is_true == (operator == BinaryOperator::Equal) { "" } else { "NOT " };
    let written = format!("{negation}{source}");
    let message = format!("`{}` is a field here, and no row has it", subject.shown(right.span));
    let fix = Fix {
        title: format!("write `{written}`"),
        edits: vec![Edit { span: eval.span, text: written.clone() }],
        safe: false,
    };
    Some(
        Diagnostic::new(&CODE, right.span, message)
            .label("a field, for it has no parentheses")
            .help(format!("`{written}` is the condition: what it gives is true or false"))
            .fix(fix),
    )
}

fn finding(subject: &Subject<'_>, value: &Eval, word: &str) -> Diagnostic {
    let message = format!("`{}` is a field here, and no row has it", subject.shown(value.span));
    let written = format!("\"{word}\"");
    Diagnostic::new(&CODE, value.span, message)
        .label("a field, for it has no double quotes")
        .help(format!("`{written}` is the text"))
        .fix(Fix {
            title: format!("write `{written}`"),
            edits: vec![Edit { span: value.span, text: written }],
            safe: false,
        })
}
