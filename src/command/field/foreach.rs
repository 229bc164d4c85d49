//! `foreach`: runs a pipeline for each field or value.
//!
//! In: sub-searches among words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Foreach;

impl Command for Foreach {
    fn name(&self) -> &'static str {
        "foreach"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/foreach"
    }

    fn summary(&self) -> &'static str {
        "runs a pipeline for each field or value"
    }
}
