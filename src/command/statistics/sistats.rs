//! `sistats`: prepares stats for a summary index.
//!
//! In: functions over fields, with `AS`, `BY` and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Sistats;

impl Command for Sistats {
    fn name(&self) -> &'static str {
        "sistats"
    }

    fn shape(&self) -> Shape {
        Shape::Aggregation
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/sistats"
    }

    fn summary(&self) -> &'static str {
        "prepares stats for a summary index"
    }
}
