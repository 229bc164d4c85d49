//! `fillnull`: puts a value where a field is empty.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Fillnull;

impl Command for Fillnull {
    fn name(&self) -> &'static str {
        "fillnull"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/fillnull"
    }

    fn summary(&self) -> &'static str {
        "puts a value where a field is empty"
    }
}
