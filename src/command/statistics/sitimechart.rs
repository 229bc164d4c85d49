//! `sitimechart`: prepares timechart for a summary index.
//!
//! In: functions over fields, with `AS`, `OVER`, `BY`, `WHERE` and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Sitimechart;

impl Command for Sitimechart {
    fn name(&self) -> &'static str {
        "sitimechart"
    }

    fn shape(&self) -> Shape {
        Shape::Chart
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/sitimechart"
    }

    fn summary(&self) -> &'static str {
        "prepares timechart for a summary index"
    }
}
