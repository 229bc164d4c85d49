//! Ways to every search and every expression of a query, those of its sub-searches too.
//!
//! In: a pipeline. Out: its parts, outer ones first, and small questions about them. Invariant: nesting is bounded by the
//! reader, so the walks may recurse; each part is visited once.

use crate::source::Span;
use crate::spl::ast::{Arguments, Comparison, Expression, Kind, Literal, Pipeline, Stage};
use crate::spl::clause::{Body, Item, ItemKind, Quote, Value};
use crate::spl::eval::{BinaryOperator, Eval, EvalKind};

/// Every pipeline, the given one first.
pub(super) fn pipelines<'a>(pipeline: &'a Pipeline, visit: &mut dyn FnMut(&'a Pipeline)) {
    visit(pipeline);
    for stage in &pipeline.stages {
        pieces(stage, &mut |piece| match piece {
            Piece::Search(search) => search.walk(&mut |expression| {
                if let Kind::Subsearch(inner) = &expression.kind {
                    pipelines(inner, visit);
                }
            }),
            Piece::Eval(eval) => eval.walk(&mut |eval| {
                if let EvalKind::Subsearch(inner) = &eval.kind {
                    pipelines(inner, visit);
                }
            }),
            Piece::Pipeline(inner) => pipelines(inner, visit),
        });
    }
}

/// Every stage of every pipeline.
pub(super) fn stages<'a>(pipeline: &'a Pipeline, visit: &mut dyn FnMut(&'a Stage)) {
    pipelines(pipeline, &mut |pipeline| pipeline.stages.iter().for_each(&mut *visit));
}

/// Every condition in the `search` language, with its stage.
pub(super) fn searches<'a>(pipeline: &'a Pipeline, visit: &mut dyn FnMut(&'a Stage, &'a Expression)) {
    stages(pipeline, &mut |stage| {
        pieces(stage, &mut |piece| {
            if let Piece::Search(search) = piece {
                visit(stage, search);
            }
        });
    });
}

/// Every comparison of every search, with its expression.
pub(super) fn comparisons<'a>(pipeline: &'a Pipeline, visit: &mut dyn FnMut(&'a Comparison, &'a Expression)) {
    searches(pipeline, &mut |_, search| {
        search.walk(&mut |expression| {
            if let Kind::Comparison(comparison) = &expression.kind {
                visit(comparison, expression);
            }
        });
    });
}

/// Every value of a comparison and every term of every search.
pub(super) fn literals<'a>(
    pipeline: &'a Pipeline,
    visit: &mut dyn FnMut(Option<&'a Comparison>, &'a Literal),
) {
    searches(pipeline, &mut |_, search| {
        search.walk(&mut |expression| match &expression.kind {
            Kind::Comparison(comparison) => {
                comparison.values.iter().for_each(|value| visit(Some(comparison), value));
            }
            Kind::Term(term) => visit(None, term),
            _ => {}
        });
    });
}

/// Every expression of `where`, `eval` and the like, with its stage: whole ones, not their parts.
pub(super) fn expressions<'a>(pipeline: &'a Pipeline, visit: &mut dyn FnMut(&'a Stage, &'a Eval)) {
    stages(pipeline, &mut |stage| {
        pieces(stage, &mut |piece| {
            if let Piece::Eval(eval) = piece {
                visit(stage, eval);
            }
        });
    });
}

/// Every part of every expression.
pub(super) fn evals<'a>(pipeline: &'a Pipeline, visit: &mut dyn FnMut(&'a Eval)) {
    expressions(pipeline, &mut |_, eval| eval.walk(visit));
}

