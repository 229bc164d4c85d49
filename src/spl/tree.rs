//! A query's tree as indented text, for `splc explain` and the cases.
//!
//! In: a pipeline. Out: one line a node; an eval expression is one line, with parentheses that show what binds.
//! Invariant: two trees that print the same mean the same.

use std::fmt::Write as _;

use crate::spl::ast::{Arguments, Directive, Expression, Form, Kind, Literal, Pipeline, Stage};
use crate::spl::clause::{Body, Clause, Item, ItemKind, Quote, Sign, Value, Word};
use crate::spl::eval::{Eval, EvalKind, UnaryOperator};

/// The tree, one node a line.
///
/// ```
/// use splc::spl::{parse, tree, Shape};
/// let parsed = parse("a=1 OR b=2", &|_| Some(Shape::Search));
/// assert_eq!(tree::print(&parsed.pipeline), "search\n  or\n    a = 1\n    b = 2\n");
/// ```
pub fn print(pipeline: &Pipeline) -> String {
    let mut out = String::new();
    print_pipeline(&mut out, 0, pipeline);
    out
}

fn print_pipeline(out: &mut String, depth: usize, pipeline: &Pipeline) {
    for stage in &pipeline.stages {
        print_stage(out, depth, stage);
    }
}

fn print_stage(out: &mut String, depth: usize, stage: &Stage) {
    let name = if stage.name.value.is_empty() { "(no command)" } else { &stage.name.value };
    match &stage.arguments {
        Arguments::Search(expression) => {
            line(out, depth, name);
            print_expression(out, depth + 1, expression);
        }
        Arguments::Boolean(expression) => {
            line(out, depth, name);
            print_eval(out, depth + 1, "", expression);
        }
        Arguments::Assignments(assignments) => {
            line(out, depth, name);
            for assignment in assignments {
                let field = &assignment.field.value;
                let head = if field.is_empty() { String::new() } else { format!("{field} = ") };
                print_eval(out, depth + 1, &head, &assignment.value);
            }
        }
        Arguments::Clauses(clauses) => {
            line(out, depth, name);
            for clause in clauses {
                print_clause(out, depth + 1, clause);
            }
        }
        Arguments::Opaque(text) => line(out, depth, &format!("{name} (not read) {}", text.value)),
    }
}

fn print_expression(out: &mut String, depth: usize, expression: &Expression) {
    let comparison = |field: &str, form: Form, operator: &'static str| {
        let operator = match form {
            Form::Plain => operator,
            Form::List => "in",
            Form::Indexed => "::",
        };
        format!("{field} {operator}")
    };
    let text = match &expression.kind {
        Kind::Everything => "everything".to_owned(),
        Kind::And(_) => "and".to_owned(),
        Kind::Or(_) => "or".to_owned(),
        Kind::Not(_) => "not".to_owned(),
        Kind::Group(_) => "group".to_owned(),
        Kind::Comparison(it) => {
            let values: Vec<String> = it.values.iter().map(literal).collect();
            let head = comparison(&it.field.value, it.form, it.operator.value.text());
            format!("{head} {}", values.join(", "))
        }
        Kind::Computed(it) => comparison(&it.field.value, it.form, it.operator.value.text()),
        Kind::Term(term) => format!("term {}", literal(term)),
        Kind::TimeModifier(modifier) => format!("time {} {}", modifier.name.value, literal(&modifier.value)),
        Kind::Macro(body) => format!("macro {body}"),
        Kind::Subsearch(_) => "sub-search".to_owned(),
        Kind::Unreadable => "unreadable".to_owned(),
    };
    line(out, depth, &text);
    if let Kind::Subsearch(pipeline) = &expression.kind {
        print_pipeline(out, depth + 1, pipeline);
    }
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

fn print_clause(out: &mut String, depth: usize, clause: &Clause) {
    let depth = match &clause.keyword {
        Some(keyword) => {
            line(out, depth, &keyword.value);
            depth + 1
        }
        None => depth,
    };
    match &clause.body {
        Body::Items(items) => items.iter().for_each(|item| print_item(out, depth, item)),
        Body::Search(expression) => print_expression(out, depth, expression),
    }
}

