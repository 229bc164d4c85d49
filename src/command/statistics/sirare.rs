//! `sirare`: prepares rare for a summary index.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Sirare;

impl Command for Sirare {
    fn name(&self) -> &'static str {
        "sirare"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/sirare"
    }

    fn summary(&self) -> &'static str {
        "prepares rare for a summary index"
    }
}
