//! `union`: merges the rows of several data sets.
//!
//! In: sub-searches among words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Union;

impl Command for Union {
    fn name(&self) -> &'static str {
        "union"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/union"
    }

    fn summary(&self) -> &'static str {
        "merges the rows of several data sets"
    }
}
