//! `bin`: puts numbers or times into ranges.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Bin;

impl Command for Bin {
    fn name(&self) -> &'static str {
        "bin"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["bucket", "discretize"]
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/bin"
    }

    fn summary(&self) -> &'static str {
        "puts numbers or times into ranges"
    }
}
