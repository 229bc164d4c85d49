//! `setfields`: sets fields to constants.
//!
//! In: words and settings.

use crate::command::arguments::{Arguments, unsupported};
use crate::command::{Command, Lowering, Row, Unsupported, not_understood};
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::spl::{Shape, Stage, clause};

/// The command.
pub(crate) struct Setfields;

impl Command for Setfields {
    fn name(&self) -> &'static str {
        "setfields"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/setfields"
    }

    fn summary(&self) -> &'static str {
        "sets fields to constants"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, _context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::with_any(stage)?;
        let mut rows = rows;
        for setting in arguments.settings() {
            let clause::Value::Word(word) = &setting.value else {
                return Err(unsupported("a value is expected here", setting.value.span()));
            };
            for row in &mut rows {
                row.event.set(&setting.name.text, vec![Value::from(word.text.as_str())]);
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(not_understood(stage))
    }
}
