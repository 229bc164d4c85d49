//! `multikv`: extracts the rows of a table in the text.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Multikv;

impl Command for Multikv {
    fn name(&self) -> &'static str {
        "multikv"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/multikv"
    }

    fn summary(&self) -> &'static str {
        "extracts the rows of a table in the text"
    }
}
