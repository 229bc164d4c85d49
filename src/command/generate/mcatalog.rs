//! `mcatalog`: reads the catalogue of metrics.
//!
//! In: functions over indexed fields, with a condition in the `search` language.

use crate::command::lowering::refused;
use crate::command::{Command, Lowering};
use crate::diagnostic::Diagnostic;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Mcatalog;

impl Command for Mcatalog {
    fn name(&self) -> &'static str {
        "mcatalog"
    }

    fn shape(&self) -> Shape {
        Shape::IndexedAggregation
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/mcatalog"
    }

    fn summary(&self) -> &'static str {
        "reads the catalogue of metrics"
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(refused::no_events(&stage.name.value, stage.span))
    }
}
