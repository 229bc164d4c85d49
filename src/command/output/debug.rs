//! `debug`: sends the server a command for finding faults.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Debug;

impl Command for Debug {
    fn name(&self) -> &'static str {
        "debug"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/9.4/internal-commands"
    }

    fn summary(&self) -> &'static str {
        "sends the server a command for finding faults"
    }
}
