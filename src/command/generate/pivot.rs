//! `pivot`: computes a table over a data model.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Pivot;

impl Command for Pivot {
    fn name(&self) -> &'static str {
        "pivot"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/pivot"
    }

    fn summary(&self) -> &'static str {
        "computes a table over a data model"
    }
}
