//! `addcoltotals`: adds a row with the sums of columns.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Addcoltotals;

impl Command for Addcoltotals {
    fn name(&self) -> &'static str {
        "addcoltotals"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/addcoltotals"
    }

    fn summary(&self) -> &'static str {
        "adds a row with the sums of columns"
    }
}
