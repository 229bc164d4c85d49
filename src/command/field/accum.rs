//! `accum`: keeps a running total of a field.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::Arguments;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::function::operand::number_of;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Accum;

impl Command for Accum {
    fn name(&self) -> &'static str {
        "accum"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/accum"
    }

    fn summary(&self) -> &'static str {
        "keeps a running total of a field"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &[])?;
        let (field, alias) = arguments.field()?;
        let mut total = 0.0;
        let mut rows = rows;
        for row in &mut rows {
            if let Some(number) = row.event.values(field).first().and_then(number_of) {
                total += number;
                row.event.set(alias.unwrap_or(field), vec![Value::Number(total)]);
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowering.hide("*", stage.span, "what `accum` makes of other rows is not translated");
        Ok(())
    }
}
