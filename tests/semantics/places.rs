//! The places of a tree: what stands where, in a form that one check can walk.
//!
//! In: a pipeline. Out: nodes with their spans and parts. Invariant: each part of the tree that has a span is a node
//! here, so a check of all nodes is a check of all places.

use splc::source::Span;
use splc::spl::ast::{Arguments, Expression, Kind, Pipeline, Stage};
use splc::spl::clause::{Body, Clause, Item, ItemKind, Value};
use splc::spl::eval::{Eval, EvalKind};

/// A part of the tree.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) parts: Vec<Node>,
    /// Whether it has words of its own besides its parts: a function's name, a value.
    pub(crate) is_word: bool,
}

fn leaf(span: Span) -> Node {
    Node { span, parts: Vec::new(), is_word: true }
}

fn node(span: Span, parts: Vec<Node>) -> Node {
    Node { span, parts, is_word: false }
}

pub(crate) fn pipeline(pipeline: &Pipeline) -> Node {
    node(pipeline.span, pipeline.stages.iter().map(stage).collect())
}

fn stage(stage: &Stage) -> Node {
    let mut parts = vec![leaf(stage.name.span)];
    // An implied search may begin with a comment, which stands before the empty name.
    if stage.implied {
        parts.clear();
    }
    match &stage.arguments {
        Arguments::Search(expression) => parts.push(search(expression)),
        Arguments::Boolean(expression) => parts.push(eval(expression)),
        Arguments::Assignments(all) => parts.extend(all.iter().map(|assignment| {
            let equals = Span { start: assignment.field.span.end, end: assignment.value.span.start };
            let parts = vec![leaf(assignment.field.span), leaf(equals), eval(&assignment.value)];
            node(assignment.span, parts)
        })),
        Arguments::Clauses(clauses) => parts.extend(clauses.iter().map(clause)),
        Arguments::Opaque(text) => parts.push(leaf(text.span)),
    }
    node(stage.span, parts)
}

fn search(expression: &Expression) -> Node {
    let parts = match &expression.kind {
        Kind::Comparison(it) => [it.field.span, it.operator.span]
            .into_iter()
            .chain(it.values.iter().map(|value| value.span))
            .map(leaf)
            .collect(),
        Kind::Computed(it) => {
            let head = [leaf(it.field.span), leaf(it.operator.span)];
            head.into_iter().chain(it.values.iter().map(search)).collect()
        }
        Kind::TimeModifier(it) => vec![leaf(it.name.span), leaf(it.value.span)],
        Kind::Subsearch(inner) => vec![pipeline(inner)],
        Kind::Term(_) | Kind::Macro(_) | Kind::Unreadable => return leaf(expression.span),
        Kind::Everything => Vec::new(),
        Kind::And(_) | Kind::Or(_) | Kind::Not(_) | Kind::Group(_) => {
            expression.children().iter().map(search).collect()
        }
    };
    Node { is_word: matches!(expression.kind, Kind::TimeModifier(_)), ..node(expression.span, parts) }
}

fn eval(expression: &Eval) -> Node {
    let parts = match &expression.kind {
        EvalKind::Group(inner) => vec![eval(inner)],
        // `a NOT IN (b)`: the operator stands inside of its operand.
        EvalKind::Unary(operator, operand) if operator.span.start > operand.span.start => {
            return Node { is_word: true, ..node(expression.span, vec![eval(operand)]) };
        }
        EvalKind::Unary(operator, operand) => vec![leaf(operator.span), eval(operand)],
        EvalKind::Chain(first, rest) => {
            let rest = rest.iter().flat_map(|(operator, operand)| [leaf(operator.span), eval(operand)]);
            std::iter::once(eval(first)).chain(rest).collect()
        }
        EvalKind::In(operand, values) => {
            std::iter::once(eval(operand)).chain(values.iter().map(eval)).collect()
        }
        EvalKind::Call(name, arguments) => {
            std::iter::once(leaf(name.span)).chain(arguments.iter().map(eval)).collect()
        }
        EvalKind::Subsearch(inner) => vec![pipeline(inner)],
        EvalKind::Spliced(parts) => parts.iter().map(eval).collect(),
        EvalKind::Number(_)
        | EvalKind::Text(_)
        | EvalKind::Field(_)
        | EvalKind::Macro(_)
        | EvalKind::Unreadable => {
            return leaf(expression.span);
        }
    };
    node(expression.span, parts)
}

fn clause(clause: &Clause) -> Node {
    let mut parts: Vec<Node> = clause.keyword.iter().map(|keyword| leaf(keyword.span)).collect();
    match &clause.body {
        Body::Items(items) => parts.extend(items.iter().map(item)),
        Body::Search(expression) => parts.push(search(expression)),
    }
    node(clause.span, parts)
}

fn item(part: &Item) -> Node {
    let mut parts: Vec<Node> = part.sign.iter().map(|sign| leaf(sign.span)).collect();
    let mut is_word = false;
    match &part.kind {
        ItemKind::Word(word) => parts.push(leaf(word.span)),
        ItemKind::Setting(setting) => {
            parts.extend([leaf(setting.name.span), leaf(setting.operator.span), value(&setting.value)]);
        }
        ItemKind::Call(name, items) => {
            parts.push(leaf(name.span));
            parts.extend(items.iter().map(item));
        }
        ItemKind::Eval(expression) => parts.push(eval(expression)),
        ItemKind::Group(items) => parts.extend(items.iter().map(item)),
        ItemKind::Subsearch(inner) => parts.push(pipeline(inner)),
        ItemKind::Macro(_) | ItemKind::Unreadable => is_word = true,
    }
    parts.extend(part.alias.iter().map(|alias| leaf(alias.span)));
    Node { is_word, ..node(part.span, parts) }
}

fn value(value: &Value) -> Node {
    match value {
        Value::Word(word) => leaf(word.span),
        Value::Eval(expression) => eval(expression),
        Value::Search(expression) => search(expression),
        Value::Macro(body) => leaf(body.span),
        Value::Subsearch(inner) => pipeline(inner),
        Value::Missing(span) => leaf(*span),
    }
}
