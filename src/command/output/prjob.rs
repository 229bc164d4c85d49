//! `prjob`: runs a sub-search in parallel on the indexers.
//!
//! In: a sub-search in brackets. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Prjob;

impl Command for Prjob {
    fn name(&self) -> &'static str {
        "prjob"
    }

    fn shape(&self) -> Shape {
        Shape::Subsearches
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/internal-commands/prjob"
    }

    fn summary(&self) -> &'static str {
        "runs a sub-search in parallel on the indexers"
    }
}
