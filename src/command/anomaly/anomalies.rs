//! `anomalies`: scores how unexpected an event is after those before it.
//!
//! In: functions over fields, with `AS`, `BY` and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Anomalies;

impl Command for Anomalies {
    fn name(&self) -> &'static str {
        "anomalies"
    }

    fn shape(&self) -> Shape {
        Shape::Aggregation
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/anomalies"
    }

    fn summary(&self) -> &'static str {
        "scores how unexpected an event is after those before it"
    }
}
