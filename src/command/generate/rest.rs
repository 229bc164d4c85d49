//! `rest`: reads an endpoint of the server.
//!
//! In: words and settings.

use crate::command::lowering::refused;
use crate::command::{Command, Lowering};
use crate::diagnostic::Diagnostic;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Rest;

impl Command for Rest {
    fn name(&self) -> &'static str {
        "rest"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/rest"
    }

    fn summary(&self) -> &'static str {
        "reads an endpoint of the server"
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(refused::no_events(&stage.name.value, stage.span))
    }
}
