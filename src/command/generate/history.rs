//! `history`: lists the searches of the user.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct History;

impl Command for History {
    fn name(&self) -> &'static str {
        "history"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/history"
    }

    fn summary(&self) -> &'static str {
        "lists the searches of the user"
    }
}
