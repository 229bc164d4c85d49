//! `entitymerge`: joins rows about the same entity.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Entitymerge;

impl Command for Entitymerge {
    fn name(&self) -> &'static str {
        "entitymerge"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/entitymerge"
    }

    fn summary(&self) -> &'static str {
        "joins rows about the same entity"
    }
}
