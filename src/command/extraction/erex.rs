//! `erex`: learns a regular expression from examples and extracts with it.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Erex;

impl Command for Erex {
    fn name(&self) -> &'static str {
        "erex"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/erex"
    }

    fn summary(&self) -> &'static str {
        "learns a regular expression from examples and extracts with it"
    }
}
