//! `localize`: lists the time ranges round events.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Localize;

impl Command for Localize {
    fn name(&self) -> &'static str {
        "localize"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/localize"
    }

    fn summary(&self) -> &'static str {
        "lists the time ranges round events"
    }
}
