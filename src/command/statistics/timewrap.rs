//! `timewrap`: puts stretches of time side by side.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Timewrap;

impl Command for Timewrap {
    fn name(&self) -> &'static str {
        "timewrap"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/timewrap"
    }

    fn summary(&self) -> &'static str {
        "puts stretches of time side by side"
    }
}
