//! `untable`: makes a row of each cell.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Untable;

impl Command for Untable {
    fn name(&self) -> &'static str {
        "untable"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/untable"
    }

    fn summary(&self) -> &'static str {
        "makes a row of each cell"
    }
}
