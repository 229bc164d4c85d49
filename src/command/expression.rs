//! The meaning of expressions: what one gives for a row.
//!
//! In: the tree of an expression, and a row. Out: an operand. Invariant: the result depends on the row and the context
//! alone, and nothing is skipped: a part whose result is not known, such as a macro call or a sub-search, is told with
//! its place. Operators and functions are those of [`crate::function`]; here are fields, and the forms whose arguments
//! are no values:
//!
//! - `mvmap(field, expression)` and `mvfilter(condition)` look at each value of a field alone (Search Reference,
//!   "Multivalue eval functions"); `mvfilter` "can reference only one field at a time". A value for which `mvmap` gives
//!   null, or for which the condition of `mvfilter` is null, is left out.
//! - `searchmatch("…")` is true if the event matches the text as a search ("Comparison and Conditional functions").

use crate::command::{self, Command, Row, Unsupported};
use crate::event::{Event, number};
use crate::function::{self, Context, Family, LONGEST_TEXT, MOST_VALUES, Operand};
use crate::source::{Span, Spanned};
use crate::spl::eval::{Eval, EvalKind, UnaryOperator};

/// What an expression gives for a row.
///
/// # Errors
/// A part whose result is not known: a macro call, a sub-search, text that was not read, a function that cannot be
/// evaluated.
pub(crate) fn value(expression: &Eval, row: &Event, context: &Context) -> Result<Operand, Unsupported> {
    let of = |part: &Eval| value(part, row, context);
    match &expression.kind {
        EvalKind::Number(text) => Ok(number::parse(text).map_or(Operand::Null, Operand::number)),
        EvalKind::Text(text) => Ok(Operand::text(text)),
        EvalKind::Field(field) => Ok(Operand::of(row.values(&field.name))),
        EvalKind::Group(inner) => of(inner),
        EvalKind::Unary(operator, operand) => {
            let operand = of(operand)?;
            Ok(match operator.value {
                UnaryOperator::Not => function::not(&operand),
                UnaryOperator::Minus => function::minus(&operand),
                UnaryOperator::Plus => operand,
            })
        }
        EvalKind::Chain(first, rest) => {
            let mut left = of(first)?;
            for (operator, right) in rest {
                left = function::apply(operator.value, &left, &of(right)?);
            }
            Ok(left)
        }
        EvalKind::In(operand, values) => {
            let values: Vec<Operand> = values.iter().map(of).collect::<Result<_, _>>()?;
            Ok(function::is_in(&of(operand)?, &values))
        }
        EvalKind::Call(name, arguments) => call(expression.span, name, arguments, row, context),
        EvalKind::Macro(body) => unknown(expression.span, format!("the macro `{body}` is not defined")),
        EvalKind::Subsearch(_) => unknown(expression.span, "a sub-search inside an expression is not run"),
        EvalKind::Spliced(_) | EvalKind::Unreadable => {
            unknown(expression.span, "this part of the expression has no known result")
        }
    }
}

/// Whether `where` keeps the row: the result is true, not false, null or a value.
///
/// # Errors
/// Those of [`value`].
pub(crate) fn holds(expression: &Eval, row: &Event, context: &Context) -> Result<bool, Unsupported> {
    Ok(value(expression, row, context)? == Operand::Boolean(true))
}

fn unknown(span: Span, message: impl Into<String>) -> Result<Operand, Unsupported> {
    Err(Unsupported { message: message.into(), span })
}

fn call(
    span: Span,
    name: &Spanned<String>,
    arguments: &[Eval],
    row: &Event,
    context: &Context,
) -> Result<Operand, Unsupported> {
    let Some(function) = Family::Eval.find(&name.value).filter(|it| function::evaluates(it.name)) else {
        return unknown(name.span, format!("the function `{}` cannot be evaluated", name.value));
    };
    if !function.takes(arguments.len()) {
        let message = format!("`{}` does not take {} arguments", name.value, arguments.len());
        return unknown(span, message);
    }
    match (function.name, arguments) {
        ("mvmap", [values, mapped]) => map(values, mapped, row, context),
        ("mvfilter", [condition]) => filter(condition, row, context),
        ("searchmatch", [search]) => searchmatch(search, row, context),
        ("mvmap", _) => unknown(span, "a third argument of `mvmap` is not evaluated"),
        _ => {
            let values = arguments.iter().map(|argument| value(argument, row, context));
            Ok(function::call(function.name, &values.collect::<Result<Vec<_>, _>>()?, context))
        }
    }
}

/// The names of the fields of an expression, each once.
fn fields(expression: &Eval) -> Vec<&str> {
    let mut names = Vec::new();
    expression.walk(&mut |part| {
        if let EvalKind::Field(field) = &part.kind
            && !names.contains(&field.name.as_str())
        {
            names.push(&field.name);
        }
    });
    names
}

fn map(values: &Eval, mapped: &Eval, row: &Event, context: &Context) -> Result<Operand, Unsupported> {
    let [field] = fields(values)[..] else {
        return unknown(values.span, "the first argument of `mvmap` does not name one field");
    };
    // What it maps may be computed from the field; the expression sees each value under the name of the field.
    let of = value(values, row, context)?;
    let (mut results, mut length) = (Vec::new(), 0);
    let mut bound = row.clone();
    for each in of.values() {
        bound.set(field, vec![each.clone()]);
        let more = value(mapped, &bound, context)?;
        length += more.text_length();
        results.extend_from_slice(more.values());
        if length > LONGEST_TEXT || results.len() > MOST_VALUES {
            return Ok(Operand::Null);
        }
    }
    Ok(Operand::of(&results))
}

fn filter(condition: &Eval, row: &Event, context: &Context) -> Result<Operand, Unsupported> {
    let [field] = fields(condition)[..] else {
        return unknown(condition.span, "the condition of `mvfilter` does not name one field");
    };
    let mut kept = Vec::new();
    let mut bound = row.clone();
    for each in row.values(field) {
        bound.set(field, vec![each.clone()]);
        if holds(condition, &bound, context)? {
            kept.push(each.clone());
        }
    }
    Ok(Operand::of(&kept))
}

fn searchmatch(search: &Eval, row: &Event, context: &Context) -> Result<Operand, Unsupported> {
    let EvalKind::Text(text) = &search.kind else {
        return unknown(search.span, "the search of `searchmatch` is not written out");
    };
    let parsed = command::parse(text);
    let [stage] = parsed.pipeline.stages.as_slice() else {
        return unknown(search.span, "the text of `searchmatch` is not one search");
    };
    if !parsed.is_clean() || stage.name.value != "search" {
        return unknown(search.span, "the text of `searchmatch` could not be read as a search");
    }
    let rows = vec![Row { event: row.clone(), origins: Vec::new() }];
    // The place inside of the text is no place of the query.
    let kept = command::search::Search
        .run(stage, rows, context)
        .map_err(|error| Unsupported { span: search.span, ..error })?;
    Ok(Operand::Boolean(!kept.is_empty()))
}

#[cfg(test)]
mod tests;
