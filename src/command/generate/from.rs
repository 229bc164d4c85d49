//! `from`: reads a data set by name.
//!
//! In: words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::data_set::{self, Names};
use crate::command::generate::inputlookup;
use crate::command::lowering::refused;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::codes;
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct From;

impl Command for From {
    fn name(&self) -> &'static str {
        "from"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/from"
    }

    fn summary(&self) -> &'static str {
        "reads a data set by name"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &[])?;
        let [name] = arguments.words()?[..] else {
            return Err(unsupported("one data set is expected here", stage.span));
        };
        match name.text.split_once(':') {
            // The data model says where events come from; they are given as events of it.
            Some((kind, model)) if kind.eq_ignore_ascii_case("datamodel") => {
                Ok(data_set::kept(model, Names::Plain, rows))
            }
            Some((kind, table))
                if ["lookup", "inputlookup"].contains(&kind.to_ascii_lowercase().as_str()) =>
            {
                let table = context.tables.find(table);
                let table = table.ok_or_else(|| unsupported("this lookup is not given", name.span))?;
                Ok(inputlookup::entries(table))
            }
            _ => Err(unsupported("this data set is not known", name.span)),
        }
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        lowering.begins(stage)?;
        let arguments = Arguments::of(stage, &[])?;
        let words = arguments.words()?;
        let [name] = words.as_slice() else {
            return Err(refused::argument(stage.span, "one data set is expected here"));
        };
        match name.text.split_once(':') {
            Some((kind, model)) if kind.eq_ignore_ascii_case("datamodel") => {
                data_set::read(lowering, model, Names::Plain, stage.span);
                Ok(())
            }
            Some((kind, _)) if kind.eq_ignore_ascii_case("savedsearch") => {
                let message = format!("what `{}` searches for is not known", name.text);
                Err(Diagnostic::new(&codes::SAVED_SEARCH, name.span, message)
                    .help("write the saved search in its place"))
            }
            _ => Err(refused::no_events("from", stage.span)),
        }
    }
}
