//! `sitop`: prepares top for a summary index.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Sitop;

impl Command for Sitop {
    fn name(&self) -> &'static str {
        "sitop"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/sitop"
    }

    fn summary(&self) -> &'static str {
        "prepares top for a summary index"
    }
}
