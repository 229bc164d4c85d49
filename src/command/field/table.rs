//! `table`: keeps fields, in order, as a table.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Table;

impl Command for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/table"
    }

    fn summary(&self) -> &'static str {
        "keeps fields, in order, as a table"
    }
}
