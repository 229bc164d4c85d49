//! `appendcols`: adds the columns of a sub-search side by side.
//!
//! In: sub-searches among words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Appendcols;

impl Command for Appendcols {
    fn name(&self) -> &'static str {
        "appendcols"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/appendcols"
    }

    fn summary(&self) -> &'static str {
        "adds the columns of a sub-search side by side"
    }
}
