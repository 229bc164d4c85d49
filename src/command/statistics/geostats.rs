//! `geostats`: computes for the cells of a map.
//!
//! In: functions over fields, with `AS`, `BY` and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Geostats;

impl Command for Geostats {
    fn name(&self) -> &'static str {
        "geostats"
    }

    fn shape(&self) -> Shape {
        Shape::Aggregation
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/geostats"
    }

    fn summary(&self) -> &'static str {
        "computes for the cells of a map"
    }
}
