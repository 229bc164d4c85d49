//! `multisearch`: runs several streaming searches at once.
//!
//! In: sub-searches among words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported, not_understood, rows, run_subsearch};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Multisearch;

impl Command for Multisearch {
    fn name(&self) -> &'static str {
        "multisearch"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/multisearch"
    }

    fn summary(&self) -> &'static str {
        "runs several streaming searches at once"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &[])?;
        let pipelines = arguments.subsearches();
        if pipelines.len() < 2 || !arguments.words_beside_subsearches()?.is_empty() {
            return Err(unsupported("two or more sub-searches are expected here", stage.span));
        }
        let mut found: Vec<Row> = rows;
        for pipeline in pipelines {
            found.extend(run_subsearch(pipeline, context)?);
            rows::bounded(found.len(), stage.span)?;
        }
        // The searches run at the same time, so events come in the order of the index.
        found.sort_by_key(|row| row.origins.first().copied());
        Ok(found)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(not_understood(stage))
    }
}
