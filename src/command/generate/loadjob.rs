//! `loadjob`: reads the results of an earlier search.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Loadjob;

impl Command for Loadjob {
    fn name(&self) -> &'static str {
        "loadjob"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/loadjob"
    }

    fn summary(&self) -> &'static str {
        "reads the results of an earlier search"
    }
}
