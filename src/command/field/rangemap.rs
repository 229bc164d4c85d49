//! `rangemap`: names the range that a number lies in.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Rangemap;

impl Command for Rangemap {
    fn name(&self) -> &'static str {
        "rangemap"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/rangemap"
    }

    fn summary(&self) -> &'static str {
        "names the range that a number lies in"
    }
}
