//! `oldreturn`: gives values of a sub-search to the search around it, as older versions did.
//!
//! In: fields, each possibly with a name before `=`. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Oldreturn;

impl Command for Oldreturn {
    fn name(&self) -> &'static str {
        "oldreturn"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/return"
    }

    fn summary(&self) -> &'static str {
        "gives values of a sub-search to the search around it, as older versions did"
    }
}
