//! `typeahead`: suggests terms for a prefix.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Typeahead;

impl Command for Typeahead {
    fn name(&self) -> &'static str {
        "typeahead"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/typeahead"
    }

    fn summary(&self) -> &'static str {
        "suggests terms for a prefix"
    }
}
