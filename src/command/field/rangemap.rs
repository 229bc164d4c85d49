//! `rangemap`: names the range that a number lies in.
//!
//! In: words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::diagnostic::Diagnostic;
use crate::event::{Value, number};
use crate::function::Context;
use crate::function::operand::number_of;
use crate::spl::{Shape, Stage, clause};

/// The command.
pub(crate) struct Rangemap;

impl Command for Rangemap {
    fn name(&self) -> &'static str {
        "rangemap"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/rangemap"
    }

    fn summary(&self) -> &'static str {
        "names the range that a number lies in"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::with_any(stage)?;
        let field = arguments.text("field")?.ok_or_else(|| unsupported("`field` is not set", stage.span))?;
        let default = arguments.text("default")?.unwrap_or("None");
        let mut ranges = Vec::new();
        for setting in arguments.settings() {
            let name = setting.name.text.as_str();
            if !["field", "default"].contains(&name.to_ascii_lowercase().as_str()) {
                let clause::Value::Word(word) = &setting.value else {
                    return Err(unsupported("a range is expected here", setting.value.span()));
                };
                let range = range(&word.text);
                ranges.push((name, range.ok_or_else(|| unsupported("this is no range", word.span))?));
            }
        }
        let mut rows = rows;
        for row in &mut rows {
            let number = row.event.values(field).first().and_then(number_of);
            let holds =
                |(low, high): (f64, f64)| number.is_some_and(|number| low <= number && number <= high);
            let names = ranges.iter().filter(|(_, range)| holds(*range)).map(|(name, _)| Value::from(*name));
            let mut names: Vec<Value> = names.collect();
            if names.is_empty() {
                names.push(Value::from(default));
            }
            row.event.set("range", names);
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowering.hide("range", stage.span, "the ranges of `rangemap` are not translated");
        Ok(())
    }
}

/// `low-high`, either of which may be negative; both ends belong to the range.
fn range(text: &str) -> Option<(f64, f64)> {
    let at = text.char_indices().skip(1).find(|(_, character)| *character == '-')?.0;
    Some((number::parse(text.get(..at)?)?, number::parse(text.get(at + 1..)?)?))
}
