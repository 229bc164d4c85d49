//! `convert`: turns values into numbers, or times into text.
//!
//! In: words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::refused;
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::detection::{Formula, codes};
use crate::diagnostic::Diagnostic;
use crate::event::{Value, number};
use crate::function::operand::number_of;
use crate::function::{self, Context, Operand};
use crate::spl::clause::{Item, ItemKind};
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Convert;

impl Command for Convert {
    fn name(&self) -> &'static str {
        "convert"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/convert"
    }

    fn summary(&self) -> &'static str {
        "turns values into numbers, or times into text"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["timeformat"])?;
        let format = arguments.text("timeformat")?.unwrap_or("%m/%d/%Y %H:%M:%S");
        let mut conversions = Vec::new();
        for item in arguments.items() {
            match &item.kind {
                ItemKind::Setting(_) => {}
                _ => conversions.push(read(item)?),
            }
        }
        let is_kept =
            |field: &str| conversions.iter().any(|it| it.function == "none" && rows::names(it.field, field));
        let columns = rows::columns(&rows);
        let mut rows = rows;
        for conversion in conversions.iter().filter(|it| it.function != "none") {
            let is_wild = conversion.field.contains('*');
            for field in columns.iter().filter(|field| rows::names(conversion.field, field)) {
                if is_wild && is_kept(field) {
                    continue;
                }
                let target = match conversion.alias {
                    Some(alias) => rows::renamed(conversion.field, alias, field).unwrap_or_default(),
                    None => field.clone(),
                };
                convert(&mut rows, conversion, field, &target, format, context)?;
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &["timeformat"])?;
        let format = arguments.text("timeformat")?.unwrap_or("%m/%d/%Y %H:%M:%S");
        for item in arguments.items() {
            if matches!(item.kind, ItemKind::Setting(_)) {
                continue;
            }
            let (function, from) = match &item.kind {
                ItemKind::Call(function, inner) => match inner.as_slice() {
                    [Item { kind: ItemKind::Word(word), .. }] => (function.value.to_ascii_lowercase(), word),
                    _ => return Err(refused::argument(item.span, "one field is expected here")),
                },
                _ => return Err(refused::argument(item.span, "a function is expected here")),
            };
            let to = item.alias.as_ref().map_or(from.text.as_str(), |alias| alias.text.as_str());
            match (function.as_str(), lowering.fields.get(&from.text)) {
                ("none", _) => {}
                (_, Err(reason)) => lowering.fields.hide(to, *reason),
                ("ctime", Ok(formula)) if !from.text.contains('*') => {
                    let format = Formula::Text(format.to_owned());
                    lowering.fields.set(to, Formula::Call("strftime".to_owned(), vec![formula, format]));
                }
                _ => {
                    let message = format!("what `{function}` makes of `{}` is not translated", from.text);
                    lowering.fields.hide(to, Diagnostic::new(&codes::NOT_KNOWN, item.span, message));
                }
            }
        }
        Ok(())
    }
}

/// `function(field) AS name`.
struct Conversion<'a> {
    function: String,
    field: &'a str,
    alias: Option<&'a str>,
    item: &'a Item,
}

fn read(item: &Item) -> Result<Conversion<'_>, Unsupported> {
    match &item.kind {
        ItemKind::Call(name, arguments) => match arguments.as_slice() {
            [Item { kind: ItemKind::Word(field), .. }] => Ok(Conversion {
                function: name.value.to_ascii_lowercase(),
                field: &field.text,
                alias: item.alias.as_ref().map(|alias| alias.text.as_str()),
                item,
            }),
            _ => Err(unsupported("one field is expected here", item.span)),
        },
        _ => Err(unsupported("a function is expected here", item.span)),
    }
}

/// Converts a field in all rows. A value that cannot be converted stays, but for `num`, which removes it, and `auto`,
/// which then leaves the whole field as it is (Search Reference, `convert`; that the others leave it is a choice).
fn convert(
    rows: &mut [Row],
    conversion: &Conversion<'_>,
    field: &str,
    target: &str,
    format: &str,
    context: &Context,
) -> Result<(), Unsupported> {
    let mut converted = Vec::new();
    let mut is_complete = true;
    for row in rows.iter() {
        let mut values = Vec::new();
        for value in row.event.values(field) {
            match one(conversion, value, format, context)? {
                Some(value) => values.push(value),
                None if conversion.function == "num" => {}
                None => {
                    is_complete = false;
                    values.push(value.clone());
                }
            }
        }
        converted.push(values);
    }
    if conversion.function == "auto" && !is_complete {
        return Ok(());
    }
    for (row, values) in rows.iter_mut().zip(converted) {
        if row.event.has(field) || conversion.alias.is_none() {
            row.event.set(target, values);
        }
    }
    Ok(())
}

fn one(
    conversion: &Conversion<'_>,
    value: &Value,
    format: &str,
    context: &Context,
) -> Result<Option<Value>, Unsupported> {
    let text = value.text();
    let number = |text: &str| number::parse(text).map(Value::Number);
    let by = |name: &str, argument: Operand| {
        if !function::evaluates(name) {
            return Err(unsupported(format!("`{name}` is not computed"), conversion.item.span));
        }
        let result = function::call(name, &[argument, Operand::text(format)], context);
        Ok(result.single().cloned())
    };
    Ok(match conversion.function.as_str() {
        "auto" | "num" => number(&text),
        "ctime" => match number_of(value) {
            Some(time) => by("strftime", Operand::number(time))?,
            None => None,
        },
        "mktime" => by("strptime", Operand::Values(vec![value.clone()]))?,
        "dur2sec" => seconds(&text, true).map(Value::Number),
        "mstime" => seconds(&text, false).map(Value::Number),
        "memk" => kilobytes(&text).map(Value::Number),
        "rmcomma" => Some(Value::Text(text.replace(',', ""))),
        "rmunit" => leading(&text).map(Value::Number),
        name => return Err(unsupported(format!("`{name}` is no conversion"), conversion.item.span)),
    })
}

/// `[D+]HH:MM:SS`, or `[MM:]SS.SSS`, in seconds.
fn seconds(text: &str, is_duration: bool) -> Option<f64> {
    let (days, rest) = match text.split_once('+') {
        Some((days, rest)) if is_duration => (number::parse(days)?, rest),
        _ => (0.0, text),
    };
    let parts: Vec<&str> = rest.split(':').collect();
    let fits = if is_duration { parts.len() == 3 } else { parts.len() <= 2 };
    let mut total = 0.0;
    for part in parts {
        total = total * 60.0 + number::parse(part).filter(|number| *number >= 0.0)?;
    }
    fits.then_some(days * 86_400.0 + total)
}

/// A number of kilobytes, megabytes or gigabytes in kilobytes; one without a unit is of kilobytes.
fn kilobytes(text: &str) -> Option<f64> {
    let (digits, factor) = match text.chars().next_back()?.to_ascii_lowercase() {
        'k' => (text.get(..text.len() - 1)?, 1.0),
        'm' => (text.get(..text.len() - 1)?, 1_024.0),
        'g' => (text.get(..text.len() - 1)?, 1_048_576.0),
        _ => (text, 1.0),
    };
    number::parse(digits).map(|number| number * factor)
}

/// The number that a text begins with.
fn leading(text: &str) -> Option<f64> {
    let end = text.char_indices().map(|(at, character)| at + character.len_utf8()).rev();
    end.filter_map(|end| text.get(..end)).find_map(number::parse)
}
