//! `map`: runs a search for each row.
//!
//! In: sub-searches among words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Map;

impl Command for Map {
    fn name(&self) -> &'static str {
        "map"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/map"
    }

    fn summary(&self) -> &'static str {
        "runs a search for each row"
    }
}
