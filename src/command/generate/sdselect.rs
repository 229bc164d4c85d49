//! `sdselect`: reads a federated data set.
//!
//! In: functions over indexed fields, with a condition in the `search` language. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Sdselect;

impl Command for Sdselect {
    fn name(&self) -> &'static str {
        "sdselect"
    }

    fn shape(&self) -> Shape {
        Shape::IndexedAggregation
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/sdselect"
    }

    fn summary(&self) -> &'static str {
        "reads a federated data set"
    }
}
