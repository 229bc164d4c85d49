//! `filldown`: puts the last value where a field is empty.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::Arguments;
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::spl::{Shape, Stage};
use std::collections::BTreeMap;

/// The command.
pub(crate) struct Filldown;

impl Command for Filldown {
    fn name(&self) -> &'static str {
        "filldown"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/filldown"
    }

    fn summary(&self) -> &'static str {
        "puts the last value where a field is empty"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &[])?;
        let words = arguments.words()?;
        let is_meant =
            |field: &str| words.is_empty() || words.iter().any(|word| rows::names(&word.text, field));
        let columns: Vec<String> = rows::columns(&rows).into_iter().filter(|field| is_meant(field)).collect();
        let mut last: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        let mut rows = rows;
        for row in &mut rows {
            for field in &columns {
                let values = row.event.values(field).to_vec();
                if values.is_empty() {
                    row.event.set(field, last.get(field.as_str()).cloned().unwrap_or_default());
                } else {
                    last.insert(field, values);
                }
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowering.hide("*", stage.span, "what `filldown` takes from other rows is not translated");
        Ok(())
    }
}
