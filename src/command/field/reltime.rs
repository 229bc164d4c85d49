//! `reltime`: says in words how long ago an event was.
//!
//! In: words and settings.

use crate::command::arguments::Arguments;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::codes;
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::function::operand::number_of;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Reltime;

impl Command for Reltime {
    fn name(&self) -> &'static str {
        "reltime"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/reltime"
    }

    fn summary(&self) -> &'static str {
        "says in words how long ago an event was"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let arguments = Arguments::of(stage, &["timefield", "prefix"])?;
        let field = arguments.text("timefield")?.unwrap_or("_time");
        let prefix = arguments.text("prefix")?.unwrap_or_default();
        let mut rows = rows;
        for row in &mut rows {
            if let Some(time) = row.event.values(field).first().and_then(number_of) {
                row.event.set(format!("{prefix}reltime"), vec![Value::Text(ago(context.now - time))]);
            }
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let message = "how long ago an event was depends on when the search runs";
        lowering.fields.hide("reltime", Diagnostic::new(&codes::NOT_KNOWN, stage.span, message));
        Ok(())
    }
}

/// A stretch of time in words, in the largest unit that it fills (Search Reference, `reltime`: "5 days ago"). How
/// Splunk words times that are to come is open.
fn ago(seconds: f64) -> String {
    const UNITS: &[(f64, &str)] = &[
        (31_536_000.0, "year"),
        (2_592_000.0, "month"),
        (604_800.0, "week"),
        (86_400.0, "day"),
        (3_600.0, "hour"),
        (60.0, "minute"),
    ];
    let (length, unit) =
        UNITS.iter().copied().find(|(length, _)| seconds.abs() >= *length).unwrap_or((1.0, "second"));
    let count = (seconds.abs() / length).floor().to_string();
    let plural = if count == "1" { "" } else { "s" };
    let words = format!("{count} {unit}{plural}");
    if seconds < 0.0 { format!("in {words}") } else { format!("{words} ago") }
}
