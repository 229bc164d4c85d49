//! `mcollect`: writes rows into an index of metrics.
//!
//! In: fields among settings, each possibly with a sign. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Mcollect;

impl Command for Mcollect {
    fn name(&self) -> &'static str {
        "mcollect"
    }

    fn shape(&self) -> Shape {
        Shape::Fields
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/mcollect"
    }

    fn summary(&self) -> &'static str {
        "writes rows into an index of metrics"
    }
}
