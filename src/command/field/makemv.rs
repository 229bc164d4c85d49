//! `makemv`: splits a field into several values.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::{formula, refused};
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::formula::Each;
use crate::detection::regex::Regex;
use crate::detection::{Formula, codes};
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::spl::eval::BinaryOperator;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Makemv;

impl Command for Makemv {
    fn name(&self) -> &'static str {
        "makemv"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/makemv"
    }

    fn summary(&self) -> &'static str {
        "splits a field into several values"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["delim", "tokenizer", "allowempty", "setsv"])?;
        let (field, _) = arguments.field()?;
        let keeps_empty = arguments.flag("allowempty", false)?;
        let delimiter = arguments.text("delim")?.unwrap_or(" ");
        let tokenizer = match arguments.text("tokenizer")? {
            None => None,
            Some(text) => {
                let text = named(text).ok_or_else(|| unsupported("a tokenizer has a group", stage.span))?;
                Some(Regex::parse(&text).map_err(|error| unsupported(error.message, stage.span))?)
            }
        };
        let parts = |text: &str| -> Vec<Value> {
            let texts: Vec<&str> = match &tokenizer {
                Some(regex) => {
                    regex.captures(text, 0).into_iter().filter_map(|groups| Some(groups.first()?.1)).collect()
                }
                None if delimiter.is_empty() => vec![text],
                None => text.split(delimiter).collect(),
            };
            texts.into_iter().filter(|text| keeps_empty || !text.is_empty()).map(Value::from).collect()
        };
        let mut rows = rows;
        for row in &mut rows {
            let values = row.event.values(field);
            let made: Vec<Value> = values.iter().flat_map(|value| parts(&value.text())).collect();
            // That a field of which nothing is left stays as it is, is a choice.
            if !made.is_empty() {
                row.event.set(field, made);
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &["delim", "tokenizer", "allowempty", "setsv"])?;
        let words = arguments.words()?;
        let [word] = words.as_slice() else {
            return Err(refused::argument(stage.span, "one field is expected here"));
        };
        let field = &word.text;
        let keeps_empty = arguments.flag("allowempty", false)?;
        let known = arguments.text("tokenizer")?.is_none() && arguments.text("setsv")?.is_none();
        match lowering.fields.get(field) {
            Ok(formula) if known => {
                let delimiter = Formula::Text(arguments.text("delim")?.unwrap_or(" ").to_owned());
                let parts = Formula::Call("split".to_owned(), vec![formula.clone(), delimiter]);
                // A field of which nothing is left stays as it is.
                let parts =
                    if keeps_empty { parts } else { formula::first_of(without_empty(parts), formula) };
                lowering.fields.set(field, formula::bounded(parts, stage.span)?);
            }
            Ok(_) => {
                let message = format!("the parts that `makemv` makes of `{field}` are not translated");
                lowering.fields.hide(field, Diagnostic::new(&codes::NOT_KNOWN, stage.span, message));
            }
            Err(reason) => lowering.fields.hide(field, *reason),
        }
        Ok(())
    }
}

/// The expression with a name for its first group, which takes the values (Search Reference, `makemv`, `tokenizer`).
fn named(expression: &str) -> Option<String> {
    let (mut is_escaped, mut in_class) = (false, false);
    for (at, character) in expression.char_indices() {
        let is_group = character == '(' && !is_escaped && !in_class;
        let rest = expression.get(at + 1..)?;
        if is_group && !rest.starts_with('?') {
            return Some(format!("{}(?<splc_value>{rest}", expression.get(..at)?));
        }
        match character {
            '[' if !is_escaped => in_class = true,
            ']' if !is_escaped => in_class = false,
            _ => {}
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    None
}

/// Empty parts are left out unless `allowempty` is set (Search Reference, `makemv`).
fn without_empty(values: Formula) -> Formula {
    let field = "part (one value)".to_owned();
    let body = Formula::Binary(
        BinaryOperator::NotEqual,
        Box::new(Formula::Field(field.clone())),
        Box::new(Formula::Text(String::new())),
    );
    Formula::Each(Box::new(Each { values, field, body, filters: true }))
}
