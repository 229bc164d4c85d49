//! Looks for values where an expression has to be a condition.
//!
//! In: an expression of `where`, `eval` or `head`. Out: a finding for each operand of AND, OR, XOR and NOT, and each
//! condition of `if` and `case`, that is a text or a number. Invariant: what stands in a field, or what a function gives,
//! may be anything, and nothing is said of it.

use crate::command::codes;
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::source::Span;
use crate::spl::eval::{BinaryOperator, Eval, EvalKind, UnaryOperator};

/// Looks at all conditions of an expression.
pub(super) fn check(expression: &Eval, findings: &mut Vec<Diagnostic>) {
    expression.walk(&mut |part| match &part.kind {
        EvalKind::Unary(operator, inner) if operator.value == UnaryOperator::Not => {
            condition(inner, None, findings);
        }
        EvalKind::Chain(first, rest) if rest.iter().all(|(operator, _)| is_logical(operator.value)) => {
            let operands = || std::iter::once(&**first).chain(rest.iter().map(|(_, operand)| operand));
            let compared = operands().find_map(compared);
            operands().for_each(|operand| condition(operand, compared.as_deref(), findings));
        }
        EvalKind::Call(name, arguments) => {
            let conditions: Vec<&Eval> = match name.value.to_ascii_lowercase().as_str() {
                "if" => arguments.iter().take(1).collect(),
                // One that is left over is told as such.
                "case" | "validate" => arguments.chunks_exact(2).filter_map(<[Eval]>::first).collect(),
                _ => Vec::new(),
            };
            for argument in conditions {
                condition(argument, None, findings);
            }
        }
        _ => {}
    });
}

/// The whole of `where`.
pub(super) fn whole(expression: &Eval, findings: &mut Vec<Diagnostic>) {
    condition(expression, None, findings);
}

const fn is_logical(operator: BinaryOperator) -> bool {
    matches!(operator, BinaryOperator::And | BinaryOperator::Or | BinaryOperator::Xor)
}

fn inside(mut expression: &Eval) -> &Eval {
    while let EvalKind::Group(inner) = &expression.kind {
        expression = inner;
    }
    expression
}

/// The field of a comparison with a constant, as it is written: `user` of `user="a"`.
fn compared(operand: &Eval) -> Option<String> {
    let EvalKind::Chain(first, rest) = &inside(operand).kind else { return None };
    let ([(operator, with)], EvalKind::Field(field)) = (rest.as_slice(), &first.kind) else { return None };
    let is_constant = matches!(with.kind, EvalKind::Text(_) | EvalKind::Number(_));
    let written = || if field.quoted { format!("'{}'", field.name) } else { field.name.clone() };
    (is_constant && operator.value == BinaryOperator::Equal).then(written)
}

/// Says that an operand is no condition; `compared` is the field that another operand compares.
fn condition(operand: &Eval, compared: Option<&str>, findings: &mut Vec<Diagnostic>) {
    let found = inside(operand);
    let what = match &found.kind {
        EvalKind::Text(text) => format!("`\"{text}\"` is a text"),
        EvalKind::Number(number) => format!("`{number}` is a number"),
        _ => return,
    };
    let finding =
        Diagnostic::new(&codes::NO_CONDITION, found.span, format!("{what}, which is neither true nor false"));
    findings.push(match compared {
        Some(field) => {
            let at = Span::new(found.span.start as usize, found.span.start as usize);
            let edits = vec![Edit { span: at, text: format!("{field}=") }];
            let fix = Fix { title: format!("compare it with `{field}`"), edits, safe: false };
            finding
                .help(format!(
                    "each side of AND and OR is a condition of its own; `{field} IN (…)` takes several values"
                ))
                .fix(fix)
        }
        None => finding.help("a condition compares: `field=\"value\"`"),
    });
}

#[cfg(test)]
mod tests {
    use crate::command::{codes, parse};

    #[test]
    fn values_where_a_condition_belongs_are_told() {
        for (search, told) in [
            (r#"a=1 | where user="a" OR "b""#, 1),
            (r#"a=1 | where NOT ("b") XOR 5"#, 2),
            ("a=1 | where 5", 1),
            (r#"a=1 | eval x=if("a", 1, 2), y=case(1, "a", b=2, "c")"#, 2),
            ("a=1 | stats count(eval(a=1 OR 2)) as n", 1),
            (
                r#"a=1 | where (user="a" OR isnull(b)) AND NOT c | eval d=if(e, "f", "g"), h=case(true(), "i")"#,
                0,
            ),
        ] {
            let found = parse(search).diagnostics;
            let told_of = found.iter().filter(|finding| finding.code.id == codes::NO_CONDITION.id);
            assert_eq!(told_of.count(), told, "{search}: {found:?}");
        }
    }
}
