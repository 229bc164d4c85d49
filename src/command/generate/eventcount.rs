//! `eventcount`: counts the events of indexes.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Eventcount;

impl Command for Eventcount {
    fn name(&self) -> &'static str {
        "eventcount"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/eventcount"
    }

    fn summary(&self) -> &'static str {
        "counts the events of indexes"
    }
}
