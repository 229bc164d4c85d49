//! `diff`: compares two rows.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Diff;

impl Command for Diff {
    fn name(&self) -> &'static str {
        "diff"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/diff"
    }

    fn summary(&self) -> &'static str {
        "compares two rows"
    }
}