fn print_item(out: &mut String, depth: usize, item: &Item) {
    let sign = match item.sign.as_ref().map(|sign| sign.value) {
        Some(Sign::Plus) => "+ ",
        Some(Sign::Minus) => "- ",
        None => "",
    };
    let alias = item.alias.as_ref().map(|alias| format!(" as {}", word(alias))).unwrap_or_default();
    let mut inner: &[Item] = &[];
    let text = match &item.kind {
        ItemKind::Word(it) => word(it),
        ItemKind::Setting(setting) => {
            let operator = setting.operator.value.text();
            format!("{} {operator} {}", word(&setting.name), value(&setting.value))
        }
        ItemKind::Call(name, items) => {
            inner = items;
            format!("call {}", name.value)
        }
        ItemKind::Eval(expression) => format!("eval {}", eval(expression)),
        ItemKind::Group(items) => {
            inner = items;
            "group".to_owned()
        }
        ItemKind::Macro(body) => format!("macro {body}"),
        ItemKind::Subsearch(_) => "sub-search".to_owned(),
        ItemKind::Unreadable => "unreadable".to_owned(),
    };
    line(out, depth, &format!("{sign}{text}{alias}"));
    for item in inner {
        print_item(out, depth + 1, item);
    }
    match &item.kind {
        ItemKind::Subsearch(pipeline) => print_pipeline(out, depth + 1, pipeline),
        ItemKind::Setting(setting) => match &setting.value {
            Value::Search(expression) => print_expression(out, depth + 1, expression),
            Value::Subsearch(pipeline) => print_pipeline(out, depth + 1, pipeline),
            Value::Eval(expression) => print_subsearches(out, depth + 1, expression),
            _ => {}
        },
        ItemKind::Eval(expression) => print_subsearches(out, depth + 1, expression),
        _ => {}
    }
}

fn word(word: &Word) -> String {
    match word.quote {
        Quote::None => word.text.clone(),
        Quote::Single => format!("'{}'", word.text),
        Quote::Double => format!("{:?}", word.text),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Word(it) => word(it),
        Value::Eval(expression) => eval(expression),
        Value::Search(_) => "search".to_owned(),
        Value::Macro(body) => format!("macro {}", body.value),
        Value::Subsearch(_) => "sub-search".to_owned(),
        Value::Missing(_) => "unreadable".to_owned(),
    }
}

/// An expression on one line, with the sub-searches in it below.
fn print_eval(out: &mut String, depth: usize, before: &str, expression: &Eval) {
    line(out, depth, &format!("{before}{}", eval(expression)));
    print_subsearches(out, depth + 1, expression);
}

fn print_subsearches(out: &mut String, depth: usize, expression: &Eval) {
    expression.walk(&mut |part| {
        if let EvalKind::Subsearch(pipeline) = &part.kind {
            print_pipeline(out, depth, pipeline);
        }
    });
}

/// An expression on one line.
pub(crate) fn eval(expression: &Eval) -> String {
    let all = |parts: &[Eval]| parts.iter().map(eval).collect::<Vec<_>>().join(", ");
    match &expression.kind {
        EvalKind::Number(text) => text.clone(),
        EvalKind::Text(text) => format!("{text:?}"),
        EvalKind::Field(field) if field.quoted => format!("'{}'", field.name),
        EvalKind::Field(field) => field.name.clone(),
        EvalKind::Group(inner) => eval(inner),
        EvalKind::Unary(operator, operand) => match operator.value {
            UnaryOperator::Not => format!("(NOT {})", eval(operand)),
            UnaryOperator::Minus => format!("(- {})", eval(operand)),
            UnaryOperator::Plus => format!("(+ {})", eval(operand)),
        },
        EvalKind::Chain(first, rest) => {
            let rest = rest
                .iter()
                .map(|(operator, operand)| format!(" {} {}", operator.value.text(), eval(operand)));
            format!("({}{})", eval(first), rest.collect::<String>())
        }
        EvalKind::In(operand, values) => format!("({} IN ({}))", eval(operand), all(values)),
        EvalKind::Call(name, arguments) => format!("{}({})", name.value, all(arguments)),
        EvalKind::Macro(body) => format!("`{body}`"),
        EvalKind::Subsearch(_) => "[sub-search]".to_owned(),
        EvalKind::Spliced(parts) => format!("({})", parts.iter().map(eval).collect::<Vec<_>>().join(" ")),
        EvalKind::Unreadable => "unreadable".to_owned(),
    }
}

fn line(out: &mut String, depth: usize, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{:indent$}{text}", "", indent = 2 * depth);
}
