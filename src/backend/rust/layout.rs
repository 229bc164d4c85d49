//! Lays a Boolean expression out as the body of a function, as `rustfmt` would.
//!
//! In: an [`Expression`] and the names that are taken. Out: lines. Invariant: what is written is left as it is by
//! `rustfmt` with its defaults, or [`Body::is_tidy`] is false: long texts do not fit, and characters outside ASCII
//! have a width of their own. A closure that is too long for its call becomes a variable named by its field.

use std::collections::BTreeSet;

use super::expression::{Call, Expression, Inner};
use super::name;

/// The width of a line (`max_width`).
const WIDTH: usize = 100;

/// The width of the arguments of a call that stay on its line (`fn_call_width`).
const ARGUMENTS: usize = 60;

/// The body of a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    /// Its text, indented, with a line break at the end.
    pub(super) text: String,
    /// Whether `rustfmt` would leave it.
    pub(super) is_tidy: bool,
}

/// Lays out the body of a function, which starts with lines of its own; `reserved` names are not given to variables.
pub(super) fn body(head: &[String], expression: &Expression, reserved: &BTreeSet<&str>) -> Body {
    let mut layout = Layout { reserved, taken: BTreeSet::new(), variables: String::new(), is_tidy: true };
    let lines = layout.lines(expression, 4);
    let head = head.iter().fold(String::new(), |head, line| head + "    " + line + "\n");
    let text = format!("{head}{}    {lines}\n", layout.variables);
    let fits = text.is_ascii() && text.lines().all(|line| line.len() <= WIDTH);
    Body { text, is_tidy: layout.is_tidy && fits }
}

struct Layout<'a> {
    reserved: &'a BTreeSet<&'a str>,
    taken: BTreeSet<String>,
    variables: String,
    is_tidy: bool,
}

impl Layout<'_> {
    /// The expression, starting at column `indent`; on one line if that fits.
    fn lines(&mut self, expression: &Expression, indent: usize) -> String {
        let (parts, operator) = match expression {
            Expression::Constant(value) => return value.to_string(),
            Expression::Call(call) => return self.call(call),
            Expression::And(parts) => (parts, "&&"),
            Expression::Or(parts) => (parts, "||"),
        };
        let inner = indent + 4;
        // The first part stands where the whole does, the others behind their operators.
        let columns = std::iter::once(indent).chain(std::iter::repeat(inner));
        let parts: Vec<String> =
            parts.iter().zip(columns).map(|(part, column)| self.part(part, column)).collect();
        let line = parts.join(&format!(" {operator} "));
        if indent + line.len() <= WIDTH && !line.contains('\n') {
            return line;
        }
        parts.join(&format!("\n{}{operator} ", " ".repeat(inner)))
    }

    /// A part of `&&` or `||`.
    fn part(&mut self, part: &Expression, indent: usize) -> String {
        match part {
            Expression::And(_) | Expression::Or(_) => format!("({})", self.lines(part, indent)),
            Expression::Call(_) | Expression::Constant(_) => self.lines(part, indent),
        }
    }

    fn call(&mut self, call: &Call) -> String {
        let sign = if call.negated { "!" } else { "" };
        let Some(inner) = &call.inner else { return format!("{sign}{}", call.head) };
        let arguments = call.head.split_once('(').map_or("", |(_, arguments)| arguments);
        let closure = format!("|{}| {}", inner.parameter.0, self.one_line(&inner.body));
        if arguments.len() + closure.len() <= ARGUMENTS {
            return format!("{sign}{}{closure})", call.head);
        }
        let variable = self.variable(inner);
        self.is_tidy &= arguments.len() + variable.len() <= ARGUMENTS;
        format!("{sign}{}{variable})", call.head)
    }

    /// The body of a closure on one line; its calls have no closures.
    fn one_line(&mut self, expression: &Expression) -> String {
        match expression {
            Expression::And(parts) | Expression::Or(parts) => {
                let operator = if matches!(expression, Expression::And(_)) { " && " } else { " || " };
                parts.iter().map(|part| self.part(part, 0)).collect::<Vec<_>>().join(operator)
            }
            Expression::Call(_) | Expression::Constant(_) => self.lines(expression, 0),
        }
    }

    /// Writes the closure as a variable, and gives its name.
    fn variable(&mut self, inner: &Inner) -> String {
        let is_free = |name: &str| !self.reserved.contains(name) && !self.taken.contains(name);
        let variable = name::unique(&name::identifier(&inner.field), is_free);
        self.taken.insert(variable.clone());
        let (parameter, of_type) = inner.parameter;
        let head = format!("|{parameter}: {of_type}|");
        let line = self.one_line(&inner.body);
        let start = format!("    let {variable} =");
        // `rustfmt` rather breaks the line before a closure than in it.
        let text = if start.len() + head.len() + line.len() + 3 <= WIDTH {
            format!("{start} {head} {line};\n")
        } else if head.len() + line.len() + 10 <= WIDTH {
            format!("{start}\n        {head} {line};\n")
        } else {
            let lines = self.lines(&inner.body, 8);
            format!("{start} {head} {{\n        {lines}\n    }};\n")
        };
        self.variables.push_str(&text);
        variable
    }
}
