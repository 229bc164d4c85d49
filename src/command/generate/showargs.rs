//! `showargs`: shows the result of a sub-search as an event.
//!
//! In: a sub-search in brackets. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Showargs;

impl Command for Showargs {
    fn name(&self) -> &'static str {
        "showargs"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/9.4/internal-commands"
    }

    fn summary(&self) -> &'static str {
        "shows the result of a sub-search as an event"
    }
}
