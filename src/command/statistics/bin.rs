//! `bin`: puts numbers or times into ranges.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::lowering::group;
use crate::command::statistics::series::Split;
use crate::command::statistics::span::Width;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::codes;
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::function::operand::number_of;
use crate::spl::clause::ItemKind;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Bin;

impl Command for Bin {
    fn name(&self) -> &'static str {
        "bin"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["bucket", "discretize"]
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/bin"
    }

    fn summary(&self) -> &'static str {
        "puts numbers or times into ranges"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["span", "aligntime"])?;
        let width = arguments.text("span")?.and_then(Width::parse);
        // Without a span, or with a logarithmic one, the ranges depend on all events of the search.
        let width =
            width.ok_or_else(|| unsupported("only a span of units is understood here", stage.span))?;
        let align = arguments.number("aligntime")?.unwrap_or(0.0);
        let is_named = arguments.items().iter().any(|item| !matches!(item.kind, ItemKind::Setting(_)));
        let (field, alias) = if is_named { arguments.field()? } else { ("_time", None) };
        let mut rows = rows;
        for row in &mut rows {
            let values = row.event.values(field);
            let ranges = values.iter().map(|value| range(value, field, width, align)).collect();
            row.event.set(alias.unwrap_or(field), ranges);
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &["span", "aligntime", "bins", "minspan", "start", "end"])?;
        let items = arguments.items();
        let field = items.iter().find_map(|item| match &item.kind {
            ItemKind::Word(word) => Some((word, item.alias.as_ref())),
            _ => None,
        });
        // A bare `bin span=…` is about time.
        let name = field.map_or("_time", |(word, _)| word.text.as_str());
        let to = field.and_then(|(_, alias)| alias).map_or(name, |alias| alias.text.as_str());
        let span = arguments.text("span")?;
        let is_plain = ["bins", "minspan", "start", "end", "aligntime"]
            .iter()
            .all(|name| arguments.setting(name).is_none());
        let slot = match (lowering.fields.get(name), span) {
            (Ok(formula), Some(span)) if name == "_time" && is_plain => {
                group::slot_of(formula, span, stage.span)
            }
            (Err(reason), _) => Err(*reason),
            _ => {
                let message = format!("the stretches into which `bin` divides `{name}` are not translated");
                Err(Diagnostic::new(&codes::NOT_KNOWN, stage.span, message))
            }
        };
        match slot {
            Ok(formula) => lowering.fields.set(to, formula),
            // A field that is there stays there, whatever stretch it is in.
            Err(reason) => match lowering.fields.get(name) {
                Ok(formula) => lowering.fields.set_vague(to, formula, reason),
                Err(_) => lowering.fields.hide(to, reason),
            },
        }
        Ok(())
    }
}

/// Puts the values of a field into ranges, if a width is given.
pub(super) fn put(rows: &mut [Row], split: &Split) {
    let Some(width) = split.width else { return };
    for row in rows {
        let values = row.event.values(&split.field);
        let ranges = values.iter().map(|value| range(value, &split.field, width, 0.0)).collect();
        row.event.set(&split.field, ranges);
    }
}

/// The range of a value: where it starts for a time, `start-end` for another number. Other texts stay (open in the
/// manual, as is `bin` without a field, which is taken for `_time`).
fn range(value: &Value, field: &str, width: Width, align: f64) -> Value {
    let Some(number) = number_of(value) else { return value.clone() };
    // Days and longer begin at midnight whatever is said.
    let align = if matches!(width, Width::Seconds(seconds) if seconds >= 86_400.0) { 0.0 } else { align };
    let start = width.start(number, align);
    match width {
        Width::Number(_) if field != "_time" => Value::Text(format!(
            "{}-{}",
            Value::Number(start).text(),
            Value::Number(width.next(start)).text()
        )),
        _ => Value::Number(start),
    }
}
