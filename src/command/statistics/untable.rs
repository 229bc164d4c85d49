//! `untable`: makes a row of each cell.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported, not_understood, rows};
use crate::diagnostic::Diagnostic;
use crate::event::Event;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Untable;

impl Command for Untable {
    fn name(&self) -> &'static str {
        "untable"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/untable"
    }

    fn summary(&self) -> &'static str {
        "makes a row of each cell"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &[])?;
        let [x, name, data] = arguments.words()?[..] else {
            return Err(unsupported("three fields are expected here", stage.span));
        };
        let columns = rows::columns(&rows);
        rows::bounded(rows.len().saturating_mul(columns.len()), stage.span)?;
        let mut made = Vec::new();
        for row in &rows {
            let key = row.event.values(&x.text).to_vec();
            for (field, values) in row.event.fields().filter(|(field, _)| *field != x.text) {
                let mut event = Event::new().with(&name.text, field);
                event.set(&x.text, key.clone());
                event.set(&data.text, values.to_vec());
                made.push(Row { event, origins: row.origins.clone() });
            }
        }
        Ok(made)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(not_understood(stage))
    }
}
