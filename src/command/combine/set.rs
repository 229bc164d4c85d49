//! `set`: the union, difference or intersection of sub-searches.
//!
//! In: sub-searches among words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Set;

impl Command for Set {
    fn name(&self) -> &'static str {
        "set"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/set"
    }

    fn summary(&self) -> &'static str {
        "the union, difference or intersection of sub-searches"
    }
}
