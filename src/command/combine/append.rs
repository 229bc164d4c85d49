//! `append`: adds the rows of a sub-search at the end.
//!
//! In: sub-searches among words and settings.

use crate::command::arguments::Arguments;
use crate::command::lowering::{Unknown, refused};
use crate::command::{Command, Lowering, Row, Unsupported, rows, run_subsearch};
use crate::detection::codes;
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::clause::ItemKind;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Append;

impl Command for Append {
    fn name(&self) -> &'static str {
        "append"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/append"
    }

    fn summary(&self) -> &'static str {
        "adds the rows of a sub-search at the end"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let added = run_subsearch(arguments.subsearch()?, context)?;
        rows::bounded(rows.len() + added.len(), stage.span)?;
        Ok(rows.into_iter().chain(added).collect())
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let items = arguments.items();
        let appended = items.iter().find_map(|item| match &item.kind {
            ItemKind::Subsearch(pipeline) => Some(pipeline),
            _ => None,
        });
        let Some(appended) = appended else {
            return Err(refused::argument(stage.span, "a sub-search is expected here"));
        };
        let message = "rows of other events are among the results";
        lowering.adds_events(appended, "append", stage.span)?;
        let reason = Diagnostic::new(&codes::NOT_KNOWN, stage.span, message);
        lowering.does_not_know(Unknown::Rows, lowering.steps.len(), reason);
        lowering.hide("*", stage.span, message);
        Ok(())
    }
}

/// What `append` may be set to.
const SETTINGS: &[&str] = &["extendtimerange", "maxtime", "maxout", "timeout"];
