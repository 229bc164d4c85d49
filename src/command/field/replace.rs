//! `replace`: replaces values of fields.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Replace;

impl Command for Replace {
    fn name(&self) -> &'static str {
        "replace"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/replace"
    }

    fn summary(&self) -> &'static str {
        "replaces values of fields"
    }
}
