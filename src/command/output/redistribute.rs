//! `redistribute`: spreads the work over indexers.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Redistribute;

impl Command for Redistribute {
    fn name(&self) -> &'static str {
        "redistribute"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/internal-commands/redistribute"
    }

    fn summary(&self) -> &'static str {
        "spreads the work over indexers"
    }
}
