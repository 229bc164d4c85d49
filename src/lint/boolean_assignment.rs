//! `boolean-assignment`: a condition assigned to a field. In: assignments of `eval`. Out: one finding an expression
//! whose result is true or false, with a fix.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::ast::Arguments;
use crate::spl::eval::{Eval, EvalKind, UnaryOperator};

static CODE: Code = Code::new(
    "boolean-assignment",
    Severity::Error,
    "`eval` cannot assign true or false",
    "\"The result of an eval expression cannot be a Boolean\" (Search Reference, eval, \"Usage\"): Splunk \
     refuses `eval x=(a=b)`. `if(a=b, \"true\", \"false\")` gives a text.",
);

/// The check.
pub(super) struct BooleanAssignment;

impl Lint for BooleanAssignment {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web | eval is_large=(bytes > 1000) | table is_large"
    }

    fn good(&self) -> &'static str {
        "index=web | eval is_large=if(bytes > 1000, \"true\", \"false\") | table is_large"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::stages(&subject.parsed.pipeline, &mut |stage| {
            let Arguments::Assignments(assignments) = &stage.arguments else { return };
            if stage.name.value != "eval" {
                return;
            }
            for assignment in assignments.iter().filter(|assignment| is_condition(&assignment.value)) {
                let condition = assignment.value.span;
                let written = format!(
                    "if({}, \"true\", \"false\")",
                    visit::bare(&assignment.value).span.of(subject.text())
                );
                let message =
                    format!("`{}` is true or false, which no field can be", subject.shown(condition));
                findings.push(
                    Diagnostic::new(&CODE, condition, message)
                        .label("a condition")
                        .help(format!("`{written}` gives a text"))
                        .fix(Fix {
                            title: format!("write `{written}`"),
                            edits: vec![Edit { span: condition, text: written }],
                            safe: false,
                        }),
                );
            }
        });
    }
}

/// Functions that give true or false.
const CONDITIONS: &[&str] = &[
    "cidrmatch",
    "in",
    "isbool",
    "isint",
    "isnotnull",
    "isnull",
    "isnum",
    "isstr",
    "like",
    "match",
    "searchmatch",
];

/// Whether the result of an expression is true or false.
pub(super) fn is_condition(eval: &Eval) -> bool {
    let eval = visit::bare(eval);
    match &eval.kind {
        EvalKind::Chain(_, rest) => rest.iter().all(|(operator, _)| operator.value.is_logical()),
        EvalKind::Unary(operator, _) => operator.value == UnaryOperator::Not,
        EvalKind::In(..) => true,
        EvalKind::Call(name, _) => CONDITIONS.contains(&name.value.to_ascii_lowercase().as_str()),
        _ => false,
    }
}
