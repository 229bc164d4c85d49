//! `associate`: finds pairs of fields whose values go together.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Associate;

impl Command for Associate {
    fn name(&self) -> &'static str {
        "associate"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/associate"
    }

    fn summary(&self) -> &'static str {
        "finds pairs of fields whose values go together"
    }
}
