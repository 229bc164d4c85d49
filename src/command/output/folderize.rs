//! `folderize`: makes groups of values that look like paths.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Folderize;

impl Command for Folderize {
    fn name(&self) -> &'static str {
        "folderize"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/folderize"
    }

    fn summary(&self) -> &'static str {
        "makes groups of values that look like paths"
    }
}
