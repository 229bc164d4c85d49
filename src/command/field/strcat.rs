//! `strcat`: joins fields and texts into a field.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Strcat;

impl Command for Strcat {
    fn name(&self) -> &'static str {
        "strcat"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/strcat"
    }

    fn summary(&self) -> &'static str {
        "joins fields and texts into a field"
    }
}
