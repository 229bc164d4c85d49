//! A tree without its places.
//!
//! In: a tree. Out: the same tree with every span at zero, so that two trees are equal if they say the same. Invariant:
//! nothing but spans is changed. A span that is forgotten here makes trees differ that do not, never the other way round.

use crate::source::Span;
use crate::spl::ast::{Arguments, Expression, Kind, Literal, Pipeline, Stage};
use crate::spl::clause::{Body, Clause, Item, ItemKind, Value, Word};
use crate::spl::eval::{Assignment, Eval, EvalKind};

/// The tree with every span at zero.
pub(super) fn without(pipeline: &Pipeline) -> Pipeline {
    let mut pipeline = pipeline.clone();
    of_pipeline(&mut pipeline);
    pipeline
}

fn clear(span: &mut Span) {
    *span = Span::default();
}

fn of_pipeline(pipeline: &mut Pipeline) {
    clear(&mut pipeline.span);
    pipeline.stages.iter_mut().for_each(of_stage);
}

fn of_stage(stage: &mut Stage) {
    clear(&mut stage.span);
    clear(&mut stage.name.span);
    match &mut stage.arguments {
        Arguments::Search(expression) => of_search(expression),
        Arguments::Boolean(expression) => of_eval(expression),
        Arguments::Assignments(assignments) => assignments.iter_mut().for_each(of_assignment),
        Arguments::Clauses(clauses) => clauses.iter_mut().for_each(of_clause),
        Arguments::Opaque(text) => clear(&mut text.span),
    }
}

fn of_search(expression: &mut Expression) {
    clear(&mut expression.span);
    match &mut expression.kind {
        Kind::And(operands) | Kind::Or(operands) => operands.iter_mut().for_each(of_search),
        Kind::Not(operand) | Kind::Group(operand) => of_search(operand),
        Kind::Comparison(comparison) => {
            clear(&mut comparison.field.span);
            clear(&mut comparison.operator.span);
            comparison.values.iter_mut().for_each(of_literal);
        }
        Kind::Computed(computed) => {
            clear(&mut computed.field.span);
            clear(&mut computed.operator.span);
            computed.values.iter_mut().for_each(of_search);
        }
        Kind::Term(literal) => of_literal(literal),
        Kind::TimeModifier(modifier) => {
            clear(&mut modifier.name.span);
            of_literal(&mut modifier.value);
        }
        Kind::Subsearch(pipeline) => of_pipeline(pipeline),
        Kind::Everything | Kind::Macro(_) | Kind::Unreadable => {}
    }
}

fn of_literal(literal: &mut Literal) {
    clear(&mut literal.span);
}

fn of_assignment(assignment: &mut Assignment) {
    clear(&mut assignment.span);
    clear(&mut assignment.field.span);
    of_eval(&mut assignment.value);
}

fn of_eval(expression: &mut Eval) {
    clear(&mut expression.span);
    match &mut expression.kind {
        EvalKind::Group(inner) => of_eval(inner),
        EvalKind::Unary(operator, operand) => {
            clear(&mut operator.span);
            of_eval(operand);
        }
        EvalKind::Chain(first, rest) => {
            of_eval(first);
            for (operator, operand) in rest {
                clear(&mut operator.span);
                of_eval(operand);
            }
        }
        EvalKind::In(operand, values) => {
            of_eval(operand);
            values.iter_mut().for_each(of_eval);
        }
        EvalKind::Call(name, arguments) => {
            clear(&mut name.span);
            arguments.iter_mut().for_each(of_eval);
        }
        EvalKind::Subsearch(pipeline) => of_pipeline(pipeline),
        EvalKind::Spliced(parts) => parts.iter_mut().for_each(of_eval),
        EvalKind::Number(_)
        | EvalKind::Text(_)
        | EvalKind::Field(_)
        | EvalKind::Macro(_)
        | EvalKind::Unreadable => {}
    }
}

fn of_clause(clause: &mut Clause) {
    clear(&mut clause.span);
    if let Some(keyword) = &mut clause.keyword {
        clear(&mut keyword.span);
    }
    match &mut clause.body {
        Body::Items(items) => items.iter_mut().for_each(of_item),
        Body::Search(expression) => of_search(expression),
    }
}

fn of_item(item: &mut Item) {
    clear(&mut item.span);
    if let Some(sign) = &mut item.sign {
        clear(&mut sign.span);
    }
    match &mut item.kind {
        ItemKind::Word(word) => of_word(word),
        ItemKind::Setting(setting) => {
            of_word(&mut setting.name);
            clear(&mut setting.operator.span);
            of_value(&mut setting.value);
        }
        ItemKind::Call(name, items) => {
            clear(&mut name.span);
            items.iter_mut().for_each(of_item);
        }
        ItemKind::Eval(expression) => of_eval(expression),
        ItemKind::Group(items) => items.iter_mut().for_each(of_item),
        ItemKind::Subsearch(pipeline) => of_pipeline(pipeline),
        ItemKind::Macro(_) | ItemKind::Unreadable => {}
    }
    if let Some(alias) = &mut item.alias {
        of_word(alias);
    }
}

fn of_word(word: &mut Word) {
    clear(&mut word.span);
}

fn of_value(value: &mut Value) {
    match value {
        Value::Word(word) => of_word(word),
        Value::Eval(expression) => of_eval(expression),
        Value::Search(expression) => of_search(expression),
        Value::Macro(body) => clear(&mut body.span),
        Value::Subsearch(pipeline) => of_pipeline(pipeline),
        Value::Missing(span) => clear(span),
    }
}
