//! `editinfo`: changes what is noted about the running search.
//!
//! In: settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Editinfo;

impl Command for Editinfo {
    fn name(&self) -> &'static str {
        "editinfo"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/9.4/internal-commands"
    }

    fn summary(&self) -> &'static str {
        "changes what is noted about the running search"
    }
}
