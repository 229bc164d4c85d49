//! `transpose`: turns rows into columns.
//!
//! In: words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported, not_understood, rows};
use crate::diagnostic::Diagnostic;
use crate::event::Event;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Transpose;

impl Command for Transpose {
    fn name(&self) -> &'static str {
        "transpose"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/transpose"
    }

    fn summary(&self) -> &'static str {
        "turns rows into columns"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["column_name", "header_field", "include_empty"])?;
        let count = match arguments.words()?[..] {
            [] => 5,
            [word] => {
                word.text.parse().map_err(|_| unsupported("a number of rows is expected here", word.span))?
            }
            _ => return Err(unsupported("one number of rows is expected here", stage.span)),
        };
        let count = if count == 0 { usize::MAX } else { count };
        let column = arguments.text("column_name")?.unwrap_or("column");
        let header = arguments.text("header_field")?;
        let rows: Vec<Row> = rows.into_iter().take(count).collect();
        let mut made = Vec::new();
        for field in rows::columns(&rows).into_iter().filter(|field| Some(field.as_str()) != header) {
            let mut event = Event::new().with(column, &field);
            for (index, row) in rows.iter().enumerate() {
                let name = header.and_then(|header| rows::text(&row.event, header));
                let name = name.unwrap_or_else(|| format!("row {}", index + 1));
                event.set(name, row.event.values(&field).to_vec());
            }
            let has_it = rows.iter().filter(|row| row.event.has(&field));
            made.push(Row { event, origins: rows::origins(has_it) });
        }
        Ok(made)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(not_understood(stage))
    }
}
