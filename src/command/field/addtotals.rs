//! `addtotals`: adds the sum of the numeric fields of a row.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Addtotals;

impl Command for Addtotals {
    fn name(&self) -> &'static str {
        "addtotals"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/addtotals"
    }

    fn summary(&self) -> &'static str {
        "adds the sum of the numeric fields of a row"
    }
}
