//! `where-unquoted-path`: a field with dots in its name, without quotes. In: names joined by dots without spaces,
//! in comparisons and in functions that ask something of a field. Out: one finding each, with a fix.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::eval::{BinaryOperator, Eval, EvalKind};

static CODE: Code = Code::new(
    "where-unquoted-path",
    Severity::Warning,
    "a dot in `where` or `eval` joins two fields",
    "In an expression, a field name that holds anything but letters, digits and underscores stands in single \
     quotes; without them, `user.name` is the texts of the fields `user` and `name` put together (Search \
     Reference, where, \"Usage\"; eval, \"Concatenation\"). Reported where the result is compared or tested.",
);

/// The check.
pub(super) struct WhereUnquotedPath;

impl Lint for WhereUnquotedPath {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=k8s | where user.username=\"system:anonymous\""
    }

    fn good(&self) -> &'static str {
        "index=k8s | where 'user.username'=\"system:anonymous\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::evals(&subject.parsed.pipeline, &mut |eval| {
            let tested: Vec<&Eval> = if let Some((left, _, right)) = visit::compared(eval) {
                // Beside another field, texts may be put together on purpose.
                let is_literal = |eval: &Eval| matches!(eval.kind, EvalKind::Text(_) | EvalKind::Number(_));
                if is_literal(right) { vec![left] } else { Vec::new() }
            } else if let Some((name, arguments)) = visit::call(eval) {
                arguments.iter().filter(|_| TESTS.contains(&name.as_str())).collect()
            } else if let EvalKind::In(operand, _) = &eval.kind {
                vec![operand]
            } else {
                return;
            };
            findings.extend(tested.iter().filter(|eval| is_path(eval)).map(|eval| finding(subject, eval)));
        });
    }
}

/// Functions that ask something of a value.
const TESTS: &[&str] =
    &["isnull", "isnotnull", "like", "match", "in", "cidrmatch", "searchmatch", "isnum", "isstr"];

/// Whether it is fields without quotes, joined by dots with nothing between.
fn is_path(eval: &Eval) -> bool {
    let EvalKind::Chain(first, rest) = &eval.kind else { return false };
    let is_name = |eval: &Eval| visit::field(eval).is_some_and(|(_, is_quoted)| !is_quoted);
    let mut end = first.span.end;
    let are_joined = rest.iter().all(|(operator, operand)| {
        let touches = operator.span.start == end && operand.span.start == operator.span.end;
        end = operand.span.end;
        operator.value == BinaryOperator::Concatenate && touches && is_name(operand)
    });
    is_name(first) && are_joined
}

fn finding(subject: &Subject<'_>, eval: &Eval) -> Diagnostic {
    let shown = subject.shown(eval.span);
    let written = format!("'{}'", eval.span.of(subject.text()));
    Diagnostic::new(&CODE, eval.span, format!("`{shown}` puts the texts of several fields together"))
        .label("the dots join fields")
        .help(format!("`{written}` is the field of that name"))
        .fix(Fix {
            title: format!("write `{written}`"),
            edits: vec![Edit { span: eval.span, text: written.clone() }],
            safe: false,
        })
}
