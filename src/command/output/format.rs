//! `format`: turns the rows of a sub-search into a search.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Format;

impl Command for Format {
    fn name(&self) -> &'static str {
        "format"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/format"
    }

    fn summary(&self) -> &'static str {
        "turns the rows of a sub-search into a search"
    }
}
