//! `filldown`: puts the last value where a field is empty.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Filldown;

impl Command for Filldown {
    fn name(&self) -> &'static str {
        "filldown"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/filldown"
    }

    fn summary(&self) -> &'static str {
        "puts the last value where a field is empty"
    }
}
