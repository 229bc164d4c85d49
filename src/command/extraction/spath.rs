//! `spath`: extracts fields from JSON or XML.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Spath;

impl Command for Spath {
    fn name(&self) -> &'static str {
        "spath"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/spath"
    }

    fn summary(&self) -> &'static str {
        "extracts fields from JSON or XML"
    }
}
