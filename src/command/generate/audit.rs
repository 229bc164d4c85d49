//! `audit`: reads the audit trail.
//!
//! In: words and settings.

use crate::command::lowering::refused;
use crate::command::{Command, Lowering};
use crate::diagnostic::Diagnostic;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Audit;

impl Command for Audit {
    fn name(&self) -> &'static str {
        "audit"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/audit"
    }

    fn summary(&self) -> &'static str {
        "reads the audit trail"
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(refused::no_events(&stage.name.value, stage.span))
    }
}
