//! `inputintelligence`: reads rows of threat intelligence.
//!
//! In: words and settings.

use crate::command::lowering::refused;
use crate::command::{Command, Lowering};
use crate::diagnostic::Diagnostic;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Inputintelligence;

impl Command for Inputintelligence {
    fn name(&self) -> &'static str {
        "inputintelligence"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/inputintelligence"
    }

    fn summary(&self) -> &'static str {
        "reads rows of threat intelligence"
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(refused::no_events(&stage.name.value, stage.span))
    }
}
