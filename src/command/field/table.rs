//! `table`: keeps fields, in order, as a table.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::Arguments;
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::diagnostic::Diagnostic;
use crate::event::Event;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Table;

impl Command for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/table"
    }

    fn summary(&self) -> &'static str {
        "keeps fields, in order, as a table"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &[])?;
        let words = arguments.words()?;
        let table = |row: Row| {
            let mut event = Event::new();
            for (field, values) in row.event.fields() {
                if words.iter().any(|word| rows::names(&word.text, field)) {
                    event.set(field, values.to_vec());
                }
            }
            if words.iter().any(|word| word.text == "_raw") {
                event.set("_raw", row.event.values("_raw").to_vec());
            }
            Row { event, ..row }
        };
        Ok(rows.into_iter().map(table).collect())
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &[])?;
        let names: Vec<&str> = arguments.words()?.into_iter().map(|word| word.text.as_str()).collect();
        lowering.fields.keep(&names, false);
        lowering.shown = names.into_iter().map(str::to_owned).collect();
        Ok(())
    }
}
