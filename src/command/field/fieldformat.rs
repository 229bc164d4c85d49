//! `fieldformat`: sets how a field is shown.
//!
//! In: fields set to expressions, with commas between them. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Fieldformat;

impl Command for Fieldformat {
    fn name(&self) -> &'static str {
        "fieldformat"
    }

    fn shape(&self) -> Shape {
        Shape::Assignments
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/fieldformat"
    }

    fn summary(&self) -> &'static str {
        "sets how a field is shown"
    }
}
