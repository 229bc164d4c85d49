//! `fillnull`: puts a value where a field is empty.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::arguments::Arguments;
use crate::command::lowering::formula;
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::detection::{Formula, codes};
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Fillnull;

impl Command for Fillnull {
    fn name(&self) -> &'static str {
        "fillnull"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/fillnull"
    }

    fn summary(&self) -> &'static str {
        "puts a value where a field is empty"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["value"])?;
        let value = Value::from(arguments.text("value")?.unwrap_or("0"));
        let words = arguments.words()?;
        // Without a list, a field that no row has stays so; with one, it is made (Search Reference, `fillnull`).
        let fields: Vec<String> = if words.is_empty() {
            rows::columns(&rows).into_iter().filter(|field| !field.starts_with('_')).collect()
        } else {
            words.iter().map(|word| word.text.clone()).collect()
        };
        let mut rows = rows;
        for row in &mut rows {
            for field in &fields {
                if row.event.values(field).is_empty() {
                    row.event.set(field, vec![value.clone()]);
                }
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, &["value"])?;
        let value = Formula::Text(arguments.text("value")?.unwrap_or("0").to_owned());
        let names: Vec<&str> = arguments.words()?.into_iter().map(|word| word.text.as_str()).collect();
        for name in &names {
            if name.contains('*') {
                lowering.fields.hide(name, depends_on_rows(stage));
                continue;
            }
            match lowering.fields.get(name) {
                Ok(before) => lowering
                    .fields
                    .set(*name, formula::bounded(formula::first_of(before, value.clone()), stage.span)?),
                Err(reason) => lowering.fields.hide(name, *reason),
            }
        }
        if names.is_empty() {
            lowering.fields.fill(value, depends_on_rows(stage));
        }
        Ok(())
    }
}

/// Without names every field that has a value in some row is filled (Search Reference, `fillnull`).
fn depends_on_rows(stage: &Stage) -> Diagnostic {
    let message = "which fields `fillnull` fills depends on the other rows";
    Diagnostic::new(&codes::NOT_KNOWN, stage.span, message).help("name the fields after `fillnull`")
}
