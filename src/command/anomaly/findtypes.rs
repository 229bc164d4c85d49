//! `findtypes`: suggests event types for the events.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Findtypes;

impl Command for Findtypes {
    fn name(&self) -> &'static str {
        "findtypes"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/findtypes"
    }

    fn summary(&self) -> &'static str {
        "suggests event types for the events"
    }
}
