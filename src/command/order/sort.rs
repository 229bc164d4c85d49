//! `sort`: puts rows in order.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Sort;

impl Command for Sort {
    fn name(&self) -> &'static str {
        "sort"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/sort"
    }

    fn summary(&self) -> &'static str {
        "puts rows in order"
    }
}
