//! `typelearner`: suggests event types; older form of findtypes.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Typelearner;

impl Command for Typelearner {
    fn name(&self) -> &'static str {
        "typelearner"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/typelearner"
    }

    fn summary(&self) -> &'static str {
        "suggests event types; older form of findtypes"
    }
}
