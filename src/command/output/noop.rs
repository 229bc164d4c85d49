//! `noop`: changes settings of the search, no rows.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Noop;

impl Command for Noop {
    fn name(&self) -> &'static str {
        "noop"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/noop"
    }

    fn summary(&self) -> &'static str {
        "changes settings of the search, no rows"
    }
}
