//! `delete`: hides events from searches for good.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Delete;

impl Command for Delete {
    fn name(&self) -> &'static str {
        "delete"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/delete"
    }

    fn summary(&self) -> &'static str {
        "hides events from searches for good"
    }
}
