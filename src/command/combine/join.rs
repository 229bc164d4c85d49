//! `join`: joins rows with those of a sub-search.
//!
//! In: sub-searches among words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Join;

impl Command for Join {
    fn name(&self) -> &'static str {
        "join"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/join"
    }

    fn summary(&self) -> &'static str {
        "joins rows with those of a sub-search"
    }
}
