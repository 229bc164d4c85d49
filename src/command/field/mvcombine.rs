//! `mvcombine`: joins rows that differ in one field.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::Arguments;
use crate::command::{Command, Lowering, Row, Unsupported, not_understood, rows};
use crate::diagnostic::Diagnostic;
use crate::event::Event;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Mvcombine;

impl Command for Mvcombine {
    fn name(&self) -> &'static str {
        "mvcombine"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/mvcombine"
    }

    fn summary(&self) -> &'static str {
        "joins rows that differ in one field"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["delim"])?;
        let (field, _) = arguments.field()?;
        let mut made: Vec<(Event, Row)> = Vec::new();
        for row in rows {
            let rest = rows::without(&row.event, |name| name == field);
            let same = made.iter_mut().find(|(other, first)| *other == rest && first.event.has(field));
            match same {
                Some((_, first)) if row.event.has(field) => {
                    let values = [first.event.values(field), row.event.values(field)].concat();
                    first.event.set(field, values);
                    first.origins = rows::origins([&*first, &row]);
                }
                _ => made.push((rest, row)),
            }
        }
        Ok(made.into_iter().map(|(_, row)| row).collect())
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(not_understood(stage))
    }
}
