//! `outputcsv`: writes rows into a file of a search head.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Outputcsv;

impl Command for Outputcsv {
    fn name(&self) -> &'static str {
        "outputcsv"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/outputcsv"
    }

    fn summary(&self) -> &'static str {
        "writes rows into a file of a search head"
    }
}
