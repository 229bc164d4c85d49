//! `from`: reads a data set by name.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct From;

impl Command for From {
    fn name(&self) -> &'static str {
        "from"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/from"
    }

    fn summary(&self) -> &'static str {
        "reads a data set by name"
    }
}
