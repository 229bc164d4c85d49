//! `streamstats`: computes over the rows so far.
//!
//! In: functions over fields, with `AS`, `BY` and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Streamstats;

impl Command for Streamstats {
    fn name(&self) -> &'static str {
        "streamstats"
    }

    fn shape(&self) -> Shape {
        Shape::Aggregation
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/streamstats"
    }

    fn summary(&self) -> &'static str {
        "computes over the rows so far"
    }
}
