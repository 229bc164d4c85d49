//! `savedsearch`: runs a saved search.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Savedsearch;

impl Command for Savedsearch {
    fn name(&self) -> &'static str {
        "savedsearch"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/savedsearch"
    }

    fn summary(&self) -> &'static str {
        "runs a saved search"
    }
}