/// What a stage holds in a language of its own.
pub(super) enum Piece<'a> {
    /// A condition in the `search` language.
    Search(&'a Expression),
    /// An expression.
    Eval(&'a Eval),
    /// A sub-search that is an argument.
    Pipeline(&'a Pipeline),
}

/// What a stage holds in languages of their own.
pub(super) fn pieces<'a>(stage: &'a Stage, visit: &mut dyn FnMut(Piece<'a>)) {
    match &stage.arguments {
        Arguments::Search(search) => visit(Piece::Search(search)),
        Arguments::Boolean(eval) => visit(Piece::Eval(eval)),
        Arguments::Assignments(assignments) => {
            for assignment in assignments {
                visit(Piece::Eval(&assignment.value));
            }
        }
        Arguments::Clauses(clauses) => {
            for clause in clauses {
                if let Body::Search(search) = &clause.body {
                    visit(Piece::Search(search));
                }
                clause.items().iter().for_each(|item| item.walk(&mut |item| of_item(item, visit)));
            }
        }
        Arguments::Opaque(_) => {}
    }
}

fn of_item<'a>(item: &'a Item, visit: &mut dyn FnMut(Piece<'a>)) {
    match &item.kind {
        ItemKind::Eval(eval) => visit(Piece::Eval(eval)),
        ItemKind::Subsearch(pipeline) => visit(Piece::Pipeline(pipeline)),
        ItemKind::Setting(setting) => match &setting.value {
            Value::Eval(eval) => visit(Piece::Eval(eval)),
            Value::Search(search) => visit(Piece::Search(search)),
            Value::Subsearch(pipeline) => visit(Piece::Pipeline(pipeline)),
            Value::Word(_) | Value::Macro(_) | Value::Missing(_) => {}
        },
        _ => {}
    }
}

/// The items of a stage that no keyword stands before.
pub(super) fn own_items(stage: &Stage) -> impl Iterator<Item = &Item> {
    let clauses = match &stage.arguments {
        Arguments::Clauses(clauses) => clauses.as_slice(),
        _ => &[],
    };
    clauses
        .iter()
        .filter(|clause| clause.keyword.is_none())
        .flat_map(super::super::spl::clause::Clause::items)
}

/// Whether a stage has a clause that begins with this keyword.
pub(super) fn has_clause(stage: &Stage, keyword: &str) -> bool {
    let Arguments::Clauses(clauses) = &stage.arguments else { return false };
    clauses.iter().any(|clause| clause.keyword.as_ref().is_some_and(|word| word.value == keyword))
}

/// The text of a setting of a stage, by the name of the setting.
pub(super) fn setting<'a>(stage: &'a Stage, name: &str) -> Option<(&'a str, Span)> {
    let Arguments::Clauses(clauses) = &stage.arguments else { return None };
    clauses.iter().flat_map(super::super::spl::clause::Clause::items).find_map(|item| match &item.kind {
        ItemKind::Setting(setting) if setting.name.text.eq_ignore_ascii_case(name) => match &setting.value {
            Value::Word(word) => Some((word.text.as_str(), word.span)),
            other => Some(("", other.span())),
        },
        _ => None,
    })
}

/// The plain words of a stage that no keyword stands before, outside of settings and functions.
pub(super) fn own_words(stage: &Stage) -> impl Iterator<Item = (&str, Quote, Span)> {
    own_items(stage).filter_map(|item| match &item.kind {
        ItemKind::Word(word) => Some((word.text.as_str(), word.quote, word.span)),
        _ => None,
    })
}

/// An expression without the parentheses round it.
pub(super) fn bare(eval: &Eval) -> &Eval {
    let mut eval = eval;
    while let EvalKind::Group(inner) = &eval.kind {
        eval = inner;
    }
    eval
}

/// The text that an expression is, if it is one in double quotes.
pub(super) fn text(eval: &Eval) -> Option<&str> {
    match &bare(eval).kind {
        EvalKind::Text(text) => Some(text),
        _ => None,
    }
}

/// The field that an expression is, and whether it stands in quotes. The `<<FIELD>>` of `foreach` and the `$field$` of a
/// dashboard are none: what takes their place is not known.
pub(super) fn field(eval: &Eval) -> Option<(&str, bool)> {
    match &bare(eval).kind {
        EvalKind::Field(field) if !field.name.contains(['<', '$', '{']) => {
            Some((field.name.as_str(), field.quoted))
        }
        _ => None,
    }
}

/// The name of the function that an expression calls, in lower case, and its arguments.
pub(super) fn call(eval: &Eval) -> Option<(String, &[Eval])> {
    match &bare(eval).kind {
        EvalKind::Call(name, arguments) => Some((name.value.to_ascii_lowercase(), arguments.as_slice())),
        _ => None,
    }
}

/// The one comparison that an expression is: its sides and the operator.
pub(super) fn compared(eval: &Eval) -> Option<(&Eval, BinaryOperator, &Eval)> {
    let EvalKind::Chain(left, rest) = &eval.kind else { return None };
    match rest.as_slice() {
        [(operator, right)] if is_comparison(operator.value) => Some((left, operator.value, right)),
        _ => None,
    }
}

/// Whether the operator asks for two values to be the same or not.
pub(super) fn is_equality(operator: BinaryOperator) -> bool {
    matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual)
}

/// Whether the operator asks for an order of two values.
pub(super) fn is_order(operator: BinaryOperator) -> bool {
    use BinaryOperator::{Greater, GreaterEqual, Less, LessEqual};
    matches!(operator, Less | LessEqual | Greater | GreaterEqual)
}

fn is_comparison(operator: BinaryOperator) -> bool {
    is_equality(operator) || is_order(operator)
}

/// What `IN` or `in(…)` looks for, and where.
pub(super) fn list(eval: &Eval) -> Option<(&Eval, &[Eval])> {
    match &eval.kind {
        EvalKind::In(operand, values) => Some((operand, values.as_slice())),
        EvalKind::Call(name, arguments) if name.value.eq_ignore_ascii_case("in") => arguments.split_first(),
        _ => None,
    }
}

/// What `like(…)` or `LIKE` looks at, and its pattern.
pub(super) fn like(eval: &Eval) -> Option<(&Eval, &Eval)> {
    match &eval.kind {
        EvalKind::Call(name, arguments) if name.value.eq_ignore_ascii_case("like") => {
            match arguments.as_slice() {
                [subject, pattern] => Some((subject, pattern)),
                _ => None,
            }
        }
        EvalKind::Chain(left, rest) => match rest.as_slice() {
            [(operator, right)] if operator.value == BinaryOperator::Like => Some((left, right)),
            _ => None,
        },
        _ => None,
    }
}
