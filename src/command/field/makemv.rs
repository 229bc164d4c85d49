//! `makemv`: splits a field into several values.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Makemv;

impl Command for Makemv {
    fn name(&self) -> &'static str {
        "makemv"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/makemv"
    }

    fn summary(&self) -> &'static str {
        "splits a field into several values"
    }
}
