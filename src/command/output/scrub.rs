//! `scrub`: makes names and values anonymous.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Scrub;

impl Command for Scrub {
    fn name(&self) -> &'static str {
        "scrub"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/scrub"
    }

    fn summary(&self) -> &'static str {
        "makes names and values anonymous"
    }
}
