//! `findkeywords`: finds searches that give the groups that `cluster` labelled.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Findkeywords;

impl Command for Findkeywords {
    fn name(&self) -> &'static str {
        "findkeywords"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/internal-commands/findkeywords"
    }

    fn summary(&self) -> &'static str {
        "finds searches that give the groups that `cluster` labelled"
    }
}
