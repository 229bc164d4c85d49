//! `null-comparison`: a comparison with null. In: `=`, `!=` and orders in expressions, and the stages before them. Out: one
//! finding each. Where an earlier stage puts the text `NULL` in place of missing values, that text is what is meant.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::ast::Stage;
use crate::spl::eval::{BinaryOperator, Eval};

static CODE: Code = Code::new(
    "null-comparison",
    Severity::Warning,
    "a comparison with null is never true",
    "A comparison with a missing value is neither true nor false, and `where` keeps what is true (Search \
     Reference, where; head: conditions \"evaluate to false or NULL\"). That holds for `null()` and for the \
     word `null`, which is a field that no event has. `isnull(field)` and `isnotnull(field)` ask whether there \
     is a value. Behind `fillnull value=NULL` a missing value is the text `\"NULL\"`, and the text is what to compare with.",
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
        visit::pipelines(&subject.parsed.pipeline, &mut |pipeline| {
            // The text that stages so far put in place of null.
            let mut filled = None;
            for stage in &pipeline.stages {
                visit::pieces(stage, &mut |piece| {
                    if let visit::Piece::Eval(eval) = piece {
                        eval.walk(&mut |eval| findings.extend(finding(subject, eval, filled)));
                    }
                });
                filled = fill(stage).or(filled);
            }
        });
    }
}

fn finding(subject: &Subject<'_>, eval: &Eval, filled: Option<&str>) -> Option<Diagnostic> {
    let (left, operator, right) = visit::compared(eval)?;
    let (null, other) = match (is_null(left), is_null(right)) {
        (_, true) => (right, left),
        (true, false) => (left, right),
        (false, false) => return None,
    };
    let field = subject.shown(other.span);
    let message = format!("`{}` is true for no row", subject.shown(eval.span));
    let finding = Diagnostic::new(&CODE, null.span, message)
        .label("nothing is equal to a missing value, and nothing differs from it");
    if let Some(text) = filled.filter(|_| visit::field(null).is_some()) {
        let written = format!("\"{text}\"");
        let edits = vec![Edit { span: null.span, text: written.clone() }];
        let title = format!("write `{written}`");
        return Some(
            finding
                .help(format!(
                    "`{written}` is the text that an earlier stage puts in place of a missing value"
                ))
                .fix(Fix { title, edits, safe: false }),
        );
    }
    let function = if operator == BinaryOperator::Equal { "isnull" } else { "isnotnull" };
    Some(finding.help(format!("`{function}({field})` asks whether there is a value")))
}

/// The word for null that a stage puts in place of missing values (Search Reference, fillnull; tstats).
fn fill(stage: &Stage) -> Option<&str> {
    let setting = match stage.name.value.as_str() {
        "fillnull" => "value",
        "tstats" | "mstats" => "fillnull_value",
        _ => return None,
    };
    visit::setting(stage, setting).map(|(text, _)| text).filter(|text| text.eq_ignore_ascii_case("null"))
}

fn is_null(eval: &Eval) -> bool {
    let is_function =
        visit::call(eval).is_some_and(|(name, arguments)| name == "null" && arguments.is_empty());
    let is_word =
        visit::field(eval).is_some_and(|(name, is_quoted)| !is_quoted && name.eq_ignore_ascii_case("null"));
    is_function || is_word
}
