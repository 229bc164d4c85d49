//! `uniq`: removes rows that equal the one before.
//!
//! In: words and settings.

use crate::command::{Command, Lowering, Row, Unsupported, not_understood};
use crate::diagnostic::Diagnostic;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Uniq;

impl Command for Uniq {
    fn name(&self) -> &'static str {
        "uniq"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/uniq"
    }

    fn summary(&self) -> &'static str {
        "removes rows that equal the one before"
    }

    fn run(&self, _stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let mut kept: Vec<Row> = Vec::new();
        for row in rows {
            // A row is compared with the one before it alone (searchbnf.conf, `uniq-command`).
            if kept.last().is_none_or(|last| last.event != row.event) {
                kept.push(row);
            }
        }
        Ok(kept)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(not_understood(stage))
    }
}
