//! `rename`: gives fields other names.
//!
//! In: pairs `field AS name`. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Rename;

impl Command for Rename {
    fn name(&self) -> &'static str {
        "rename"
    }

    fn shape(&self) -> Shape {
        Shape::Renames
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/rename"
    }

    fn summary(&self) -> &'static str {
        "gives fields other names"
    }
}
