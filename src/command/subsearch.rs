//! Sub-searches that stand in a search: their rows become a condition.
//!
//! In: an expression of the `search` language. Out: the same expression, in which the text that the rows of each
//! sub-search make stands in its place (Search Manual, "Change the format of subsearch results"): every row is a
//! conjunction of its fields, the rows are alternatives. Invariant: no sub-search is left. Where the documentation is
//! open: a field that a row does not have is left out of its conjunction, no rows at all match nothing, and quotes and
//! backslashes in a value are escaped, so that only its stars act.

use crate::command::arguments::unsupported;
use crate::command::{Row, Unsupported, parse, run_subsearch};
use crate::event::{Event, Value};
use crate::function::Context;
use crate::source::Span;
use crate::spl::Pipeline;
use crate::spl::ast::{Arguments, Computed, Expression, Form, Kind};

/// The words between the parts of a condition.
pub(crate) struct Format<'a> {
    /// Before the rows, before a row, between its fields, after it, between rows, after them.
    pub(crate) marks: [&'a str; 6],
    /// Between the values of one field.
    pub(crate) value_mark: &'a str,
    /// What no rows make.
    pub(crate) empty: &'a str,
}

/// What `format` does where nothing else is said (Search Reference, `format`).
pub(crate) const DEFAULT: Format<'static> =
    Format { marks: ["(", "(", "AND", ")", "OR", ")"], value_mark: "OR", empty: "NOT( )" };

/// The expression with the results of its sub-searches in their places.
pub(crate) fn resolved(expression: &Expression, context: &Context) -> Result<Expression, Unsupported> {
    let all = |parts: &[Expression]| -> Result<Vec<Expression>, Unsupported> {
        parts.iter().map(|part| resolved(part, context)).collect()
    };
    let kind = match &expression.kind {
        Kind::And(parts) => Kind::And(all(parts)?),
        Kind::Or(parts) => Kind::Or(all(parts)?),
        Kind::Not(part) => Kind::Not(Box::new(resolved(part, context)?)),
        Kind::Group(part) => Kind::Group(Box::new(resolved(part, context)?)),
        Kind::Subsearch(pipeline) => condition(&text(pipeline, context)?, expression.span)?,
        Kind::Computed(computed) => comparison(computed, expression.span, context)?,
        kind => kind.clone(),
    };
    Ok(Expression { kind, span: expression.span })
}

/// `field=[search … | return $value]`: what the sub-search returns is pasted behind the operator.
fn comparison(computed: &Computed, span: Span, context: &Context) -> Result<Kind, Unsupported> {
    let mut values = Vec::new();
    for value in &computed.values {
        values.push(match &value.kind {
            Kind::Subsearch(pipeline) => text(pipeline, context)?,
            Kind::Term(term) => quoted(&term.text),
            _ => return Err(unsupported("a value of this comparison is not known", value.span)),
        });
    }
    let (field, values) = (name(&computed.field.value), values.join(", "));
    condition(
        &match computed.form {
            Form::List => format!("{field} IN ({values})"),
            Form::Plain => format!("{field}{}{values}", computed.operator.value.text()),
            Form::Indexed => format!("{field}::{values}"),
        },
        span,
    )
}

/// The text that the rows of a sub-search make.
fn text(pipeline: &Pipeline, context: &Context) -> Result<String, Unsupported> {
    Ok(format(&run_subsearch(pipeline, context)?, &DEFAULT))
}

/// The condition that rows make. A field named `search` or `query` is the text itself, and internal fields are left out.
pub(crate) fn format(rows: &[Row], format: &Format<'_>) -> String {
    let [open, open_row, between, close_row, or, close] = format.marks;
    let rows: Vec<String> = rows
        .iter()
        .map(|row| conjunction(&row.event, format))
        .filter(|parts| !parts.is_empty())
        .map(|parts| match parts.as_slice() {
            [Part::Pasted(text)] => text.clone(),
            parts => {
                let texts: Vec<&str> = parts.iter().map(Part::text).collect();
                format!("{open_row} {} {close_row}", texts.join(&format!(" {between} ")))
            }
        })
        .collect();
    match rows.as_slice() {
        [] => format.empty.to_owned(),
        [only] if !only.starts_with(open_row) => only.clone(),
        rows => format!("{open} {} {close}", rows.join(&format!(" {or} "))),
    }
}

enum Part {
    /// The text of a field named `search` or `query`.
    Pasted(String),
    /// A comparison.
    Made(String),
}

impl Part {
    fn text(&self) -> &str {
        match self {
            Self::Pasted(text) | Self::Made(text) => text,
        }
    }
}

fn conjunction(event: &Event, format: &Format<'_>) -> Vec<Part> {
    let fields = event.fields().filter(|(field, _)| !field.starts_with('_'));
    let part = |(field, values): (&str, &[Value])| {
        if ["search", "query"].contains(&field) {
            let texts: Vec<String> = values.iter().map(|value| value.text().into_owned()).collect();
            return Part::Pasted(texts.join(" "));
        }
        let test = |value: &Value| format!("{}={}", name(field), quoted(&value.text()));
        let tests: Vec<String> = values.iter().map(test).collect();
        match tests.as_slice() {
            [only] => Part::Made(only.clone()),
            tests => Part::Made(format!("( {} )", tests.join(&format!(" {} ", format.value_mark)))),
        }
    };
    fields.map(part).collect()
}

/// A name as the `search` language reads it.
fn name(field: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "_.:-{}/@#".contains(character);
    if !field.is_empty() && field.chars().all(is_plain) { field.to_owned() } else { quoted(field) }
}

pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The condition that a text is.
pub(crate) fn condition(text: &str, span: Span) -> Result<Kind, Unsupported> {
    if text.split_whitespace().eq(["NOT(", ")"]) {
        return Ok(Kind::Not(Box::new(Expression { kind: Kind::Everything, span })));
    }
    let parsed = parse(&format!("search {text}"));
    let [stage] = parsed.pipeline.stages.as_slice() else {
        return Err(unsupported("the sub-search does not return a condition", span));
    };
    match &stage.arguments {
        Arguments::Search(expression) if parsed.is_clean() && is_known(expression) => {
            Ok(Kind::Group(Box::new(expression.clone())))
        }
        _ => Err(unsupported("the sub-search does not return a condition", span)),
    }
}

/// Whether the text holds no macro call and no sub-search, for which it is too late.
fn is_known(expression: &Expression) -> bool {
    let mut is_known = true;
    expression.walk(&mut |part| {
        is_known &=
            !matches!(part.kind, Kind::Macro(_) | Kind::Subsearch(_) | Kind::Computed(_) | Kind::Unreadable);
    });
    is_known
}
