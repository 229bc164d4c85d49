//! `arules`: finds which values of fields appear together.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Arules;

impl Command for Arules {
    fn name(&self) -> &'static str {
        "arules"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/arules"
    }

    fn summary(&self) -> &'static str {
        "finds which values of fields appear together"
    }
}
