//! `sitop`: prepares top for a summary index.
//!
//! In: fields among settings, each possibly with a sign.

use crate::command::{Command, Lowering};
use crate::diagnostic::Diagnostic;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Sitop;

impl Command for Sitop {
    fn name(&self) -> &'static str {
        "sitop"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/sitop"
    }

    fn summary(&self) -> &'static str {
        "prepares top for a summary index"
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        super::top::Top.lower(stage, lowering)?;
        lowering.hide("*", stage.span, "the results of `sitop` are for a summary index");
        Ok(())
    }
}
