//! `chart`: computes a table for a chart.
//!
//! In: functions over fields, with `AS`, `OVER`, `BY`, `WHERE` and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Chart;

impl Command for Chart {
    fn name(&self) -> &'static str {
        "chart"
    }

    fn shape(&self) -> Shape {
        Shape::Chart
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/chart"
    }

    fn summary(&self) -> &'static str {
        "computes a table for a chart"
    }
}
