//! `input`: adds or removes sources of data.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Input;

impl Command for Input {
    fn name(&self) -> &'static str {
        "input"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/input"
    }

    fn summary(&self) -> &'static str {
        "adds or removes sources of data"
    }
}
