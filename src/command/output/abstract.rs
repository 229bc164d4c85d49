//! `abstract`: shortens the text of an event.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Abstract;

impl Command for Abstract {
    fn name(&self) -> &'static str {
        "abstract"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["excerpt"]
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/abstract"
    }

    fn summary(&self) -> &'static str {
        "shortens the text of an event"
    }
}
