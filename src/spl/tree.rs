//! A query's tree as indented text, for `splc explain` and the cases.
//!
//! In: a pipeline. Out: one line a node. Invariant: two trees that print the same mean the same.

use std::fmt::Write as _;

use crate::spl::ast::{Arguments, Directive, Expression, Form, Kind, Literal, Pipeline};

/// The tree, one node a line.
///
/// ```
/// use splc::spl::{parse, tree, Shape};
/// let parsed = parse("a=1 OR b=2", &|_| Some(Shape::Search));
/// assert_eq!(tree::print(&parsed.pipeline), "search\n  or\n    a = 1\n    b = 2\n");
/// ```
pub fn print(pipeline: &Pipeline) -> String {
    let mut out = String::new();
    for stage in &pipeline.stages {
        let name = if stage.name.value.is_empty() { "(no command)" } else { &stage.name.value };
        match &stage.arguments {
            Arguments::Search(expression) => {
                line(&mut out, 0, name);
                print_expression(&mut out, 1, expression);
            }
            Arguments::Opaque(text) => line(&mut out, 0, &format!("{name} (not read) {}", text.value)),
        }
    }
    out
}

fn print_expression(out: &mut String, depth: usize, expression: &Expression) {
    let text = match &expression.kind {
        Kind::Everything => "everything".to_owned(),
        Kind::And(_) => "and".to_owned(),
        Kind::Or(_) => "or".to_owned(),
        Kind::Not(_) => "not".to_owned(),
        Kind::Group(_) => "group".to_owned(),
        Kind::Comparison(comparison) => {
            let values: Vec<String> = comparison.values.iter().map(literal).collect();
            let operator = match comparison.form {
                Form::Plain => comparison.operator.value.text(),
                Form::List => "in",
                Form::Indexed => "::",
            };
            format!("{} {operator} {}", comparison.field.value, values.join(", "))
        }
        Kind::Term(term) => format!("term {}", literal(term)),
        Kind::TimeModifier(modifier) => format!("time {} {}", modifier.name.value, literal(&modifier.value)),
        Kind::Macro(body) => format!("macro {body}"),
        Kind::Subsearch(body) => format!("sub-search {body}"),
        Kind::Unreadable => "unreadable".to_owned(),
    };
    line(out, depth, &text);
    for child in expression.children() {
        print_expression(out, depth + 1, child);
    }
}

fn literal(literal: &Literal) -> String {
    let text = if literal.quoted { format!("{:?}", literal.text) } else { literal.text.clone() };
    match literal.directive {
        Some(Directive::Term) => format!("TERM({text})"),
        Some(Directive::Case) => format!("CASE({text})"),
        None => text,
    }
}

fn line(out: &mut String, depth: usize, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{:indent$}{text}", "", indent = 2 * depth);
}
