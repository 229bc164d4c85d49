//! `addinfo`: adds the time range and id of the search.
//!
//! In: words and settings.

use crate::command::arguments::Arguments;
use crate::command::{Command, Lowering, Row, Unsupported};
use crate::detection::codes;
use crate::diagnostic::Diagnostic;
use crate::event::Value;
use crate::function::Context;
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Addinfo;

impl Command for Addinfo {
    fn name(&self) -> &'static str {
        "addinfo"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/addinfo"
    }

    fn summary(&self) -> &'static str {
        "adds the time range and id of the search"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        Arguments::of(stage, &[])?;
        let mut rows = rows;
        // The stretch of time is that of a search over all time, since it is no part of the query; `info_sid`, which
        // names one run, is left out.
        for row in &mut rows {
            row.event.set("info_min_time", vec![Value::from("0.000")]);
            row.event.set("info_max_time", vec![Value::from("+Infinity")]);
            row.event.set("info_search_time", vec![Value::Number(context.now)]);
        }
        Ok(rows)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        for field in ["info_min_time", "info_max_time", "info_sid", "info_search_time"] {
            let message = format!("`{field}` is about the run of the search, not about events");
            lowering.fields.hide(field, Diagnostic::new(&codes::NOT_KNOWN, stage.span, message));
        }
        Ok(())
    }
}
