//! `inputcsv`: reads rows from a file of a search head.
//!
//! In: a table, and a condition in the `search` language. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Inputcsv;

impl Command for Inputcsv {
    fn name(&self) -> &'static str {
        "inputcsv"
    }

    fn shape(&self) -> Shape {
        Shape::Table
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/inputcsv"
    }

    fn summary(&self) -> &'static str {
        "reads rows from a file of a search head"
    }
}
