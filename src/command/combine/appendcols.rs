//! `appendcols`: adds the columns of a sub-search side by side.
//!
//! In: sub-searches among words and settings.

use crate::command::arguments::Arguments;
use crate::command::lowering::Unknown;
use crate::command::{Command, Lowering, Row, Unsupported, rows, run_subsearch};
use crate::detection::codes;
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Appendcols;

impl Command for Appendcols {
    fn name(&self) -> &'static str {
        "appendcols"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/appendcols"
    }

    fn summary(&self) -> &'static str {
        "adds the columns of a sub-search side by side"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, SETTINGS)?;
        let overrides = arguments.flag("override", false)?;
        let mut added = run_subsearch(arguments.subsearch()?, context)?.into_iter();
        let mut rows = rows;
        for (row, other) in rows.iter_mut().zip(added.by_ref()) {
            // Internal fields are not combined (Search Reference, `appendcols`).
            for (field, values) in other.event.fields().filter(|(field, _)| !field.starts_with('_')) {
                if overrides || !row.event.has(field) {
                    row.event.set(field, values.to_vec());
                }
            }
            row.origins = rows::origins([&*row, &other]);
        }
        // That rows of the sub-search that are left over follow is a choice.
        Ok(rows.into_iter().chain(added).collect())
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        // The first row of the other search is added to the first row here, and so on: which is which depends on order.
        lowering.adds_events(Arguments::of(stage, SETTINGS)?.subsearch()?, "appendcols", stage.span)?;
        let message = "fields of other rows are set beside those of the results";
        let reason = Diagnostic::new(&codes::NOT_KNOWN, stage.span, message);
        lowering.does_not_know(Unknown::Rows, 0, reason);
        lowering.hide("*", stage.span, message);
        Ok(())
    }
}

const SETTINGS: &[&str] = &["override", "maxtime", "maxout", "timeout"];
