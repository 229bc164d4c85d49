//! `surrounding`: reads the events near an event.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Surrounding;

impl Command for Surrounding {
    fn name(&self) -> &'static str {
        "surrounding"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/9.4/internal-commands"
    }

    fn summary(&self) -> &'static str {
        "reads the events near an event"
    }
}
