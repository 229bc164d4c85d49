//! `fields`: keeps or removes fields.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::{Arguments, is_minus, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Fields;

impl Command for Fields {
    fn name(&self) -> &'static str {
        "fields"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/fields"
    }

    fn summary(&self) -> &'static str {
        "keeps or removes fields"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &[])?;
        let words = arguments.words()?;
        let items = arguments.items();
        let removes = items.first().is_some_and(|item| is_minus(item));
        if let Some(item) = items.iter().find(|item| item.sign.is_some() && is_minus(item) != removes) {
            return Err(unsupported("fields are either kept or removed", item.span));
        }
        let is_named = |field: &str| words.iter().any(|word| rows::names(&word.text, field));
        // Internal fields stay unless they are removed by name (Search Reference, `fields`).
        let is_left_out =
            |field: &str| if removes { is_named(field) } else { !is_named(field) && !field.starts_with('_') };
        let kept = |row: Row| Row { event: rows::without(&row.event, is_left_out), ..row };
        Ok(rows.into_iter().map(kept).collect())
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &[])?;
        let names: Vec<&str> = arguments.words()?.into_iter().map(|word| word.text.as_str()).collect();
        let is_plus = |names: &[&str]| names.first() == Some(&"+");
        // `fields - a b` and `fields -a` remove, and so does a minus that stands as a word of its own.
        let removes =
            arguments.items().first().is_some_and(|item| is_minus(item)) || names.first() == Some(&"-");
        let names: Vec<&str> =
            names.iter().copied().filter(|name| !is_plus(&[name]) && *name != "-").collect();
        if removes {
            lowering.fields.remove(&names);
        } else {
            lowering.fields.keep(&names, true);
            lowering.shown = names.into_iter().map(str::to_owned).collect();
        }
        Ok(())
    }
}
