//! `gentimes`: makes rows of times.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Gentimes;

impl Command for Gentimes {
    fn name(&self) -> &'static str {
        "gentimes"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/gentimes"
    }

    fn summary(&self) -> &'static str {
        "makes rows of times"
    }
}
