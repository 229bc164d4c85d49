//! `transpose`: turns rows into columns.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Transpose;

impl Command for Transpose {
    fn name(&self) -> &'static str {
        "transpose"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/transpose"
    }

    fn summary(&self) -> &'static str {
        "turns rows into columns"
    }
}
