//! `inputlookup`: reads rows of a lookup table.
//!
//! In: a table, and a condition in the `search` language. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Inputlookup;

impl Command for Inputlookup {
    fn name(&self) -> &'static str {
        "inputlookup"
    }

    fn shape(&self) -> Shape {
        Shape::Table
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/inputlookup"
    }

    fn summary(&self) -> &'static str {
        "reads rows of a lookup table"
    }
}
