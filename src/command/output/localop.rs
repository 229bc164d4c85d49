//! `localop`: runs what follows on the search head.
//!
//! In: words and settings. The command is read, and a search that uses it is not translated.

use crate::command::Command;
use crate::spl::Shape;

/// The command.
pub(crate) struct Localop;

impl Command for Localop {
    fn name(&self) -> &'static str {
        "localop"
    }

    fn shape(&self) -> Shape {
        Shape::Words
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/localop"
    }

    fn summary(&self) -> &'static str {
        "runs what follows on the search head"
    }
}
