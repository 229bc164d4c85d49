//! `require`: stops the search if there are no rows.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Require;

impl Command for Require {
    fn name(&self) -> &'static str {
        "require"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/require"
    }

    fn summary(&self) -> &'static str {
        "stops the search if there are no rows"
    }
}
