//! `reverse`: turns the order of rows round.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Reverse;

impl Command for Reverse {
    fn name(&self) -> &'static str {
        "reverse"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/reverse"
    }

    fn summary(&self) -> &'static str {
        "turns the order of rows round"
    }
}
