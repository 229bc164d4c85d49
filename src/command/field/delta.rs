//! `delta`: writes the difference to the value of an earlier row.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Delta;

impl Command for Delta {
    fn name(&self) -> &'static str {
        "delta"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/delta"
    }

    fn summary(&self) -> &'static str {
        "writes the difference to the value of an earlier row"
    }
}
