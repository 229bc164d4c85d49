//! `datamodel`: reads events or the definition of a data model.
//!
//! In: sub-searches among words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::data_set::{self, Names};
use crate::command::lowering::refused;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Datamodel;

impl Command for Datamodel {
    fn name(&self) -> &'static str {
        "datamodel"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/datamodel"
    }

    fn summary(&self) -> &'static str {
        "reads events or the definition of a data model"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        match arguments.words()?[..] {
            // The data model says where events come from; they are given as events of it.
            [model, data_set, mode] if is_of_events(&mode.text) => {
                let name = format!("{}.{}", model.text, data_set.text);
                Ok(data_set::kept(&name, names(&mode.text), rows))
            }
            _ => Err(unsupported("a description of a data model is not known", stage.span)),
        }
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowering.begins(stage)?;
        let arguments = Arguments::of(stage, SETTINGS)?;
        match arguments.words()?[..] {
            [model, data_set, mode] if is_of_events(&mode.text) => {
                let name = format!("{}.{}", model.text, data_set.text);
                data_set::read(lowering, &name, names(&mode.text), stage.span);
                Ok(())
            }
            // The definition of a data model, not its events.
            _ => Err(refused::no_events("datamodel", stage.span)),
        }
    }
}

/// Whether events are asked for, with the data set before the names of their fields or without (Search Reference,
/// `datamodel`, "Data model search mode").
fn is_of_events(mode: &str) -> bool {
    ["search", "flat"].iter().any(|known| mode.eq_ignore_ascii_case(known))
}

fn names(mode: &str) -> Names {
    if mode.eq_ignore_ascii_case("flat") { Names::Plain } else { Names::Qualified }
}

/// What `datamodel` may be set to.
const SETTINGS: &[&str] = &["strict_fields", "allow_old_summaries", "summariesonly"];
