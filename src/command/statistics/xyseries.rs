//! `xyseries`: makes columns of the values of a field.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::rows::{self, Key};
use crate::command::{Command, Lowering, Row, Unsupported, not_understood};
use crate::diagnostic::Diagnostic;
use crate::event::Event;
use crate::function::Context;
use crate::spl::{Shape, Stage};
use std::collections::BTreeMap;

/// The command.
pub(crate) struct Xyseries;

impl Command for Xyseries {
    fn name(&self) -> &'static str {
        "xyseries"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["maketable"]
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/xyseries"
    }

    fn summary(&self) -> &'static str {
        "makes columns of the values of a field"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["sep", "grouped"])?;
        let words = arguments.words()?;
        let [x, name, data @ ..] = words.as_slice() else {
            return Err(unsupported("three fields are expected here", stage.span));
        };
        let separator = arguments.text("sep")?.unwrap_or(": ");
        let mut table: BTreeMap<Key, Row> = BTreeMap::new();
        for row in &rows {
            let (Some(key), Some(series)) =
                (rows::text(&row.event, &x.text), rows::text(&row.event, &name.text))
            else {
                continue;
            };
            let empty = Row { event: Event::new().with(&x.text, &key), origins: Vec::new() };
            let into = table.entry(Key(key)).or_insert(empty);
            into.origins = rows::origins([&*into, row]);
            for field in data {
                // One field of data gives columns by the series alone, several by both (Search Reference, `xyseries`).
                let column = if data.len() == 1 {
                    series.clone()
                } else {
                    format!("{}{separator}{series}", field.text)
                };
                let values = row.event.values(&field.text).to_vec();
                if !values.is_empty() {
                    into.event.set(column, values);
                }
            }
        }
        Ok(table.into_values().collect())
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(not_understood(stage))
    }
}
