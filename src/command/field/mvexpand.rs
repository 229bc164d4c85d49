//! `mvexpand`: makes a row of each value of a field.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::Arguments;
use crate::command::lowering::{formula, refused};
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::detection::Formula;
use crate::detection::step::{Expand, Step};
use crate::diagnostic::Diagnostic;
use crate::event::number;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Mvexpand;

impl Command for Mvexpand {
    fn name(&self) -> &'static str {
        "mvexpand"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/mvexpand"
    }

    fn summary(&self) -> &'static str {
        "makes a row of each value of a field"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["limit"])?;
        let (field, _) = arguments.field()?;
        let limit = arguments.count("limit")?.filter(|limit| *limit > 0).unwrap_or(usize::MAX);
        let mut made = Vec::new();
        for row in rows {
            let values = row.event.values(field).to_vec();
            rows::bounded(made.len() + values.len(), stage.span)?;
            // That a row without the field stays as it is, is a choice.
            if values.is_empty() {
                made.push(row);
                continue;
            }
            for value in values.into_iter().take(limit) {
                let mut copy = row.clone();
                copy.event.set(field, vec![value]);
                made.push(copy);
            }
        }
        Ok(made)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &["limit"])?;
        let words = arguments.words()?;
        let [word] = words.as_slice() else {
            return Err(refused::argument(stage.span, "one field is expected here"));
        };
        let mut of = lowering.field(&word.text, word.span)?;
        if let Some(limit) = arguments.count("limit")?.filter(|limit| *limit > 0) {
            let last = formula::number_of(number::of_count(limit - 1));
            of = Formula::Call("mvindex".to_owned(), vec![of, formula::number_of(0.0), last]);
        }
        let one = lowering.made_up(&word.text);
        lowering.steps.push(Step::Expand(Expand { field: one.clone(), of }));
        lowering.fields.set(word.text.clone(), Formula::Field(one));
        Ok(())
    }
}
