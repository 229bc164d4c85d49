//! `lookup`: adds the fields of a row of a lookup table.
//!
//! In: a table, fields with `AS`, and `OUTPUT` or `OUTPUTNEW`. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Lookup;

impl Command for Lookup {
    fn name(&self) -> &'static str {
        "lookup"
    }

    fn shape(&self) -> Shape {
        Shape::Lookup
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/lookup"
    }

    fn summary(&self) -> &'static str {
        "adds the fields of a row of a lookup table"
    }
}
