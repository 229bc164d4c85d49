//! `correlate`: says how often fields appear together.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Correlate;

impl Command for Correlate {
    fn name(&self) -> &'static str {
        "correlate"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/correlate"
    }

    fn summary(&self) -> &'static str {
        "says how often fields appear together"
    }
}
