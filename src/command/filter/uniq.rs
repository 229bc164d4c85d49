//! `uniq`: removes rows that equal the one before.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Uniq;

impl Command for Uniq {
    fn name(&self) -> &'static str {
        "uniq"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/uniq"
    }

    fn summary(&self) -> &'static str {
        "removes rows that equal the one before"
    }
}
