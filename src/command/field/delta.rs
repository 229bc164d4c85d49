//! `delta`: writes the difference to the value of an earlier row.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::function::operand::number_of;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Delta;

impl Command for Delta {
    fn name(&self) -> &'static str {
        "delta"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/delta"
    }

    fn summary(&self) -> &'static str {
        "writes the difference to the value of an earlier row"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["p"])?;
        let (field, alias) = arguments.field()?;
        let back = arguments.count("p")?.unwrap_or(1);
        if back == 0 {
            return Err(unsupported("`p` is 1 or more", stage.span));
        }
        let name = alias.map_or_else(|| format!("delta({field})"), str::to_owned);
        let numbers: Vec<Option<f64>> =
            rows.iter().map(|row| row.event.values(field).first().and_then(number_of)).collect();
        let mut rows = rows;
        // The first rows have none before them, and get no difference (Search Reference, `delta`).
        for (row, pair) in rows.iter_mut().skip(back).zip(numbers.iter().skip(back).zip(&numbers)) {
            if let (Some(number), Some(before)) = pair {
                row.event.set(&name, vec![Value::Number(number - before)]);
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowering.hide("*", stage.span, "what `delta` makes of other rows is not translated");
        Ok(())
    }
}
