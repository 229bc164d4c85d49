//! `contingency`: counts how often the values of two fields meet.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Contingency;

impl Command for Contingency {
    fn name(&self) -> &'static str {
        "contingency"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["counttable", "ctable"]
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/contingency"
    }

    fn summary(&self) -> &'static str {
        "counts how often the values of two fields meet"
    }
}
