//! `sendemail`: sends the rows by mail.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Sendemail;

impl Command for Sendemail {
    fn name(&self) -> &'static str {
        "sendemail"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/sendemail"
    }

    fn summary(&self) -> &'static str {
        "sends the rows by mail"
    }

    fn run(&self, _stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        // The rows go out in a message and on (Search Reference, `sendemail`).
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        // What is done with the result does not change it.
        let _ = (stage, lowering);
        Ok(())
    }
}
