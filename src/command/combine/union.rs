//! `union`: merges the rows of several data sets.
//!
//! In: sub-searches among words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported, not_understood, rows, run_subsearch};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Union;

impl Command for Union {
    fn name(&self) -> &'static str {
        "union"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/union"
    }

    fn summary(&self) -> &'static str {
        "merges the rows of several data sets"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["maxtime", "maxout", "timeout"])?;
        if let Some(word) = arguments.words_beside_subsearches()?.first() {
            return Err(unsupported("this data set is not known", word.span));
        }
        let mut rows = rows;
        for pipeline in arguments.subsearches() {
            rows.extend(run_subsearch(pipeline, context)?);
            rows::bounded(rows.len(), stage.span)?;
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(not_understood(stage))
    }
}
