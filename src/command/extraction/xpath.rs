//! `xpath`: extracts by a path through XML.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Xpath;

impl Command for Xpath {
    fn name(&self) -> &'static str {
        "xpath"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/xpath"
    }

    fn summary(&self) -> &'static str {
        "extracts by a path through XML"
    }
}
