//! `timechart`: computes for each stretch of time.
//!
//! In: functions over fields, with `AS`, `OVER`, `BY`, `WHERE` and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Timechart;

impl Command for Timechart {
    fn name(&self) -> &'static str {
        "timechart"
    }

    fn shape(&self) -> Shape {
        Shape::Chart
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/timechart"
    }

    fn summary(&self) -> &'static str {
        "computes for each stretch of time"
    }
}
