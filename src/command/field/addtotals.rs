//! `addtotals`: adds the sum of the numeric fields of a row.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::function::operand::number_of;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Addtotals;

impl Command for Addtotals {
    fn name(&self) -> &'static str {
        "addtotals"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/addtotals"
    }

    fn summary(&self) -> &'static str {
        "adds the sum of the numeric fields of a row"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        if arguments.flag("col", false)? {
            return Err(unsupported("a row of totals is not computed here", stage.span));
        }
        let words = arguments.words()?;
        let name = arguments.text("fieldname")?.unwrap_or("Total");
        let is_meant = |field: &str| match words.as_slice() {
            [] => !field.starts_with('_'),
            words => words.iter().any(|word| rows::names(&word.text, field)),
        };
        let mut rows = rows;
        if arguments.flag("row", true)? {
            for row in &mut rows {
                let fields = row.event.fields().filter(|(field, _)| is_meant(field));
                let total: f64 = fields.flat_map(|(_, values)| values).filter_map(number_of).sum();
                row.event.set(name, vec![Value::Number(total)]);
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let name = arguments.text("fieldname")?.unwrap_or("Total").to_owned();
        lowering.hide(&name, stage.span, "the sum over the fields of a row is not translated");
        Ok(())
    }
}

/// What `addtotals` may be set to.
const SETTINGS: &[&str] = &["row", "col", "labelfield", "label", "fieldname"];
