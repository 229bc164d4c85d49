//! `outputtext`: shows the text of events.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Outputtext;

impl Command for Outputtext {
    fn name(&self) -> &'static str {
        "outputtext"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/outputtext"
    }

    fn summary(&self) -> &'static str {
        "shows the text of events"
    }
}
