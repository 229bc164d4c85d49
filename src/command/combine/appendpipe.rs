//! `appendpipe`: adds what a pipeline makes of the rows.
//!
//! In: sub-searches among words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Appendpipe;

impl Command for Appendpipe {
    fn name(&self) -> &'static str {
        "appendpipe"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/appendpipe"
    }

    fn summary(&self) -> &'static str {
        "adds what a pipeline makes of the rows"
    }
}
