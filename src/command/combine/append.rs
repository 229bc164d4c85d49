//! `append`: adds the rows of a sub-search at the end.
//!
//! In: sub-searches among words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Append;

impl Command for Append {
    fn name(&self) -> &'static str {
        "append"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/append"
    }

    fn summary(&self) -> &'static str {
        "adds the rows of a sub-search at the end"
    }
}
