//! `cofilter`: counts how many users share values of two fields.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Cofilter;

impl Command for Cofilter {
    fn name(&self) -> &'static str {
        "cofilter"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/cofilter"
    }

    fn summary(&self) -> &'static str {
        "counts how many users share values of two fields"
    }
}
