//! `convert`: turns values into numbers, or times into text.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Convert;

impl Command for Convert {
    fn name(&self) -> &'static str {
        "convert"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/convert"
    }

    fn summary(&self) -> &'static str {
        "turns values into numbers, or times into text"
    }
}
