//! `eventstats`: computes over all rows and adds the result to each.
//!
//! In: functions over fields, with `AS`, `BY` and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Eventstats;

impl Command for Eventstats {
    fn name(&self) -> &'static str {
        "eventstats"
    }

    fn shape(&self) -> Shape {
        Shape::Aggregation
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/eventstats"
    }

    fn summary(&self) -> &'static str {
        "computes over all rows and adds the result to each"
    }
}
