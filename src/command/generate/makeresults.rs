//! `makeresults`: makes rows.
//!
//! In: words and settings.

use crate::command::arguments::Arguments;
use crate::command::lowering::refused;
use crate::command::{Command, Lowering, Row, Unsupported, rows};
use crate::diagnostic::Diagnostic;
use crate::event::{Event, Value};
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Makeresults;

impl Command for Makeresults {
    fn name(&self) -> &'static str {
        "makeresults"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/makeresults"
    }

    fn summary(&self) -> &'static str {
        "makes rows"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["count", "splunk_server", "splunk_server_group"])?;
        let count = arguments.count("count")?.unwrap_or(1);
        rows::bounded(count, stage.span)?;
        let mut event = Event::new();
        event.set("_time", vec![Value::Number(context.now)]);
        let made = vec![Row { event, origins: Vec::new() }; count];
        Ok(rows.into_iter().chain(made).collect())
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let _ = lowering;
        Err(refused::no_events(&stage.name.value, stage.span))
    }
}
